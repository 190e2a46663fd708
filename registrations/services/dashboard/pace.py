"""Registrations day by day, beside the same days before the previous edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from programme.models import Edition
from registrations.services.reports.figures import MEASURES, Breakdown, BreakdownRow
from registrations.services.reports.suppression import Hidden, publish

# Whoever registered earlier is counted in the first day that is shown.
DAYS_SHOWN = 120
Cell = int | Hidden | None


@dataclass(frozen=True)
class PaceDay:
    """``registered`` is None on a day to come, ``before`` where no edition is compared with."""

    days_before: int
    day: date
    registered: Cell
    before: Cell


@dataclass(frozen=True)
class Pace:
    """``before_so_far`` counts the previous edition up to as many days before it as there are left now."""

    days: tuple[PaceDay, ...]
    against: Edition | None
    so_far: int
    before_so_far: int
    before_in_all: int


def pace_of(edition: Edition, *, against: Edition | None, at: datetime, hides_small: bool) -> Pace:
    this = _per_day(edition)
    before = _per_day(against) if against else {}
    today = min(max((edition.day - at.astimezone(edition.zone).date()).days, 0), DAYS_SHOWN)
    first = max([*this, *before], default=-1)
    passed = range(first, today - 1, -1)
    to_come = range(min(first, today - 1), -1, -1) if before else ()
    registered = [*_cells(this, passed, hides_small=hides_small), *[None] * len(to_come)]
    # Two sums of it are told, that until now and that of all: each part hides for itself.
    earlier = [*_cells(before, passed, hides_small=hides_small), *_cells(before, to_come, hides_small=hides_small)]
    return Pace(
        days=tuple(
            PaceDay(left, edition.day - timedelta(days=left), number, number_before if before else None)
            for left, number, number_before in zip([*passed, *to_come], registered, earlier, strict=True)
        ),
        against=against if before else None,
        so_far=sum(this.values()),
        before_so_far=sum(number for left, number in before.items() if left >= today),
        before_in_all=sum(before.values()),
    )


def _per_day(edition: Edition) -> dict[int, int]:
    """Return how many registered how many days before the edition, by its own clock; 0 is its day, and after."""
    day = TruncDate("created_at", tzinfo=edition.zone)
    counted: dict[int, int] = {}
    for registered_on, number in edition.registrations.values_list(day).annotate(Count("pk")).order_by(day):
        left = min(max((edition.day - registered_on).days, 0), DAYS_SHOWN)
        counted[left] = counted.get(left, 0) + number
    return counted


def _cells(counted: dict[int, int], days: Sequence[int], *, hides_small: bool) -> Sequence[Cell]:
    numbers = [counted.get(left, 0) for left in days]
    return _hidden(numbers) if hides_small else numbers


def _hidden(numbers: list[int]) -> list[int | Hidden]:
    """Hide small numbers of which the sum is known, as a breakdown of a report does in one of its columns."""
    nothing = (0,) * (len(MEASURES) - 1)
    rows = tuple(BreakdownRow(str(place), (number, *nothing)) for place, number in enumerate(numbers))
    return [row.cells[0] for row in publish(Breakdown("mode", rows))]
