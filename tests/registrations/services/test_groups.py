"""Several people register together: their seats, their rank, and what follows."""

import random
from datetime import timedelta

import pytest

from programme.models import Edition
from registrations.models import Claim, Group, Registration, Submission
from registrations.services import cancel, change, groups, holds, move_online, seats, staff
from registrations.services.groups import GroupTooLarge, NotInAGroup
from registrations.services.register import RegistrationClosed
from registrations.services.seats import ModeNotOffered
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import (
    NOW,
    UserFactory,
    group_of,
    members_of,
    registered,
    send_form,
    send_group,
    set_capacity,
    wish,
)
from tests.registrations.services.pools import onsite, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db):
    return UserFactory()


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "last", "answer", "after"),
    [
        (10, 0, 0, 0, [None, None, None], (3, 0, 0)),
        (10, 7, 0, 0, [None, None, None], (10, 0, 0)),
        (10, 8, 0, 4, [5, 6, 7], (8, 3, 7)),
        (10, 12, 0, 4, [5, 6, 7], (12, 3, 7)),
        (10, 3, 2, 7, [8, 9, 10], (3, 5, 10)),
        (None, 10_000, 0, 7, [None, None, None], (10_003, 0, 7)),
        (None, 3, 2, 7, [8, 9, 10], (3, 5, 10)),
    ],
)
def test_group_asks_for_all_its_seats_at_once(edition, capacity, taken, waiting, last, answer, after):
    pool = onsite(edition, capacity=capacity, taken=taken, waiting=waiting, last_position=last)

    assert seats.ask_together(pool, 3) == answer
    pool.refresh_from_db()
    assert (pool.taken, pool.waiting, pool.last_position) == after


def test_all_of_a_group_are_confirmed_where_there_are_seats_for_all(edition):
    onsite(edition, capacity=3)

    assert send_group(edition, 3) == "confirmed"

    people = members_of(edition, 3)
    assert states(*people) == ["confirmed"] * 3
    assert {person.confirmed_at for person in people} == {NOW}
    assert [letters_of(person) for person in people] == [["confirmed", "group"], ["confirmed"], ["confirmed"]]
    group = Group.objects.get()
    assert (group.edition, group.size, group.contact, group.contact_name) == (edition, 3, people[0], "Ada Example")
    assert str(group) == f"group {group.pk} of {edition.pk}"
    assert broken_invariants() == []


def test_all_of_a_group_wait_where_one_seat_is_missing(edition):
    onsite(edition, capacity=3)
    registered(edition)

    assert send_group(edition, 3) == "waiting"

    people = members_of(edition, 3)
    assert states(*people) == ["waiting"] * 3
    assert [seats.rank(person.claims.get()) for person in people] == [1, 2, 3]
    assert [letters_of(person) for person in people] == [["group", "waiting"], ["waiting"], ["waiting"]]
    assert broken_invariants() == []


def test_nobody_passes_a_group_that_waits_and_its_seats_stay_free(edition, by):
    onsite(edition, capacity=3)
    first = registered(edition, "first@example.org")
    send_group(edition, 3)
    behind = registered(edition, "behind@example.org")

    assert send_form(edition, "newcomer@example.org") == "waiting"
    assert send_group(edition, 2, "other") == "waiting"
    with pytest.raises(seats.NoSeatLeft):
        staff.confirm(registration=behind, by=by, at=NOW, overtake=False, reason="")

    pool = onsite(edition)
    assert (pool.taken, pool.waiting, pool.free) == (1, 7, 0)
    assert broken_invariants() == []
    cancel.cancel(registration=first, at=NOW)
    assert states(*members_of(edition, 3), behind) == ["confirmed"] * 3 + ["waiting"]
    assert broken_invariants() == []


def test_capacity_raised_promotes_whole_groups_in_order(edition):
    onsite(edition, capacity=3, taken=0)
    for number in range(3):
        registered(edition, f"holder{number}@example.org")
    single = registered(edition, "single@example.org")
    send_group(edition, 3)
    last = registered(edition, "last@example.org")
    everybody = [single, *members_of(edition, 3), last]

    seen = []
    for capacity in range(4, 9):
        set_capacity(pool=onsite(edition), capacity=capacity, safety_limit=None, at=NOW)
        seen.append(states(*everybody).count("confirmed"))
        assert broken_invariants() == []

    assert seen == [1, 1, 1, 4, 5]


def test_who_cancels_or_changes_their_mode_shrinks_the_group(edition):
    onsite(edition, capacity=5)
    for number in range(3):
        registered(edition, f"holder{number}@example.org")
    send_group(edition, 4)
    people = members_of(edition, 4)

    cancel.cancel(registration=people[1], at=NOW)
    assert states(*people) == ["waiting", "cancelled", "waiting", "waiting"]
    change.change(registration=people[3], wish=wish(people[3], mode="online"), at=NOW)

    assert states(*people) == ["confirmed", "cancelled", "confirmed", "confirmed"]
    assert Claim.objects.filter(group__isnull=False).count() == 2
    assert broken_invariants() == []


def test_who_comes_back_comes_back_alone(edition):
    onsite(edition, capacity=2)
    registered(edition)
    send_group(edition, 2)
    person = members_of(edition, 2)[1]
    cancel.cancel(registration=person, at=NOW)

    send_form(edition, person.attendee.email, at=NOW + timedelta(hours=1))

    assert person.claims.get().group is None
    assert states(*members_of(edition, 2)) == ["confirmed", "waiting"]
    assert broken_invariants() == []


