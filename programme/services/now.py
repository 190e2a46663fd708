"""What happens now on the day of an edition, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from programme.models import Edition, Session
from programme.services.pages import ProgrammeEntry


@dataclass(frozen=True)
class Happening:
    """``next_day`` is the day on which it goes on where that is not today; before, between and after nothing is ``now``."""

    now: tuple[ProgrammeEntry, ...]
    next: tuple[ProgrammeEntry, ...]
    next_day: date | None
    has_begun_today: bool

    @property
    def current(self) -> frozenset[int]:
        return frozenset(entry.session.pk for entry in self.now)

    @property
    def coming(self) -> frozenset[int]:
        return frozenset() if self.next_day else frozenset(entry.session.pk for entry in self.next)


def happening_of(edition: Edition, entries: Iterable[ProgrammeEntry], *, at: datetime) -> Happening | None:
    """Return what happens, from the first day's morning to the edition's end; nothing where times are not published."""
    timed = [(start, entry) for entry in entries if (start := entry.session.starts_at)]
    today = at.astimezone(edition.zone).date()
    if edition.status != Edition.Status.PUBLISHED or edition.is_over(at) or today < edition.day or not timed:
        return None
    starts = sorted({start for start, _entry in timed})
    ends = dict(pairwise([*starts, edition.ends_at]))
    now = [entry for start, entry in timed if start <= at < _end(entry.session, ends[start])]
    coming = next((start for start in starts if start > at), None)
    day = coming.astimezone(edition.zone).date() if coming else None
    return Happening(
        now=tuple(now),
        next=tuple(entry for start, entry in timed if start == coming),
        next_day=day if day != today else None,
        has_begun_today=any(start <= at and start.astimezone(edition.zone).date() == today for start in starts),
    )


def _end(session: Session, at_the_latest: datetime) -> datetime:
    """Return when a session ends; one whose end is not published lasts until something else begins."""
    return session.ends_at or at_the_latest
