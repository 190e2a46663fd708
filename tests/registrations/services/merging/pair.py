"""Two registrations of one person, to be joined."""

from datetime import timedelta

from registrations.models import CheckIn, Registration
from registrations.services.merge import merge
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def join(one, other, by, *, address_of=None, notify=False, reason="twice"):
    return merge(one=one, other=other, address_of=address_of or one, notify=notify, reason=reason, by=by, at=LATER)


def again(registration):
    return Registration.objects.get(pk=registration.pk)


def scan(registration, minutes, direction="entry", session=None):
    moment = NOW + timedelta(minutes=minutes)
    return CheckIn.objects.create(
        registration=registration,
        session=session,
        direction=direction,
        scanned_at=moment,
        received_at=moment,
        source="qr",
    )
