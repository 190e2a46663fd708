"""People who stand at the door, and what it says to them."""

import re
from datetime import UTC, datetime, timedelta

from registrations.models import Registration
from registrations.services.attendees import Identity, new_attendee
from registrations.services.entry import enter

DAY = datetime(2027, 5, 20, 11, 52, tzinfo=UTC)  # 13 h 52 in Paris

EARLIER = DAY - timedelta(days=30)


def register(edition, given="Camille", family="Essai", affiliation="", mode="onsite", sessions=(), **fields):
    registration = Registration(
        edition=edition,
        mode=mode,
        profile="researcher",
        language="fr",
        reference=f"SYM-TEST-{Registration.objects.count():04}",
        created_at=EARLIER,
        **fields,
    )
    registration.issue_tokens()
    enter(registration, edition.seat_pools.get(mode=mode, session=None), sessions, at=EARLIER)
    email = f"p{Registration.objects.count()}@example.org"
    new_attendee(registration, Identity(email, given, family, affiliation)).save()
    return registration


def state_of(response):
    found = re.search(r'role="status" data-state="(\w+)"', response.content.decode())
    return found and found[1]
