from datetime import timedelta

import pytest

from programme.models import Edition
from registrations.models import Registration
from registrations.services import holds
from registrations.services.cancel import cancel
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, registered, with_seats

LATER = NOW + timedelta(hours=2)


def status_of(registration):
    return Registration.objects.get(pk=registration.pk).status


@pytest.fixture
def full(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    return edition


def test_cancel_gives_the_seat_to_the_first_who_waits(full):
    holder, first, second = (registered(full, f"person{number}@example.org") for number in range(3))

    result = cancel(registration=holder, at=LATER)

    assert (result.status, result.cancelled_at, result.claims.count()) == ("cancelled", LATER, 0)
    assert [status_of(first), status_of(second)] == ["confirmed", "waiting"]
    assert Registration.objects.get(pk=first.pk).confirmed_at == LATER
    assert letters_of(holder) == ["cancelled", "confirmed"]
    assert letters_of(first) == ["promoted", "waiting"]
    assert letters_of(second) == ["waiting"]
    assert broken_invariants() == []


def test_cancel_twice_changes_nothing(full):
    holder, first, second = (registered(full, f"person{number}@example.org") for number in range(3))
    cancel(registration=holder, at=NOW)

    again = cancel(registration=holder, at=LATER)

    assert (again.status, again.cancelled_at) == ("cancelled", NOW)
    assert letters_of(holder) == ["cancelled", "confirmed"]
    assert [status_of(first), status_of(second)] == ["confirmed", "waiting"]


def test_cancel_of_who_waits_frees_no_seat(full):
    _holder, first, second = (registered(full, f"person{number}@example.org") for number in range(3))

    cancel(registration=first, at=LATER)

    assert [status_of(first), status_of(second)] == ["cancelled", "waiting"]
    assert full.seat_pools.get(mode="onsite").waiting == 1
    assert broken_invariants() == []


@pytest.mark.parametrize(
    "change", [{"status": "postponed"}, {"seats_given_until": NOW}, {"starts_at": NOW - timedelta(minutes=1)}]
)
def test_cancel_leaves_the_seat_empty_once_giving_on_is_over(full, change):
    holder, first = (registered(full, f"person{number}@example.org") for number in range(2))
    Edition.objects.filter(pk=full.pk).update(**change)

    cancel(registration=Registration.objects.get(pk=holder.pk), at=NOW)

    assert status_of(first) == "waiting"
    assert full.seat_pools.get(mode="onsite").taken == 0


def test_cancel_gives_on_the_seats_in_sessions(edition):
    session = with_seats(edition, 1)
    holder, first = (registered(edition, f"person{number}@example.org", sessions=[session]) for number in range(2))

    result = cancel(registration=holder, at=LATER)

    assert result.released_sessions == [session.pk]
    assert first.claims.get(pool__session=session).is_held
    assert letters_of(first) == ["confirmed", "session_promoted"]
    assert broken_invariants() == []


def test_promotion_asks_for_the_sessions_too(full):
    free, taken = with_seats(full, 5), with_seats(full, 0)
    holder = registered(full)
    first = registered(full, "next@example.org", sessions=[free, taken])

    cancel(registration=holder, at=LATER)

    claims = {claim.pool.session: claim for claim in first.claims.select_related("pool__session")}
    assert claims[free].is_held
    assert (claims[taken].is_held, claims[taken].is_eligible) == (False, True)
    assert full.seat_pools.get(session=taken).waiting == 1
    assert letters_of(first) == ["promoted", "waiting"]
    assert broken_invariants() == []


def test_promotion_of_an_address_to_be_confirmed_says_nothing_yet(full):
    session = with_seats(full, 1)
    Edition.objects.filter(pk=full.pk).update(confirms_email=True)
    full.refresh_from_db()
    holder = registered(full, sessions=[session])
    first = registered(full, "next@example.org", sessions=[session])

    cancel(registration=holder, at=NOW)

    assert [claim.is_held for claim in first.claims.all()] == [True, True]
    assert (status_of(first), letters_of(first)) == ("pending", ["confirm_address"])
    assert broken_invariants() == []


def test_session_freed_for_an_address_to_be_confirmed_says_nothing_yet(edition):
    session = with_seats(edition, 1)
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    holder, first = (registered(edition, f"person{number}@example.org", sessions=[session]) for number in range(2))

    cancel(registration=holder, at=NOW)

    assert first.claims.get(pool__session=session).is_held
    assert letters_of(first) == ["confirm_address"]


def test_cancel_applies_holds_that_ran_out(edition):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    slow, other, first, second = (registered(edition, f"person{number}@example.org") for number in range(4))
    holds.start_hold(registration_id=str(slow.pk), at=NOW)

    cancel(registration=other, at=NOW + timedelta(hours=1))

    assert status_of(slow) == "expired"
    assert [registration.claims.get().is_held for registration in (first, second)] == [True, True]
    assert broken_invariants() == []


def test_cancel_of_a_hold_that_ran_out_is_a_cancellation(edition):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    registration = registered(edition)

    result = cancel(registration=registration, at=NOW + timedelta(days=2))

    assert (result.status, result.hold_expires_at) == ("cancelled", None)
    assert broken_invariants() == []
