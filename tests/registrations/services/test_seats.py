"""The pool, asked without the services around it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import Edition, SeatPool
from registrations.models import Claim
from registrations.services import cancel, change, seats
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants
from tests.factories import NOW, SeatPoolFactory, registered, wish, with_seats


@pytest.fixture
def pool(edition):
    return edition.seat_pools.get(mode="onsite")


def numbers(pool):
    pool.refresh_from_db()
    return pool.taken, pool.waiting, pool.last_position


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "last", "answer", "after"),
    [
        (10, 0, 0, 0, None, (1, 0, 0)),
        (10, 9, 0, 0, None, (10, 0, 0)),
        (10, 10, 0, 0, 1, (10, 1, 1)),
        (10, 12, 0, 4, 5, (12, 1, 5)),
        (0, 0, 0, 0, 1, (0, 1, 1)),
        (None, 10_000, 0, 7, None, (10_001, 0, 7)),
        (10, 3, 2, 7, 8, (3, 3, 8)),
        (None, 3, 2, 7, 8, (3, 3, 8)),
    ],
)
def test_ask_takes_a_seat_or_the_next_position(pool, capacity, taken, waiting, last, answer, after):
    SeatPool.objects.filter(pk=pool.pk).update(capacity=capacity, taken=taken, waiting=waiting, last_position=last)

    assert seats.ask(pool) == answer
    assert numbers(pool) == after


def test_queue_up_holds_up_nobody(pool):
    assert [seats.queue_up(pool), seats.queue_up(pool)] == [1, 2]
    assert seats.ask(pool) is None
    assert numbers(pool) == (1, 0, 2)


def test_pools_are_locked_in_one_order(edition):
    sessions = [with_seats(edition, 1) for _number in range(2)]
    SeatPoolFactory(mode="online")

    locked = list(seats.lock_pools(edition).values())

    assert [pool.mode or pool.session for pool in locked] == ["online", "onsite", *sessions]


def test_pool_of_mode_is_not_that_of_a_session(edition, pool):
    with_seats(edition, 1)

    assert seats.pool_of_mode(edition.seat_pools.all(), "onsite") == pool
    with pytest.raises(seats.ModeNotOffered):
        seats.pool_of_mode(edition.seat_pools.all(), "")


def test_rank_counts_who_could_take_a_seat_before(edition, pool):
    SeatPool.objects.filter(pk=pool.pk).update(capacity=1)
    people = [registered(edition, f"person{number}@example.org") for number in range(4)]
    cancel.cancel(registration=people[1], at=NOW)

    assert [seats.rank(person.claims.get()) for person in (people[0], *people[2:])] == [None, 1, 2]


def test_rank_of_a_session_claim_that_cannot_take_a_seat_yet_is_none(edition, pool):
    SeatPool.objects.filter(pk=pool.pk).update(capacity=0)
    session = with_seats(edition, 1)
    registration = registered(edition, sessions=[session])

    assert seats.rank(registration.claims.get(pool__session=session)) is None


def test_who_comes_back_ranks_behind_all(edition, pool):
    SeatPool.objects.filter(pk=pool.pk).update(capacity=0)
    first, second = registered(edition), registered(edition, "next@example.org")
    cancel.cancel(registration=first, at=NOW)

    first = registered(edition, at=NOW + timedelta(hours=1))

    assert [seats.rank(person.claims.get()) for person in (first, second)] == [2, 1]
    assert first.claims.get().position == 3
    assert broken_invariants() == []


def test_give_on_empties_the_lists_of_all_pools(edition, pool):
    """People admitted to the edition stand on a session's list where they asked, and it is given on after them."""
    session = with_seats(edition, 1)
    SeatPool.objects.filter(pk=pool.pk).update(capacity=1)
    confirmed, first, second = (
        registered(edition, f"person{number}@example.org", sessions=[session]) for number in range(3)
    )
    SeatPool.objects.filter(pk=pool.pk).update(capacity=None)
    SeatPool.objects.filter(session=session).update(capacity=2)

    seats.give_on(edition, NOW)

    assert [person.claims.get(pool=pool).is_held for person in (confirmed, first, second)] == [True, True, True]
    assert [p.claims.get(pool__session=session).is_held for p in (confirmed, first, second)] == [True, True, False]
    assert broken_invariants() == []


def test_give_on_asks_as_often_for_many_as_for_one(edition, pool):
    session = with_seats(edition, 0)
    SeatPool.objects.filter(pk=pool.pk).update(capacity=0)
    for number in range(21):
        registered(edition, f"person{number}@example.org", sessions=[session])

    def raise_to(capacity):
        SeatPool.objects.filter(edition=edition).exclude(mode="online").update(capacity=capacity)
        with CaptureQueriesContext(connection) as captured:
            seats.give_on(edition, NOW)
        return len(captured)

    assert raise_to(1) == raise_to(21)
    assert Claim.objects.held().count() == 42
    assert broken_invariants() == []


def test_give_on_gives_a_session_to_who_asked_it_first(edition, pool):
    """And not to who was first admitted to the edition: each list has its own order."""
    session = with_seats(edition, 1)
    SeatPool.objects.filter(pk=pool.pk).update(capacity=0)
    late, early = registered(edition, "late@example.org"), registered(edition, "early@example.org", sessions=[session])
    change.change(registration=late, wish=wish(late, sessions=(session,)), at=NOW)
    SeatPool.objects.filter(pk=pool.pk).update(capacity=2)

    seats.give_on(edition, NOW)

    in_session = Claim.objects.get(pool__session=session, is_held=True)
    assert in_session.registration_id == early.pk
    kinds = OutgoingMail.objects.filter(kind__endswith="promoted").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["registration.promoted"] * 2
    assert broken_invariants() == []


def test_give_on_where_the_edition_gives_none(edition, pool):
    SeatPool.objects.filter(pk=pool.pk).update(capacity=0)
    registration = registered(edition)
    SeatPool.objects.filter(pk=pool.pk).update(capacity=1)

    seats.give_on(Edition(pk=edition.pk, status="draft", starts_at=edition.starts_at), NOW)

    assert not registration.claims.get().is_held


def test_claim_already_eligible_stays_as_it_is(edition, pool):
    SeatPool.objects.filter(pk=pool.pk).update(capacity=0)
    claim = registered(edition).claims.select_related("pool").get()

    seats.make_eligible(claim)

    assert numbers(pool) == (0, 1, 1)
