"""Somebody gives up their place."""

from datetime import datetime

from django.db import transaction

from registrations.models import Registration
from registrations.services import answers, holds, letters, seats, visa_letters, webhooks

Status = Registration.Status


def cancel(*, registration: Registration, at: datetime) -> Registration:
    """Give up the place, which goes to the first who waits; return the registration as it is now.

    Cancelling what is cancelled changes nothing and writes to nobody.
    """
    with transaction.atomic(durable=True):
        return withdraw(registration, at=at, status=Status.CANCELLED, kind=letters.Kind.CANCELLED)


def withdraw(registration: Registration, *, at: datetime, status: str, kind: letters.Kind | None) -> Registration:
    """End a registration in ``status``, giving its seats on; ``kind`` is the letter it gets, if any.

    In the caller's transaction.
    """
    edition = registration.edition
    seats.lock_pools(edition)
    registration = Registration.objects.select_for_update().get(pk=registration.pk)
    registration.edition = edition
    if not registration.is_alive:
        return registration
    seats.release_all(registration)
    answers.forget_needs([registration])
    visa_letters.end([registration])
    registration.status = status
    registration.cancelled_at = at
    registration.hold_expires_at = None
    registration.calendar_sequence += 1
    registration.save(
        update_fields=["status", "cancelled_at", "hold_expires_at", "released_sessions", "calendar_sequence"]
    )
    if status == Status.CANCELLED:
        webhooks.tell(edition, [registration], webhooks.Event.CANCELLED, at=at)
    if kind is not None:
        letters.send(registration, kind, at=at, occasion=f"{registration.issue}-{at.isoformat()}")
    holds.expire(edition, at)  # after this one, which may be a hold that ran out: it ends as its owner says
    seats.give_on(edition, at)
    return registration
