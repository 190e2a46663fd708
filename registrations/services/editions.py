"""Changing an edition where that moves people or writes to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from programme.models import RESERVED, AttendanceMode, Edition, SeatPool, Session
from programme.services.room import exceeds_room
from registrations.models import Registration
from registrations.services import holds, letters, messages, seats, still_coming
from registrations.services.dates import FIELDS, Dates, is_new_date, previous_start
from symposium.trail import writing as trail

CALLED_OFF = {Edition.Status.POSTPONED.value, Edition.Status.CANCELLED.value}


class RoomTooSmall(Exception):
    """The seats offered on site and those reserved there exceed the room's safety limit."""


@dataclass(frozen=True)
class Limits:
    """How many seats a pool offers and how many people its room may hold; None is without limit."""

    capacity: int | None
    safety_limit: int | None


def set_limits(*, edition: Edition, limits: Mapping[int, Limits], at: datetime) -> None:
    """Change how many seats are offered in the pools of these ids, all of it or nothing.

    Lowered below what is taken, it drops nobody and grants nothing until below; raised by n, it promotes the next n.

    :raises RoomTooSmall: the room could not hold everybody.
    """
    with transaction.atomic(durable=True):
        holds.expire(edition, at)
        pools = seats.lock_pools(edition)
        for pk, limit in limits.items():
            pool = pools[pk]
            pool.capacity, pool.safety_limit = limit.capacity, limit.safety_limit
            pool.save(update_fields=["capacity", "safety_limit"])
        if exceeds_room(pools.values()):
            raise RoomTooSmall(edition.slug)
        seats.give_on(edition, at)


def set_status(
    *,
    edition: Edition,
    status: str,
    at: datetime,
    dates: Dates | None = None,
    by: trail.Actor = trail.Source.COMMAND,
) -> None:
    """Change an edition's status and its dates, and write once to everybody who has a place or waits.

    They are told that it is postponed, cancelled, or takes place at another date; nothing else is worth a letter.
    Registrations stay as they are. Messages that wait to be sent are paused where it is called off. What is so already
    changes nothing and writes to nobody.
    """
    with transaction.atomic(durable=True):
        seats.lock_pools(edition)
        # What the database says: the caller's edition may be older, or filled from a form already.
        current = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
        dates = dates or Dates.of(current)
        if (current.status, Dates.of(current)) != (status, dates):
            kind = letter_about(current, status=status, dates=dates, at=at)
            if status in CALLED_OFF and status != current.status:
                messages.pause_all(edition=current, by=by, at=at)
            day_before = current.day
            _save_course(current, status, dates, at)
            if current.day != day_before:
                still_coming.forget_answers(current)
            if kind is not None:
                context = {"starts_at": dates.starts_at.isoformat()}
                letters.send_all(_alive(current), kind, at=at, occasion=str(current.calendar_sequence), **context)
            seats.give_on(current, at)
    for field in ("status", "calendar_sequence", "previous_starts_at", *FIELDS):
        setattr(edition, field, getattr(current, field))


def letter_about(current: Edition, *, status: str, dates: Dates, at: datetime) -> letters.Kind | None:
    """Return the letter that a change of status and dates is worth, if any."""
    if is_new_date(current, status, dates, at):
        return letters.Kind.EDITION_RESCHEDULED
    kinds = {
        Edition.Status.POSTPONED.value: letters.Kind.EDITION_POSTPONED,
        Edition.Status.CANCELLED.value: letters.Kind.EDITION_CANCELLED,
    }
    return kinds.get(status) if current.status != status else None


def _save_course(edition: Edition, status: str, dates: Dates, at: datetime) -> None:
    edition.previous_starts_at = previous_start(edition, status, dates, at)
    edition.status = status
    for field in FIELDS:
        setattr(edition, field, getattr(dates, field))
    edition.calendar_sequence += 1
    edition.save(update_fields=["status", "calendar_sequence", "previous_starts_at", *FIELDS, "updated_at"])


def _alive(edition: Edition) -> Iterator[Registration]:
    return Registration.objects.filter(edition=edition, status__in=Registration.ALIVE).iterator()


def open_pools(*, edition: Edition, modes: tuple[AttendanceMode, ...] = ()) -> None:
    """Give each session its pool, without limit, and the edition those of ``modes``; what is there is left alone."""
    for mode in modes:
        _pool, is_new = SeatPool.objects.get_or_create(edition=edition, session=None, mode=mode)
        if is_new and mode == AttendanceMode.ONSITE:
            _take_back_move(edition)
    if AttendanceMode.ONSITE in modes:
        SeatPool.objects.get_or_create(edition=edition, session=None, mode=RESERVED, defaults={"capacity": 0})
    for session in Session.objects.talks().filter(edition=edition, seat_pool__isnull=True):
        SeatPool.objects.get_or_create(session=session, defaults={"edition": edition})


def _take_back_move(edition: Edition) -> None:
    """An edition that has seats on site again is online only no more; who was moved online stays there."""
    moved = Edition.objects.filter(pk=edition.pk, moved_online_at__isnull=False)
    moved.update(moved_online_at=None, calendar_sequence=F("calendar_sequence") + 1)
