"""Where a registration stands, as its page and its letters say it."""

from dataclasses import dataclass
from datetime import datetime

from programme.models import Session
from registrations.models import Registration
from registrations.services.seats import rank


@dataclass(frozen=True)
class SessionPlace:
    session: Session
    is_held: bool
    rank: int | None


@dataclass(frozen=True)
class Place:
    """``rank`` of ``waiting`` on the list for the edition's seats, None for who does not wait."""

    rank: int | None
    waiting: int
    sessions: tuple[SessionPlace, ...]
    is_held: bool
    is_reserved: bool
    waits_in_group: bool
    is_hold_over: bool
    is_changeable: bool
    is_cancellable: bool


def place_of(registration: Registration, at: datetime) -> Place:
    """Return where a registration loaded ``with_details`` stands."""
    claims = list(registration.claims.all())
    seat = next((claim for claim in claims if claim.pool.session_id is None), None)
    sessions = sorted(
        (claim for claim in claims if claim.pool.session is not None),
        key=lambda claim: (claim.pool.session.position, claim.pool.session_id) if claim.pool.session else (0, 0),
    )
    is_pending = registration.status == Registration.Status.PENDING
    return Place(
        rank=rank(seat) if seat else None,
        waiting=seat.pool.waiting if seat else 0,
        sessions=tuple(
            SessionPlace(claim.pool.session, claim.is_held, rank(claim)) for claim in sessions if claim.pool.session
        ),
        is_held=seat is not None and seat.is_held,
        is_reserved=seat is not None and seat.pool.is_reserved,
        waits_in_group=seat is not None and not seat.is_held and seat.group_id is not None,
        is_hold_over=is_pending and registration.hold_expires_at is not None and registration.hold_expires_at <= at,
        is_cancellable=registration.is_alive and not registration.edition.has_begun(at),
        is_changeable=registration.is_alive and registration.edition.takes_changes(at),
    )
