"""Seats for speakers, moderators and partners, which staff alone give."""

from functools import partial

import pytest

from programme.services.pages import seats_of
from registrations.models import Claim, Decision, Registration
from registrations.services import cancel, newcomers, reserved, seats, staff
from registrations.services.change import change
from registrations.services.move_online import move_online
from tests.checks import broken_invariants, letters_of
from tests.factories import (
    NOW,
    SeatPoolFactory,
    UserFactory,
    application,
    registered,
    registration_of,
    wish,
    with_seats,
)
from tests.races import at_once


@pytest.fixture
def organizer(db):
    return UserFactory()


@pytest.fixture
def full(edition):
    """One seat for everybody, which is taken, and one that is reserved and free."""
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    SeatPoolFactory(edition=edition, mode="reserved", capacity=1)
    registered(edition, "holder@example.org")
    return edition


def add(edition, by, email="speaker@example.org", **fields):
    return reserved.add(edition=edition, application=application(email, **fields), by=by, at=NOW)


def reserve(registration, by):
    return reserved.reserve(registration=registration, by=by, at=NOW, reason="speaker")


def release(registration, by, *, overtake=False, reason=""):
    return reserved.release(registration=registration, by=by, at=NOW, overtake=overtake, reason=reason)


def seat(registration):
    return registration.claims.values_list("pool__mode", "is_held").get(pool__session=None)


def actions():
    return sorted(Decision.objects.values_list("action", flat=True))


def test_added_person_has_a_reserved_seat_and_the_usual_letter(full, organizer):
    session = with_seats(full, 5)

    registration = add(full, organizer, sessions=[session])

    assert (registration.status, seat(registration)) == ("confirmed", ("reserved", True))
    assert (letters_of(registration), actions()) == (["confirmed"], ["reserve"])
    assert registration.claims.get(pool__session=session).is_held
    assert broken_invariants() == []


def test_nobody_is_added_beyond_what_is_reserved(full, organizer):
    add(full, organizer)

    with pytest.raises(seats.NoSeatLeft):
        add(full, organizer, "second@example.org")

    assert not Registration.objects.filter(attendee__email="second@example.org").exists()
    assert broken_invariants() == []


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_nobody_is_added_where_nobody_can_come(full, organizer, status):
    full.status = status

    with pytest.raises(newcomers.EditionNotOpen):
        add(full, organizer)


def test_known_address_is_not_added_twice(full, organizer):
    with pytest.raises(reserved.RegisteredAlready):
        add(full, organizer, "Holder@example.org")


def test_nobody_is_added_online(full, organizer):
    with pytest.raises(reserved.NotOnSite):
        add(full, organizer, mode="online")


def test_edition_that_reserves_nothing_has_no_such_seat(edition, organizer):
    with pytest.raises(seats.ModeNotOffered):
        add(edition, organizer)


def test_moved_person_frees_their_seat_for_who_waits(full, organizer):
    next_one = registered(full, "next@example.org")

    moved = reserve(registration_of(full, "holder@example.org"), organizer)

    next_one.refresh_from_db()
    assert (seat(moved), next_one.status, seat(next_one)) == (("reserved", True), "confirmed", ("onsite", True))
    assert (letters_of(moved), letters_of(next_one)) == (["confirmed"], ["promoted", "waiting"])
    assert broken_invariants() == []


@pytest.mark.parametrize("question", [{}, {"requires_approval": True}, {"confirms_email": True}])
def test_moved_person_waits_for_nothing_any_more(full, organizer, question):
    for name, value in question.items():
        setattr(full, name, value)
    full.save()
    session = with_seats(full, 1)

    moved = reserve(registered(full, sessions=[session]), organizer)

    assert (moved.status, seat(moved), moved.claims.get(pool__session=session).is_held) == (
        "confirmed",
        ("reserved", True),
        True,
    )
    assert "confirmed" in letters_of(moved)
    assert broken_invariants() == []


def test_moving_twice_changes_nothing(full, organizer):
    moved = reserve(registration_of(full, "holder@example.org"), organizer)

    again = reserve(moved, organizer)

    assert (seat(again), actions()) == (("reserved", True), ["reserve"])


