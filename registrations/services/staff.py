"""What staff decide about one registration, against the ordinary course."""

from datetime import datetime

from django.db import transaction

from registrations.models import Decision, Registration
from registrations.services import entry, letters, seats
from registrations.services.cancel import withdraw
from symposium.accounts.models import User
from symposium.trail import writing as trail

Status = Registration.Status


class ReasonNeeded(Exception):
    """Overtaking the waiting list needs a reason."""


class NotPossible(Exception):
    """The registration is in no state for this decision."""


def confirm(*, registration: Registration, by: User, at: datetime, overtake: bool, reason: str) -> Registration:
    """Approve a request, vouch for an address, or admit somebody who waits.

    A request or a vouched address joins the list where no seat is left. Who waits already is admitted only over the
    others' heads, since a free seat would have gone to the list: that needs ``overtake`` and a reason.

    :raises NoSeatLeft: the person waits, and overtaking was not chosen.
    :raises ReasonNeeded: overtaking was chosen without a reason.
    :raises NotPossible: the registration is confirmed already, or over.
    """
    if overtake and not reason.strip():
        raise ReasonNeeded
    with transaction.atomic(durable=True):
        registration = _lock(registration)
        if registration.status not in {Status.PENDING, Status.REQUESTED, Status.WAITING}:
            raise NotPossible(registration.status)
        claim = registration.claims.select_related("pool").get(pool__session__isnull=True)
        seats.make_eligible(claim)
        overtakes = overtake and not claim.is_held
        if overtakes:
            seats.take_seat(claim)
        if not claim.is_held and registration.status == Status.WAITING:
            raise seats.NoSeatLeft(claim.pool)
        registration.status = Status.CONFIRMED if claim.is_held else Status.WAITING
        registration.confirmed_at = at if claim.is_held else None
        registration.hold_expires_at = None
        registration.save(update_fields=["status", "confirmed_at", "hold_expires_at"])
        if claim.is_held:
            seats.make_sessions_eligible(registration)
        _record(registration, Decision.Action.OVERTAKE if overtakes else Decision.Action.CONFIRM, reason, by, at)
        letters.tell_status(registration, at=at)
    return registration


def cancel(*, registration: Registration, by: User, at: datetime, reason: str, notify: bool) -> Registration:
    """Cancel for somebody, with a letter or without.

    :raises NotPossible: the registration is over already.
    """
    kind = letters.Kind.CANCELLED if notify else None
    return _end(registration, Status.CANCELLED, kind, Decision.Action.CANCEL, reason, by, at)


def refuse(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """Refuse a request.

    :raises NotPossible: the registration is over already.
    """
    return _end(registration, Status.REFUSED, letters.Kind.REFUSED, Decision.Action.REFUSE, reason, by, at)


def restore(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """Undo a cancellation: the person comes back as a newcomer, with a new ticket.

    :raises NotPossible: the registration is not over, its person was erased, or its mode has no seats any more.
    """
    with transaction.atomic(durable=True):
        registration = _lock(registration)
        if registration.is_alive or registration.reference is None:
            raise NotPossible(registration.status)
        try:
            pool, session_pools = entry.released_pools(registration)
        except seats.ModeNotOffered as error:
            raise NotPossible(registration.mode) from error
        entry.reopen(registration)
        entry.enter(registration, pool, session_pools, at=at, is_address_proved=True, is_approved=True)
        _record(registration, Decision.Action.RESTORE, reason, by, at)
    return registration


def _end(
    registration: Registration,
    status: str,
    kind: letters.Kind | None,
    action: Decision.Action,
    reason: str,
    by: User,
    at: datetime,
) -> Registration:
    with transaction.atomic(durable=True):
        registration = _lock(registration)
        if not registration.is_alive:
            raise NotPossible(registration.status)
        registration = withdraw(registration, at=at, status=status, kind=kind)
        _record(registration, action, reason, by, at)
    return registration


def _lock(registration: Registration) -> Registration:
    edition = registration.edition
    seats.lock_pools(edition)
    locked = Registration.objects.select_for_update().get(pk=registration.pk)
    locked.edition = edition
    return locked


def _record(registration: Registration, action: Decision.Action, reason: str, by: User, at: datetime) -> None:
    Decision.objects.create(registration=registration, action=action, reason=reason, decided_by=by, decided_at=at)
    trail.write(
        trail.entry(
            kind=trail.Kind.DECIDED,
            by=by,
            at=at,
            record=registration,
            edition_id=registration.edition_id,
            detail=action.value,
        )
    )
