"""Races of groups, with real connections, on a real PostgreSQL."""

import uuid
from functools import partial

import pytest

from registrations.models import Registration, Submission
from registrations.services import cancel
from registrations.services.groups import register_group
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, ranks_with_gaps
from tests.factories import NOW, application, members_of, registered, send_form, send_group, set_capacity
from tests.races import at_once
from tests.registrations.scenarios import by_status, capacity_of, crowd_comes, errors

pytestmark = pytest.mark.django_db(transaction=True)


def test_group_and_single_people_for_the_last_seats(edition):
    capacity_of(edition, "onsite", 9)
    crowd_comes(edition, 5)

    answers = at_once(
        partial(send_group, edition, 5), *(partial(send_form, edition, f"single{n}@example.org") for n in range(6))
    )

    pool = edition.seat_pools.get(mode="onsite")
    together = {person.status for person in members_of(edition, 5)}
    assert errors(answers) == []
    assert together == {"waiting"}
    assert answers[0] == "waiting"
    assert answers.count("confirmed") == pool.taken - 5 <= 4
    assert ranks_with_gaps(pool, 11 - answers.count("confirmed")) == []
    assert broken_invariants() == []


def test_groups_for_the_same_seats_get_all_or_none(edition):
    answers = at_once(*(partial(send_group, edition, 4, f"team{number}-") for number in range(5)))

    assert sorted(answers) == ["confirmed", "confirmed", "waiting", "waiting", "waiting"]
    for number, answer in enumerate(answers):
        assert {person.status for person in members_of(edition, 4, f"team{number}-")} == {answer}
    assert edition.seat_pools.get(mode="onsite").taken == 8
    assert broken_invariants() == []


def test_one_form_of_a_group_sent_often_at_once(edition):
    answers = at_once(*(partial(send_group, edition, 3, nonce="one-form") for _time in range(20)))

    assert answers == ["confirmed"] * 20
    assert (Registration.objects.count(), Submission.objects.count(), OutgoingMail.objects.count()) == (3, 1, 4)
    assert broken_invariants() == []


def test_groups_with_somebody_in_common_at_once(edition):
    """Each address is one registration, and no two groups wait for each other."""
    crowds = [["a", "b", "c"], ["c", "b", "d"], ["d", "a", "c"], ["b", "d", "e"]]
    results = at_once(*(partial(_send_names, edition, crowd) for crowd in crowds for _time in range(4)))

    assert errors(results) == []
    assert by_status("confirmed") == 5
    assert broken_invariants() == []


def _send_names(edition, names):
    applications = [application(f"{name}@example.org") for name in names]
    return register_group(edition=edition, applications=applications, nonce=uuid.uuid4().hex, at=NOW)


def test_cancellations_while_a_group_waits(edition):
    people = [registered(edition, f"person{number}@example.org") for number in range(9)]
    send_group(edition, 4)
    group, leaving = members_of(edition, 4), people[:2]

    results = at_once(
        *(partial(cancel.cancel, registration=person, at=NOW) for person in leaving),
        partial(cancel.cancel, registration=group[2], at=NOW),
        *(partial(send_form, edition, f"new{number}@example.org") for number in range(6)),
    )

    assert errors(results) == []
    assert [person.status for person in members_of(edition, 4)] == ["confirmed", "confirmed", "cancelled", "confirmed"]
    assert by_status("confirmed") == 10
    assert broken_invariants() == []


def test_capacity_raised_under_load_promotes_groups_whole_and_in_order(edition):
    pool = capacity_of(edition, "onsite", 5)
    crowd_comes(edition, 5)
    send_group(edition, 3, "first")
    single = registered(edition, "single@example.org")
    send_group(edition, 3, "last")

    results = at_once(
        partial(set_capacity, pool=pool, capacity=11, safety_limit=None, at=NOW),
        *(partial(send_form, edition, f"new{number}@example.org") for number in range(8)),
        partial(send_group, edition, 2, "new-group"),
    )

    single.refresh_from_db()
    assert errors(results) == []
    assert [person.status for person in [*members_of(edition, 3, "first"), single]] == ["confirmed"] * 4
    assert {person.status for person in members_of(edition, 3, "last")} == {"waiting"}
    assert edition.seat_pools.get(mode="onsite").taken == 9
    assert broken_invariants() == []
