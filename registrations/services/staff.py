"""What staff decide about one registration, against the ordinary course."""

from datetime import datetime

from django.db import transaction

from registrations.models import Claim, Decision, Registration
from registrations.services import entry, letters, seats, webhooks
from registrations.services.cancel import withdraw
from symposium.accounts.models import User
from symposium.lib.text import lines_of
from symposium.trail import writing as trail

Status = Registration.Status


class ReasonNeeded(Exception):
    """Overtaking the waiting list needs a reason."""


class NotPossible(Exception):
    """The registration is in no state for this decision."""


def confirm(*, registration: Registration, by: User, at: datetime, overtake: bool, reason: str) -> Registration:
    """Vouch for an address, admit somebody who waits, or approve a request over the others' heads.

    A request or a vouched address joins the list where no seat is left. Who waits already is admitted only over the
    others' heads, since a free seat would have gone to the list: that needs ``overtake`` and a reason.

    :raises NoSeatLeft: the person waits, and overtaking was not chosen.
    :raises ReasonNeeded: overtaking was chosen without a reason.
    :raises NotPossible: the registration is confirmed already, or over.
    """
    if overtake and not reason.strip():
        raise ReasonNeeded
    with transaction.atomic(durable=True):
        registration = lock(registration, Status.PENDING, Status.REQUESTED, Status.WAITING)
        claim = _eligible_claim(registration)
        overtakes = overtake and not claim.is_held
        if overtakes:
            seats.take_seat(claim)
        if not claim.is_held and registration.status == Status.WAITING:
            raise seats.NoSeatLeft(claim.pool)
        accept(registration, claim, at)
        record(registration, Decision.Action.OVERTAKE if overtakes else Decision.Action.CONFIRM, reason, by, at)
    return registration


def approve(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """Say yes to a request: it gets a seat if one is free, else it waits where it asked.

    :raises NotPossible: the registration is no request, or no longer.
    """
    with transaction.atomic(durable=True):
        registration = lock(registration, Status.REQUESTED)
        accept(registration, _eligible_claim(registration), at)
        record(registration, Decision.Action.APPROVE, reason, by, at)
    return registration


def _eligible_claim(registration: Registration) -> Claim:
    claim = registration.edition_claim()
    seats.make_eligible(claim)
    return claim


def accept(registration: Registration, claim: Claim, at: datetime) -> None:
    registration.status = Status.CONFIRMED if claim.is_held else Status.WAITING
    registration.confirmed_at = at if claim.is_held else None
    registration.hold_expires_at = None
    registration.save(update_fields=["status", "confirmed_at", "hold_expires_at"])
    if claim.is_held:
        seats.make_sessions_eligible(registration)
    letters.tell_status(registration, at=at)
    webhooks.tell(registration.edition, [registration], webhooks.Event.CONFIRMED, at=at)


def cancel(*, registration: Registration, by: User, at: datetime, reason: str, notify: bool) -> Registration:
    """Cancel for somebody, with a letter or without.

    :raises NotPossible: the registration is over already.
    """
    with transaction.atomic(durable=True):
        registration = lock(registration, *Registration.ALIVE)
        kind = letters.Kind.CANCELLED if notify else None
        registration = withdraw(registration, at=at, status=Status.CANCELLED, kind=kind)
        record(registration, Decision.Action.CANCEL, reason, by, at)
    return registration


def refuse(
    *, registration: Registration, by: User, at: datetime, reason: str, message: str = "", notify: bool = True
) -> Registration:
    """Say no to a request, with a letter or without; ``message`` is what the person reads there and on their page.

    :raises NotPossible: the registration is no request, or no longer.
    """
    with transaction.atomic(durable=True):
        registration = lock(registration, Status.REQUESTED)
        kind = letters.Kind.REFUSED if notify else None
        registration = withdraw(registration, at=at, status=Status.REFUSED, kind=kind)
        record(registration, Decision.Action.REFUSE, reason, by, at, message)
    return registration


def message_of_refusal(registration: Registration) -> list[str]:
    """Return what the organizers said when they refused, line by line; empty for who is not refused."""
    if registration.status != Status.REFUSED:
        return []
    refusals = registration.decisions.filter(action=Decision.Action.REFUSE).order_by("-decided_at", "pk")
    message = refusals.values_list("message", flat=True).first() or ""
    return lines_of(message)


def restore(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """Undo a cancellation: the person comes back as a newcomer, with a new ticket.

    :raises NotPossible: the registration is not over, its person was erased, or its mode has no seats any more.
    """
    with transaction.atomic(durable=True):
        registration = lock(registration, Status.CANCELLED, Status.REFUSED, Status.EXPIRED)
        if registration.reference is None:
            raise NotPossible(registration.status)
        try:
            pool, session_pools = entry.released_pools(registration)
        except seats.ModeNotOffered as error:
            raise NotPossible(registration.mode) from error
        entry.reopen(registration)
        entry.enter(registration, pool, session_pools, at=at, is_address_proved=True, is_approved=True)
        record(registration, Decision.Action.RESTORE, reason, by, at)
    return registration


def lock(registration: Registration, *statuses: Status) -> Registration:
    """Lock the edition's pools and the registration, which must be in one of ``statuses``.

    :raises NotPossible: it is in another.
    """
    edition = registration.edition
    seats.lock_pools(edition)
    locked = Registration.objects.select_for_update().get(pk=registration.pk)
    if locked.status not in statuses:
        raise NotPossible(locked.status)
    locked.edition = edition
    return locked


def record(
    registration: Registration, action: Decision.Action, reason: str, by: User, at: datetime, message: str = ""
) -> None:
    Decision.objects.create(
        registration=registration, action=action, reason=reason, message=message, decided_by=by, decided_at=at
    )
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