def test_one_let_in_before_the_list_leaves_the_others_together(edition, by):
    onsite(edition, capacity=3)
    holder = registered(edition, "holder@example.org")
    send_group(edition, 3)
    people = members_of(edition, 3)

    staff.confirm(registration=people[2], by=by, at=NOW, overtake=True, reason="speaker")
    assert states(*people) == ["waiting", "waiting", "confirmed"]
    assert broken_invariants() == []
    cancel.cancel(registration=holder, at=NOW)

    assert states(*people) == ["confirmed"] * 3
    assert broken_invariants() == []


def test_split_group_waits_one_by_one(edition, by):
    onsite(edition, capacity=3)
    registered(edition)
    send_group(edition, 3)
    people = members_of(edition, 3)

    groups.split(registration=people[2], by=by, at=NOW)

    assert states(*people) == ["confirmed", "confirmed", "waiting"]
    entry = TrailEntry.objects.get(record_type="registrations.group")
    assert (entry.detail, entry.counts, entry.edition_id, entry.actor_id) == ("split", {"people": 3}, edition.pk, by.pk)
    assert broken_invariants() == []
    with pytest.raises(NotInAGroup):
        groups.split(registration=people[2], by=by, at=NOW)


def test_group_that_has_its_seats_is_not_split(edition, by):
    send_group(edition, 2)

    with pytest.raises(NotInAGroup):
        groups.split(registration=members_of(edition, 2)[0], by=by, at=NOW)


def test_group_larger_than_what_is_offered_is_refused(edition):
    onsite(edition, capacity=3)

    with pytest.raises(GroupTooLarge) as refused:
        send_group(edition, 4)

    assert refused.value.pool.mode == "onsite"
    assert (Registration.objects.count(), Submission.objects.count(), OutgoingMail.objects.count()) == (0, 0, 0)


def test_group_of_a_mode_without_seats_is_refused(edition):
    edition.seat_pools.filter(mode="online").delete()

    with pytest.raises(ModeNotOffered):
        send_group(edition, 2, mode="online")


def test_group_comes_in_time_or_not_at_all(edition):
    with pytest.raises(RegistrationClosed):
        send_group(edition, 2, at=edition.ends_at)


def test_edition_that_confirms_addresses_asks_each_and_shrinks_the_group(edition):
    Edition.objects.update(confirms_email=True)
    edition.refresh_from_db()
    onsite(edition, capacity=2)
    send_form(edition, "before@example.org")
    assert send_group(edition, 2) == "pending"
    people = members_of(edition, 2)
    assert letters_of(people[1]) == ["confirm_address"]
    assert {person.hold_expires_at for person in people} == {NOW + timedelta(hours=24)}

    holds.confirm_address(registration=people[1], at=NOW)
    holds.expire_everywhere(at=NOW + timedelta(hours=25))

    assert states(*people) == ["expired", "confirmed"]
    assert broken_invariants() == []


def test_holds_that_have_run_out_make_room_for_a_group(edition):
    Edition.objects.update(confirms_email=True)
    edition.refresh_from_db()
    onsite(edition, capacity=2)
    send_form(edition, "late@example.org")

    send_group(edition, 2, at=NOW + timedelta(days=2))

    assert [claim.is_held for claim in Claim.objects.filter(group__isnull=False)] == [True, True]


def test_group_that_waits_moves_online_as_a_group(edition):
    onsite(edition, capacity=2)
    registered(edition)
    edition.seat_pools.filter(mode="online").update(capacity=2)
    send_group(edition, 2)

    move_online.move_online(edition=edition, at=NOW)

    assert states(*members_of(edition, 2)) == ["waiting"] * 2
    assert broken_invariants() == []
    set_capacity(pool=edition.seat_pools.get(), capacity=3, safety_limit=None, at=NOW)
    assert states(*members_of(edition, 2)) == ["confirmed"] * 2


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_in_whatever_order_all_stays_true(edition, by, seed):
    """Always the same for a seed: people and groups come and go, seats are added and taken away."""
    chance = random.Random(seed)
    pool = onsite(edition, capacity=6)

    for turn in range(40):
        at = NOW + timedelta(minutes=turn)
        alive = Registration.objects.filter(status__in=Registration.ALIVE).order_by("attendee__email")
        somebody = chance.choice(list(alive)) if alive else None
        act = chance.choice(["single", "group", "group", "cancel", "cancel", "raise", "lower", "overtake", "split"])
        if act == "single":
            send_form(edition, f"single{turn}@example.org", at=at)
        elif act == "group" and pool.capacity >= 4:
            send_group(edition, chance.randint(2, 4), f"group{turn}-", at=at)
        elif act == "cancel" and somebody:
            cancel.cancel(registration=somebody, at=at)
        elif act in {"raise", "lower"}:
            pool.capacity = max(0, pool.capacity + (3 if act == "raise" else -2))
            set_capacity(pool=pool, capacity=pool.capacity, safety_limit=None, at=at)
        elif act == "overtake" and somebody and somebody.status == "waiting":
            staff.confirm(registration=somebody, by=by, at=at, overtake=True, reason="guest")
        elif act == "split" and somebody and group_of(somebody) and somebody.status == "waiting":
            groups.split(registration=somebody, by=by, at=at)
        assert broken_invariants() == [], (turn, act)

    assert Group.objects.exists()
