"""A registration enters: it claims its seats, comes into a state, and is told."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from programme.models import SeatPool
from registrations.models import Claim, Registration
from registrations.services import letters, seats, webhooks

# Until the mail that asks for the confirmation has left, a seat cannot be lost to a slow mail server.
HOLD_HOURS_AT_MOST = 24

Status = Registration.Status


def enter(
    registration: Registration,
    pool: SeatPool,
    session_pools: Iterable[SeatPool],
    *,
    at: datetime,
    is_address_proved: bool = False,
    is_approved: bool = False,
    said: Mapping[str, str] | None = None,
) -> None:
    """Claim the edition's seat and those of the sessions as a newcomer, set the status, save, and tell the person.

    The registration holds nothing before. ``is_address_proved`` and ``is_approved`` skip what the edition would ask.
    ``said`` is what the letter says beside.
    """
    edition = registration.edition
    needs_approval = edition.requires_approval and not is_approved
    needs_proof = edition.confirms_email and not is_address_proved
    claims = seats.ask_for_seats(registration, pool, session_pools, is_eligible=not needs_approval)
    if needs_proof:
        status = Status.PENDING
    elif needs_approval:
        status = Status.REQUESTED
    else:
        status = Status.CONFIRMED if claims[0].is_held else Status.WAITING
    begin(registration, status, at=at)
    registration.save()
    Claim.objects.bulk_create(claims)
    letters.tell_status(registration, at=at, **(said or {}))
    webhooks.tell(edition, [registration], webhooks.Event.REGISTERED, webhooks.Event.CONFIRMED, at=at)


def begin(registration: Registration, status: Status, *, at: datetime) -> None:
    """Set the status of who enters, and the moments that go with it; the caller saves."""
    registration.status = status
    registration.confirmed_at = at if status == Status.CONFIRMED else None
    registration.hold_expires_at = at + timedelta(hours=HOLD_HOURS_AT_MOST) if status == Status.PENDING else None
    registration.cancelled_at = None
    registration.released_sessions = []
    registration.coming_answer, registration.coming_answered_at = "", None


def reopen(registration: Registration) -> None:
    """Give a registration that was over a new ticket and a new link; the caller lets it ``enter``."""
    registration.issue += 1
    registration.merged_into = None
    registration.calendar_sequence += 1
    registration.issue_tokens()
    registration.link_resent_at = None


def released_pools(registration: Registration) -> tuple[SeatPool, list[SeatPool]]:
    """Return the pools of what a registration that was over had asked for; a session gone since is left out.

    :raises ModeNotOffered: its mode is gone.
    """
    pools = list(SeatPool.objects.filter(edition=registration.edition).select_related("session"))
    sessions = [pool for pool in pools if pool.session_id in registration.released_sessions]
    return seats.pool_of_mode(pools, registration.mode), sessions
