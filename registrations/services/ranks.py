"""Ranks of many people at once, as a list of registrations shows them."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Count, F, Func, IntegerField, Q, Value, When

from registrations.models import Claim


def ranks_of(claims: Iterable[Claim]) -> dict[int, int]:
    """Return the rank of each claim that waits and could take a seat now, by its id.

    One query that goes once over each list: counting for each claim by itself, as ``seats.rank`` does, would go over a
    long list as often as there are rows.
    """
    waiting: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.is_eligible and claim.position is not None:
            waiting[claim.pool_id].append(claim)
    if not waiting:
        return {}
    bounds = {pool: sorted(claim.position or 0 for claim in of_pool) for pool, of_pool in waiting.items()}
    ranks = {pool: _ranks_at(bounds[pool], counts) for pool, counts in _count_between(bounds).items()}
    return {claim.pk: ranks[pool][claim.position or 0] for pool, of_pool in waiting.items() for claim in of_pool}


def _count_between(bounds: dict[int, list[int]]) -> dict[int, dict[int, int]]:
    """Return, by pool, how many wait before the first bound, between it and the next, and so on."""
    up_to_last = Q(pk__in=[])
    for pool, positions in bounds.items():
        up_to_last |= Q(pool=pool, position__lte=positions[-1])
    # PostgreSQL's width_bucket: how many of the bounds are at or before the position.
    between = Case(
        *(
            When(pool=pool, then=Func(F("position"), _array(positions), function="width_bucket"))
            for pool, positions in bounds.items()
        ),
        output_field=IntegerField(),
    )
    counted = Claim.objects.eligible().order_by().filter(up_to_last).annotate(between=between).values("pool", "between")
    counts: dict[int, dict[int, int]] = {pool: {} for pool in bounds}
    for pool, place, number in counted.annotate(number=Count("pk")).values_list("pool", "between", "number"):
        counts[pool][place] = number
    return counts


def _ranks_at(positions: list[int], counts: dict[int, int]) -> dict[int, int]:
    """A claim's own position begins the next part, so its rank is one more than what waits before."""
    before = accumulate(counts.get(place, 0) for place in range(len(positions)))
    return {position: number + 1 for position, number in zip(positions, before, strict=True)}


def _array(positions: list[int]) -> Value:
    return Value(positions, output_field=ArrayField(IntegerField()))
