"""Seats held for people who have yet to confirm their address."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from programme.models import Edition, SeatPool
from registrations.models import Registration
from registrations.services import entry, letters, seats, webhooks

HOLD_MINUTES = 60
Status = Registration.Status


def expire(edition: Edition, at: datetime) -> int:
    """Release the holds that have run out, give the seats on, and return how many there were.

    Called by whoever next touches the edition's seats, in their transaction; locks the pools.
    """
    over = Registration.objects.filter(edition=edition, status=Status.PENDING, hold_expires_at__lte=at)
    if not over.exists():
        return 0
    seats.lock_pools(edition)
    registrations = list(over.order_by("pk").select_for_update())
    for registration in registrations:
        seats.release_all(registration)
        registration.status = Status.EXPIRED
        registration.hold_expires_at = None
        registration.save(update_fields=["status", "hold_expires_at", "released_sessions"])
    seats.give_on(edition, at)
    return len(registrations)


def expire_everywhere(*, at: datetime) -> int:
    """Release the holds of all editions that have run out, one edition a transaction, and return how many there were.

    A seat that stands free although somebody waits is given on too: giving on may have been prolonged since.
    """
    over = Registration.objects.filter(status=Status.PENDING, hold_expires_at__lte=at)
    free = Edition.objects.giving_on_seats(at).filter(seat_pools__in=SeatPool.objects.free_while_somebody_waits())
    due = Q(pk__in=over.values("edition")) | Q(pk__in=free.values("pk"))
    count = 0
    for edition in Edition.objects.filter(due).order_by("id"):
        with transaction.atomic(durable=True):
            count += expire(edition, at)
            seats.lock_pools(edition)
            seats.give_on(edition, at)
    return count


def start_hold(*, registration_id: str, at: datetime) -> None:
    """Count the hour from the moment the mail server took the mail, within the day given at first."""
    with transaction.atomic(durable=True):
        pending = Registration.objects.select_for_update().filter(pk=registration_id, status=Status.PENDING)
        for registration in pending:
            limit = at + timedelta(minutes=HOLD_MINUTES)
            registration.hold_expires_at = min(registration.hold_expires_at or limit, limit)
            registration.save(update_fields=["hold_expires_at"])


def confirm_address(*, registration: Registration, at: datetime) -> Registration:
    """Keep the place of somebody who followed the link of their mail; return the registration as it is now.

    A click after the hold ran out competes as a newcomer, and is too late once registration is closed or the mode has
    no seats any more. A second click changes nothing, and neither does one after the registration was merged with another.
    """
    with transaction.atomic(durable=True):
        edition = registration.edition
        expire(edition, at)
        seats.lock_pools(edition)
        registration = Registration.objects.select_for_update().get(pk=registration.pk)
        registration.edition = edition
        if (
            registration.merged_into_id is None
            and registration.status == Status.EXPIRED
            and edition.is_registration_open(at)
        ):
            _compete(registration, at)
        elif registration.status == Status.PENDING:
            _keep(registration, at)
    return registration


def _compete(registration: Registration, at: datetime) -> None:
    with suppress(seats.ModeNotOffered):
        pool, session_pools = entry.released_pools(registration)
        entry.enter(registration, pool, session_pools, at=at, is_address_proved=True)


def _keep(registration: Registration, at: datetime) -> None:
    # By the claim, and not by what the edition asks now: it may have asked for approval only before, or only since.
    claim = registration.edition_claim()
    if claim.is_held:
        registration.status, registration.confirmed_at = Status.CONFIRMED, at
    elif claim.is_eligible:
        registration.status = Status.WAITING
    else:
        registration.status = Status.REQUESTED
    registration.hold_expires_at = None
    registration.save(update_fields=["status", "confirmed_at", "hold_expires_at"])
    letters.tell_status(registration, at=at)
    webhooks.tell(registration.edition, [registration], webhooks.Event.CONFIRMED, at=at)
