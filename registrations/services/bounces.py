"""Addresses that no mail reaches any more: how that is found out, and how it is forgotten again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from registrations.models import Attendee, Registration
from registrations.models.registrations import registration_key
from registrations.services import letters
from symposium.accounts.models import User
from symposium.outbox.models import OutgoingMail
from symposium.trail import writing as trail

# So many mails that came back for a reason that may pass are as good as one for a reason that stays.
TEMPORARY_AT_MOST = 2


class NotMarked(Exception):
    """Nothing is held against the address, or nothing any more."""


def note(*, mail: OutgoingMail, status: str, at: datetime) -> None:
    """Mark the address that a mail did not reach, in the caller's transaction; a mail to the one before says nothing of it."""
    is_change = Q(kind=letters.Kind.ADDRESS_CHANGED) | Q(kind=letters.Kind.MERGED, context__is_address_new=True)
    changes = OutgoingMail.objects.filter(is_change, about=mail.about)
    if changes.filter(created_at__gt=mail.claimed_at or mail.created_at).exists():
        return
    theirs = Attendee.objects.filter(registration=UUID(registration_key(mail)))
    if status.startswith("4"):
        theirs.update(temporary_bounces=F("temporary_bounces") + 1)
        theirs = theirs.filter(temporary_bounces__gt=TEMPORARY_AT_MOST)
    theirs.filter(undeliverable_at=None).update(undeliverable_at=at, undeliverable_status=status)


def clear(*, registration: Registration, by: User, at: datetime) -> None:
    """Write to the address again, as staff who know better.

    :raises NotMarked: there is nothing to clear.
    """
    with transaction.atomic(durable=True):
        marked = Attendee.objects.filter(registration=registration, undeliverable_at__isnull=False)
        if not marked.update(undeliverable_at=None, undeliverable_status="", temporary_bounces=0):
            raise NotMarked
        trail.write(
            trail.entry(
                kind=trail.Kind.CHANGED,
                by=by,
                at=at,
                record=registration,
                edition_id=registration.edition_id,
                fields=("undeliverable_at",),
            )
        )
