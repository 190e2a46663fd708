"""Races of single people for seats and letters, with real connections, on a real PostgreSQL."""

import random
import time
from datetime import timedelta
from functools import partial

import pytest

from programme.models import Edition, SeatPool
from registrations.models import Claim, Registration, Submission
from registrations.services import cancel, holds, links, reminders, staff
from registrations.services.change import change
from registrations.services.door import check_in
from registrations.services.editions import set_status
from registrations.services.seats import NoSeatLeft
from symposium.accounts.models import User
from symposium.outbox.models import OutgoingMail
from tests.checks import (
    broken_invariants,
    letters_of,
    overtaken,
    people_not_written_to_once,
    ranks_with_gaps,
    seats_beyond_capacity,
)
from tests.factories import (
    NOW,
    UserFactory,
    registered,
    registration_of,
    send_form,
    send_group,
    set_capacity,
    wish,
    with_seats,
)
from tests.races import at_once
from tests.registrations.scenarios import (
    by_status,
    capacity_of,
    crowd_comes,
    errors,
    form_is_sent_often,
    mails_beyond_one,
    modes_are_swapped,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_forty_people_for_ten_seats(edition):
    answers = crowd_comes(edition, 40)

    pool = edition.seat_pools.get(mode="onsite")
    assert (answers.count("confirmed"), answers.count("waiting")) == (10, 30)
    assert (pool.taken, pool.waiting, pool.last_position) == (10, 30, 30)
    assert seats_beyond_capacity() == []
    assert ranks_with_gaps(pool, 30) == []
    assert people_not_written_to_once() == []
    assert broken_invariants() == []


def test_one_form_sent_fifty_times_at_once(edition):
    capacity_of(edition, "onsite", 1)

    answers = form_is_sent_often(edition, 50)

    assert answers == ["confirmed"] * 50
    assert (Registration.objects.count(), Submission.objects.count()) == (1, 1)
    assert mails_beyond_one() == []
    assert broken_invariants() == []


def test_one_address_in_thirty_forms_at_once(edition):
    answers = at_once(*(partial(send_form, edition, mode=("onsite", "online")[n % 2]) for n in range(30)))

    registration = Registration.objects.get()
    assert answers == ["confirmed"] * 30
    assert letters_of(registration) == ["confirmed", "link"]
    assert broken_invariants() == []


def test_who_cancelled_comes_back_once(edition):
    cancel.cancel(registration=registered(edition), at=NOW)

    answers = at_once(*(partial(send_form, edition, at=NOW + timedelta(hours=1)) for _time in range(20)))

    registration = Registration.objects.get()
    assert answers == ["confirmed"] * 20
    assert (registration.status, registration.issue) == ("confirmed", 2)
    assert letters_of(registration) == ["cancelled", "confirmed", "confirmed", "link"]
    assert broken_invariants() == []


def test_order_of_asking_is_the_order_of_the_list(edition):
    pool = capacity_of(edition, "onsite", 0)

    def come(number):
        answers = []
        for turn in range(5):
            email, began = f"person{number}-{turn}@example.org", time.monotonic()
            send_form(edition, email)
            answered = time.monotonic()
            answers.append((began, answered, registration_of(edition, email).claims.get().position))
        return answers

    answers = [answer for answers in at_once(*(partial(come, number) for number in range(8))) for answer in answers]

    assert overtaken(answers) == []
    assert ranks_with_gaps(pool, 40) == []


def test_last_seat_freed_while_somebody_joins_is_not_left_empty(edition):
    capacity_of(edition, "onsite", 1)
    holder = registered(edition, "person0@example.org")

    for number in range(1, 16):
        results = at_once(
            partial(cancel.cancel, registration=holder, at=NOW),
            partial(send_form, edition, f"person{number}@example.org"),
        )
        assert errors(results) == []
        assert broken_invariants() == []
        holder = Registration.objects.get(status="confirmed")
        assert holder == registration_of(edition, f"person{number}@example.org")


def test_cancellations_and_newcomers_together(edition):
    people = [registered(edition, f"person{number}@example.org") for number in range(16)]
    leaving = people[:10:2] + people[10:16:3]

    results = at_once(
        *(partial(cancel.cancel, registration=person, at=NOW) for person in leaving),
        *(partial(send_form, edition, f"new{number}@example.org") for number in range(10)),
    )

    assert errors(results) == []
    assert (by_status("confirmed"), by_status("cancelled")) == (10, len(leaving))
    first_waiting = [person.pk for person in people[10:] if person not in leaving]
    assert set(Registration.objects.filter(pk__in=first_waiting).values_list("status", flat=True)) == {"confirmed"}
    assert broken_invariants() == []


def test_one_registration_cancelled_often_at_once(edition):
    capacity_of(edition, "onsite", 1)
    holder, first, second = (registered(edition, f"person{number}@example.org") for number in range(3))

    results = at_once(*(partial(cancel.cancel, registration=holder, at=NOW) for _time in range(20)))

    assert errors(results) == []
    assert [Registration.objects.get(pk=person.pk).status for person in (first, second)] == ["confirmed", "waiting"]
    assert letters_of(holder) == ["cancelled", "confirmed"]
    assert broken_invariants() == []


def test_capacity_raised_under_load_promotes_exactly_the_next(edition):
    pool = capacity_of(edition, "onsite", 5)
    people = [registered(edition, f"person{number}@example.org") for number in range(12)]

    results = at_once(
        partial(set_capacity, pool=pool, capacity=8, safety_limit=None, at=NOW),
        *(partial(send_form, edition, f"new{number}@example.org") for number in range(15)),
    )

    assert errors(results) == []
    confirmed = set(Registration.objects.filter(status="confirmed").values_list("pk", flat=True))
    assert confirmed == {person.pk for person in people[:8]}
    assert seats_beyond_capacity() == []
    assert broken_invariants() == []


def test_capacity_lowered_under_load_drops_nobody(edition):
    pool = capacity_of(edition, "onsite", 8)
    people = [registered(edition, f"person{number}@example.org") for number in range(8)]

    results = at_once(
        partial(set_capacity, pool=pool, capacity=5, safety_limit=None, at=NOW),
        *(partial(send_form, edition, f"new{number}@example.org") for number in range(10)),
        *(partial(cancel.cancel, registration=person, at=NOW) for person in people[:3]),
    )

    pool.refresh_from_db()
    assert errors(results) == []
    assert set(Registration.objects.filter(pk__in=[p.pk for p in people[3:]]).values_list("status")) == {("confirmed",)}
    assert 5 <= pool.taken <= 8
    assert broken_invariants() == []


def test_capacity_raised_often_at_once_counts_no_seat_twice(edition):
    pool = capacity_of(edition, "onsite", 0)
    crowd_comes(edition, 20)

    results = at_once(
        *(partial(set_capacity, pool=pool, capacity=number, safety_limit=None, at=NOW) for number in range(1, 9))
    )

    pool.refresh_from_db()
    assert errors(results) == []
    assert pool.capacity <= pool.taken <= 8
    waiting = Claim.objects.eligible().filter(pool=pool).values_list("position", flat=True)
    assert list(waiting) == list(range(pool.taken + 1, 21))
    assert broken_invariants() == []


def test_change_to_the_last_seats_of_a_mode(edition):
    capacity_of(edition, "onsite", 12)
    capacity_of(edition, "online", 4)
    people = [registered(edition, f"person{number}@example.org") for number in range(15)]
    movers = Registration.objects.filter(pk__in=[person.pk for person in people[:12]])

    results = at_once(
        *(partial(change, registration=person, wish=wish(person, mode="online"), at=NOW) for person in movers)
    )

    assert errors(results) == []
    assert sum(isinstance(result, NoSeatLeft) for result in results) == 8
    assert (Claim.objects.held().filter(pool__mode="online").count(), by_status("confirmed")) == (4, 15)
    assert seats_beyond_capacity() == []
    assert broken_invariants() == []


def test_change_to_the_last_seats_of_a_session(edition):
    capacity_of(edition, "onsite", None)
    left, joined = with_seats(edition, 20), with_seats(edition, 4)
    people = [registered(edition, f"person{number}@example.org", sessions=[left]) for number in range(12)]

    results = at_once(
        *(partial(change, registration=person, wish=wish(person, sessions=(joined,)), at=NOW) for person in people)
    )

    assert errors(results) == []
    assert sum(isinstance(result, NoSeatLeft) for result in results) == 8
    held = Claim.objects.held()
    assert (held.filter(pool__session=joined).count(), held.filter(pool__session=left).count()) == (4, 8)
    assert broken_invariants() == []


def test_modes_swapped_by_many_at_once(edition):
    assert errors(modes_are_swapped(edition, 10)) == []
    assert broken_invariants() == []


def test_link_asked_for_by_many_at_once_is_sent_once(edition):
    registration = registered(edition)

    at_once(*(partial(links.send_lost, email="ada@example.org", at=NOW + timedelta(hours=1)) for _time in range(20)))

    assert letters_of(registration) == ["confirmed", "link"]


def test_reminders_of_two_schedulers_go_once(edition):
    crowd_comes(edition, 10)
    at = edition.starts_at - timedelta(days=1)

    assert errors(at_once(*(partial(reminders.remind, at=at) for _scheduler in range(4)))) == []
    assert people_not_written_to_once("registration.reminder") == []


def test_edition_called_off_by_two_at_once_writes_once(edition):
    crowd_comes(edition, 10)
    called_off = [partial(set_status, edition=Edition.objects.get(), status="cancelled", at=NOW) for _staff in range(4)]

    assert errors(at_once(*called_off)) == []
    assert people_not_written_to_once("registration.edition_cancelled") == []
    assert Edition.objects.get().calendar_sequence == 1


def test_holds_expired_by_many_at_once(edition):
    edition.confirms_email = True
    edition.save()
    crowd_comes(edition, 25)
    late = Registration.objects.filter(claims__is_held=True)

    counts = at_once(
        *(partial(holds.expire_everywhere, at=NOW + timedelta(days=1)) for _scheduler in range(4)),
        *(partial(holds.confirm_address, registration=person, at=NOW + timedelta(days=1)) for person in late[:4]),
    )

    assert errors(counts) == []
    assert by_status("pending") == 0
    assert broken_invariants() == []


def _storm(edition_id, sessions, organizer_id, number):
    """A person of the staff, a newcomer and a scheduler in one, acting at random but always the same."""
    chance = random.Random(number)
    results = []
    for turn in range(20):
        at = NOW + timedelta(minutes=turn)
        edition = Edition.objects.get(pk=edition_id)
        somebody = Registration.objects.filter(edition=edition, attendee__isnull=False).order_by("?").first()
        chosen = tuple(chance.sample(sessions, chance.randint(0, 2)))
        mode = chance.choice(["onsite", "online"])
        pool = SeatPool.objects.filter(edition=edition).order_by("?").first()
        email = f"person{chance.randint(0, 30)}@example.org"
        actions = [
            partial(send_form, edition, email, mode=mode, sessions=chosen, at=at),
            partial(send_form, edition, f"new{number}-{turn}@example.org", mode=mode, sessions=chosen, at=at),
            partial(send_group, edition, chance.randint(2, 5), f"person{chance.randint(0, 9)}", mode=mode, at=at),
            partial(cancel.cancel, registration=somebody, at=at),
            partial(change, registration=somebody, wish=wish(somebody, mode=mode, sessions=chosen), at=at),
            partial(holds.confirm_address, registration=somebody, at=at),
            partial(holds.expire_everywhere, at=at + timedelta(hours=chance.choice([0, 25]))),
            partial(set_capacity, pool=pool, capacity=chance.randint(0, 12), safety_limit=None, at=at),
            partial(links.send_lost, email=email, at=at),
            partial(check_in, registration=somebody, by=None, source="qr", gate="", at=at),
            partial(
                staff.confirm, registration=somebody, by=User(pk=organizer_id), at=at, reason="guest",
                overtake=chance.random() < 0.3,
            ),
            partial(
                staff.restore, registration=somebody, by=User(pk=organizer_id), at=at, reason="",
            ),
        ]  # fmt: skip
        try:
            results.append(chance.choice(actions)())
        except Exception as error:  # noqa: BLE001  it is the result
            results.append(error)
    return results


@pytest.mark.parametrize("confirms_email", [False, True])
def test_everything_at_once_ends_in_order(edition, confirms_email):
    edition.confirms_email = confirms_email
    edition.save()
    capacity_of(edition, "online", 6)
    sessions = [with_seats(edition, 3), with_seats(edition, 4)]
    organizer = UserFactory()
    for number in range(12):
        registered(edition, f"person{number}@example.org", sessions=sessions[: number % 3])

    results = at_once(*(partial(_storm, edition.pk, sessions, organizer.pk, number) for number in range(8)))

    assert errors(results) == []
    assert errors([result for each in results for result in each]) == []
    assert broken_invariants() == []
    assert OutgoingMail.objects.exists()
