"""Seats that stay free although people wait: first on the list stands a group that needs more of them together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from programme.models import Edition, SeatPool
from registrations.models import Claim


@dataclass(frozen=True)
class Standstill:
    """``people`` of the group wait, at the ranks from 1 on; ``free`` seats are too few for them."""

    pool: SeatPool
    free: int
    group_id: int
    people: int


def standstills_of(edition: Edition, pools: Iterable[SeatPool], *, at: datetime) -> tuple[Standstill, ...]:
    """Return where a group holds up the list; the database is asked only about pools in which a seat is free."""
    if not edition.gives_on_seats(at):
        return ()
    return tuple(found for pool in pools if (found := _standstill(pool)))


def _standstill(pool: SeatPool) -> Standstill | None:
    if not pool.waiting or pool.capacity is None or pool.taken >= pool.capacity:
        return None
    waiting = Claim.objects.eligible().filter(pool=pool)
    group = waiting.values_list("group", flat=True).first()
    if group is None:
        return None
    return Standstill(pool, pool.capacity - pool.taken, group, waiting.filter(group=group).count())
