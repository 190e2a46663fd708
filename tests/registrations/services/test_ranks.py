"""Ranks of many people at once agree with those of each by itself."""

import pytest
from django.test.utils import CaptureQueriesContext

from programme.models import SeatPool
from registrations.models import Claim
from registrations.services import cancel, seats
from registrations.services.ranks import ranks_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, with_seats


@pytest.fixture
def queues(edition):
    """Lists of two modes, of another edition and of a session, with gaps where somebody left."""
    SeatPool.objects.update(capacity=1)
    other = EditionFactory()
    SeatPoolFactory(edition=other, mode="onsite", capacity=0)
    session = with_seats(edition, 0)
    for number in range(8):
        registration = registered(edition, f"p{number}@example.org", sessions=[session] if number % 2 else [])
        registered(edition, f"o{number}@example.org", mode="online")
        registered(other, f"p{number}@example.org")
        if number in {2, 5}:
            cancel.cancel(registration=registration, at=NOW)
    return list(Claim.objects.order_by("pk"))


def test_ranks_are_those_of_each_claim_by_itself(queues, django_assert_num_queries):
    one_by_one = {claim.pk: seats.rank(claim) for claim in queues}

    with django_assert_num_queries(1):
        together = ranks_of(queues)

    assert together == {pk: rank for pk, rank in one_by_one.items() if rank is not None}
    assert len(together) > 15


@pytest.mark.parametrize("step", [2, 3, 7])
def test_ranks_of_some_count_the_others_too(queues, step):
    some = queues[::step]

    assert ranks_of(some) == {claim.pk: seats.rank(claim) for claim in some if seats.rank(claim)}


def test_ranks_of_nobody_who_waits_ask_nothing(edition):
    from django.db import connection  # noqa: PLC0415

    registered(edition)
    with CaptureQueriesContext(connection) as queries:
        assert ranks_of([]) == {}

    assert len(queries) == 0
    assert ranks_of(Claim.objects.all()) == {}
