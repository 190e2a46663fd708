"""How many will come, reckoned from how many came before; and how many seats could be offered so that few stay empty.

Of the confirmed some stay away. Each past edition whose entries were counted gives a rate for each mode: the people who
entered among those confirmed, walk-ins aside. The forecast takes the rate of all of them together. Its range goes from the
lowest to the highest of the rates, on both sides wider by two standard deviations of what chance alone does with so many
people; so that one edition alone gives a range, too.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor, sqrt

from django.db.models import Count, Q

from programme.models import Edition, SeatPool
from registrations.models import Registration
from registrations.services.reports.counting import PRESENT

# Of fewer people a rate says too little; and older editions say too little of the next.
PEOPLE_NEEDED = 20
EDITIONS_USED = 5


@dataclass(frozen=True)
class Rate:
    """Who came of the confirmed of a past edition, in one mode."""

    edition: str
    confirmed: int
    present: int

    @property
    def value(self) -> float:
        return self.present / self.confirmed


@dataclass(frozen=True)
class Range:
    lowest: int
    expected: int
    highest: int


@dataclass(frozen=True)
class Forecast:
    """``held`` counts the places held now.

    ``people`` is None without a past, ``suggested`` where offering more seats is not to be advised.
    """

    pool: SeatPool
    held: int
    rates: tuple[Rate, ...]
    people: Range | None
    suggested: int | None


def forecasts_of(edition: Edition, pools: Iterable[SeatPool], *, reserved: int, at: datetime) -> tuple[Forecast, ...]:
    """Return a forecast for each of the pools, as long as the edition has not begun.

    ``reserved`` seats of the room are not to be offered.
    """
    if edition.has_begun(at):
        return ()
    rates = _rates_before(edition, at)
    return tuple(_forecast(pool, rates.get(pool.mode, ()), reserved) for pool in pools)


def _forecast(pool: SeatPool, rates: tuple[Rate, ...], reserved: int) -> Forecast:
    if not rates:
        return Forecast(pool, pool.taken, (), None, None)
    return Forecast(pool, pool.taken, rates, expect(pool.taken, rates), suggest(pool, rates, reserved=reserved))


def expect(held: int, rates: tuple[Rate, ...]) -> Range:
    """Return how many will come of so many who hold a place."""
    values = [rate.value for rate in rates]
    together = sum(rate.present for rate in rates) / sum(rate.confirmed for rate in rates)
    low, high = min(values), max(values)
    return Range(
        lowest=max(0, floor(held * low - 2 * _deviation(held, low))),
        expected=round(held * together),
        highest=min(held, ceil(held * high + 2 * _deviation(held, high))),
    )


def suggest(pool: SeatPool, rates: tuple[Rate, ...], *, reserved: int = 0) -> int | None:
    """Return how many seats to offer so that even at the highest no more people come than there are seats offered now.

    Never more than the room may hold, whoever comes; without that limit, or where nothing is gained, None.
    """
    if pool.capacity is None or pool.safety_limit is None:
        return None
    offers = range(pool.capacity, pool.safety_limit - reserved + 1)
    fitting = bisect_right(offers, pool.capacity, key=lambda offer: expect(offer, rates).highest)
    suggested = pool.capacity + fitting - 1
    return suggested if suggested > pool.capacity else None


def _deviation(people: int, rate: float) -> float:
    return sqrt(people * rate * (1 - rate))


def _rates_before(edition: Edition, at: datetime) -> dict[str, tuple[Rate, ...]]:
    """Return the rates of the last editions that were counted at the door, by mode; invented people say nothing of others."""
    past = Edition.objects.past(at).filter(starts_at__lt=edition.starts_at, is_sample=edition.is_sample)
    counted = (
        Registration.objects.confirmed()
        .filter(edition__in=past, is_walk_in=False)
        .values_list("mode", "edition__slug")
        .annotate(people=Count("pk"), present=Count("pk", filter=Q(PRESENT)))
        .order_by("-edition__starts_at", "-edition")
    )
    rates: dict[str, tuple[Rate, ...]] = {}
    for mode, slug, confirmed, present in counted:
        known = rates.get(mode, ())
        if confirmed >= PEOPLE_NEEDED and present and len(known) < EDITIONS_USED:
            rates[mode] = (*known, Rate(slug, confirmed, present))
    return rates