def test_nobody_is_moved_beyond_what_is_reserved(full, organizer):
    add(full, organizer)
    holder = registration_of(full, "holder@example.org")

    with pytest.raises(seats.NoSeatLeft):
        reserve(holder, organizer)

    assert (seat(holder), broken_invariants()) == (("onsite", True), [])


def test_who_attends_online_is_not_moved(full, organizer):
    online = registered(full, mode="online")

    with pytest.raises(reserved.NotOnSite):
        reserve(online, organizer)

    assert seat(online) == ("online", True)


def test_who_cancelled_is_not_moved(full, organizer):
    gone = cancel.cancel(registration=registration_of(full, "holder@example.org"), at=NOW)

    with pytest.raises(staff.NotPossible):
        reserve(gone, organizer)


def test_moved_back_where_a_seat_is_free(full, organizer):
    moved = add(full, organizer)
    cancel.cancel(registration=registration_of(full, "holder@example.org"), at=NOW)

    back = release(moved, organizer)

    assert (seat(back), actions()) == (("onsite", True), ["release", "reserve"])
    assert broken_invariants() == []


def test_reserved_seat_is_kept_where_no_other_is_free(full, organizer):
    moved = add(full, organizer)

    with pytest.raises(seats.NoSeatLeft):
        release(moved, organizer, reason="no talk")

    assert (seat(moved), broken_invariants()) == (("reserved", True), [])


def test_moving_back_may_overtake_with_a_reason(full, organizer):
    waiting = registered(full, "waiting@example.org")
    moved = add(full, organizer)

    with pytest.raises(staff.ReasonNeeded):
        release(moved, organizer, overtake=True, reason=" ")
    back = release(moved, organizer, overtake=True, reason="the talk is off, the trip is booked")

    waiting.refresh_from_db()
    assert (seat(back), waiting.status, actions()) == (("onsite", True), "waiting", ["overtake", "reserve"])
    assert broken_invariants() == []


def test_who_holds_no_reserved_seat_is_not_moved_back(full, organizer):
    with pytest.raises(staff.NotPossible):
        release(registration_of(full, "holder@example.org"), organizer)


def test_reserved_seat_given_up_is_offered_to_nobody(full, organizer):
    waiting = registered(full, "waiting@example.org")
    moved = add(full, organizer)

    cancel.cancel(registration=moved, at=NOW)

    waiting.refresh_from_db()
    assert (waiting.status, full.seat_pools.get(mode="reserved").taken) == ("waiting", 0)
    assert broken_invariants() == []


def test_who_comes_back_after_cancelling_competes_like_everybody(full, organizer):
    cancel.cancel(registration=add(full, organizer), at=NOW)

    again = registered(full, "speaker@example.org")

    assert (again.status, seat(again)) == ("waiting", ("onsite", False))


def test_changing_online_leaves_the_reserved_seat(full, organizer):
    moved = add(full, organizer)

    changed = change(registration=moved, wish=wish(moved, mode="online"), at=NOW)

    assert (seat(changed), full.seat_pools.get(mode="reserved").taken) == (("online", True), 0)
    assert broken_invariants() == []


def test_reserved_seats_move_online_with_the_edition(full, organizer):
    moved = add(full, organizer)

    move_online(edition=full, at=NOW)

    moved.refresh_from_db()
    assert (moved.mode, seat(moved), list(full.seat_pools.values_list("mode"))) == (
        "online",
        ("online", True),
        [("online",)],
    )
    assert broken_invariants() == []


def test_public_numbers_do_not_change(full, organizer):
    before = seats_of(full)

    add(full, organizer)

    after = seats_of(full)
    assert [(p.mode, p.capacity, p.taken) for p in after.offered] == [
        (p.mode, p.capacity, p.taken) for p in before.offered
    ]


@pytest.mark.django_db(transaction=True)
def test_last_reserved_seat_is_given_once(full, organizer):
    people = [registered(full, f"person{number}@example.org") for number in range(2)]

    results = at_once(*(partial(reserve, person, organizer) for person in people), partial(add, full, organizer))

    held = Claim.objects.filter(pool__mode="reserved")
    assert (sum(isinstance(result, seats.NoSeatLeft) for result in results), held.count()) == (2, 1)
    assert broken_invariants() == []
