"""Changing an edition where that moves people or writes to them."""

from datetime import datetime

from django.db import transaction

from programme.models import AttendanceMode, Edition, SeatPool, Session
from registrations.models import Registration
from registrations.services import holds, letters, seats


def set_capacity(*, pool: SeatPool, capacity: int | None, safety_limit: int | None, at: datetime) -> None:
    """Change how many seats are offered.

    Lowered below what is taken, it drops nobody and grants nothing until below; raised by n, it promotes the next n.
    """
    with transaction.atomic(durable=True):
        edition = pool.edition
        holds.expire(edition, at)
        locked = seats.lock_pools(edition)[pool.pk]
        locked.capacity, locked.safety_limit = capacity, safety_limit
        locked.save(update_fields=["capacity", "safety_limit"])
        seats.give_on(edition, at)


def set_status(*, edition: Edition, status: str, at: datetime) -> None:
    """Change an edition's status; postponing or cancelling it writes once to everybody who has a place or waits.

    Registrations stay as they are. Setting the status that it has already changes nothing and writes to nobody.
    """
    with transaction.atomic(durable=True):
        seats.lock_pools(edition)
        # What the database says: the caller's edition may be older, or filled from a form already.
        current = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
        edition.status, edition.calendar_sequence = status, current.calendar_sequence
        if current.status == status:
            return
        edition.calendar_sequence += 1
        edition.save(update_fields=["status", "calendar_sequence", "updated_at"])
        kind = {
            Edition.Status.POSTPONED.value: letters.Kind.EDITION_POSTPONED,
            Edition.Status.CANCELLED.value: letters.Kind.EDITION_CANCELLED,
        }.get(status)
        if kind is not None:
            alive = Registration.objects.filter(edition=edition, status__in=Registration.ALIVE)
            letters.send_all(alive.iterator(), kind, at=at, occasion=str(edition.calendar_sequence))
        seats.give_on(edition, at)


def open_pools(*, edition: Edition, modes: tuple[AttendanceMode, ...] = ()) -> None:
    """Give each session its pool, without limit, and the edition those of ``modes``; what is there is left alone."""
    for mode in modes:
        SeatPool.objects.get_or_create(edition=edition, session=None, mode=mode)
    for session in Session.objects.talks().filter(edition=edition, seat_pool__isnull=True):
        SeatPool.objects.get_or_create(session=session, defaults={"edition": edition})
