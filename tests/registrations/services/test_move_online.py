"""An edition on site that takes place online only: nobody who holds a seat loses it."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail

from programme.models import Edition, SeatPool
from registrations.models import Claim, Registration
from registrations.services import seats
from registrations.services.cancel import cancel
from registrations.services.editions import open_pools
from registrations.services.move_online import NotMovable, move_online
from registrations.services.seats import ModeNotOffered
from symposium.outbox.delivery import deliver_due
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, registration_of, send_form, with_seats
from tests.races import at_once


def limit(edition, **capacities):
    for mode, capacity in capacities.items():
        edition.seat_pools.filter(mode=mode).update(capacity=capacity)


def people(edition, number, mode, **fields):
    return [registered(edition, f"{mode}{n}@example.org", mode=mode, **fields) for n in range(number)]


def now(registrations):
    found = [Registration.objects.get(pk=registration.pk) for registration in registrations]
    return [(registration.status, registration.mode) for registration in found]


def test_everybody_on_site_keeps_a_place_online(edition):
    session = with_seats(edition, 1)
    held = people(edition, 2, "onsite", sessions=[session])

    moved = move_online(edition=edition, at=NOW)

    edition.refresh_from_db()
    assert moved == 2
    assert (edition.moved_online_at, edition.calendar_sequence) == (NOW, 1)
    assert now(held) == [("confirmed", "online")] * 2
    assert list(edition.seat_pools.of_modes().values_list("mode", "taken", "waiting")) == [("online", 2, 0)]
    assert [claim.is_held for claim in Claim.objects.filter(pool__session=session).order_by("id")] == [True, False]
    assert [letters_of(person) for person in held] == [["confirmed", "edition_moved_online"]] * 2
    assert broken_invariants() == []


def test_who_holds_a_seat_keeps_it_beyond_the_limit_online_and_who_waits_queues_behind(edition):
    limit(edition, onsite=2, online=1)
    online, on_site = people(edition, 3, "online"), people(edition, 4, "onsite")

    move_online(edition=edition, at=NOW)

    pool = edition.seat_pools.get(mode="online")
    order = Claim.objects.eligible().filter(pool=pool).values_list("registration", flat=True)
    assert now(on_site) == [("confirmed", "online")] * 2 + [("waiting", "online")] * 2
    assert (pool.taken, pool.waiting, pool.last_position) == (3, 4, 4)
    assert list(order) == [person.pk for person in [*online[1:], *on_site[2:]]]
    assert broken_invariants() == []


def test_who_waited_on_site_gets_a_free_seat_online_after_those_who_waited_there(edition):
    limit(edition, onsite=1, online=None)
    _holder, first, second = people(edition, 3, "onsite")

    move_online(edition=edition, at=NOW)

    assert now([first, second]) == [("confirmed", "online")] * 2
    assert letters_of(first) == ["edition_moved_online", "promoted", "waiting"]
    assert broken_invariants() == []


@pytest.mark.parametrize("question", ["confirms_email", "requires_approval"])
def test_who_has_yet_to_be_accepted_is_moved_as_they_are(edition, question):
    limit(edition, online=1)
    Edition.objects.update(**{question: True})
    edition.refresh_from_db()
    moved = people(edition, 2, "onsite")
    before = now(moved)

    move_online(edition=edition, at=NOW)

    assert now(moved) == [(status, "online") for status, _mode in before]
    assert broken_invariants() == []


def test_who_cancelled_may_come_back_online(edition):
    gone = registered(edition)
    cancel(registration=gone, at=NOW)
    move_online(edition=edition, at=NOW)

    send_form(edition, mode="online")

    assert now([gone]) == [("confirmed", "online")]
    assert "edition_moved_online" not in letters_of(gone)


def test_edition_that_was_on_site_alone_gets_seats_online_without_limit(db):
    edition = EditionFactory()
    SeatPoolFactory(edition=edition, mode="onsite", capacity=1)
    everybody = people(edition, 2, "onsite")

    move_online(edition=edition, at=NOW)

    assert now(everybody) == [("confirmed", "online")] * 2
    assert SeatPool.objects.get().capacity is None
    assert broken_invariants() == []


def test_moving_again_changes_nothing_and_writes_to_nobody(edition):
    person = registered(edition)

    moved = [move_online(edition=edition, at=NOW) for _time in range(2)]

    assert moved == [1, 0]
    assert letters_of(person) == ["confirmed", "edition_moved_online"]
    assert Edition.objects.get().calendar_sequence == 1


@pytest.mark.parametrize(
    "fields",
    [{"status": "draft"}, {"status": "cancelled"}, {"status": "archived"}, {"starts_at": NOW}],
    ids=lambda fields: "-".join(map(str, fields.values())),
)
def test_only_what_is_announced_and_to_come_is_moved(edition, fields):
    Edition.objects.update(**fields)

    with pytest.raises(NotMovable):
        move_online(edition=edition, at=NOW)

    assert edition.seat_pools.count() == 2


def test_edition_that_was_never_on_site_is_not_moved(edition):
    edition.seat_pools.filter(mode="onsite").delete()

    with pytest.raises(NotMovable):
        move_online(edition=edition, at=NOW)


def test_seats_on_site_again_take_the_move_back_and_leave_people_where_they_are(edition):
    person = registered(edition)
    move_online(edition=edition, at=NOW)

    open_pools(edition=edition, modes=("onsite", "online"))

    edition.refresh_from_db()
    assert (edition.moved_online_at, edition.calendar_sequence) == (None, 2)
    assert now([person]) == [("confirmed", "online")]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("confirmed", "Your place is kept: you attend online."),
        ("waiting", "You stay on the waiting list, now for a place online."),
        ("requested", "Your registration is kept, now for a place online."),
    ],
)
def test_letter_says_what_is_kept(edition, status, words):
    limit(edition, onsite=0 if status == "waiting" else 1, online=0)
    Edition.objects.update(requires_approval=status == "requested")
    edition.refresh_from_db()
    registered(edition, language="en")
    deliver_due(clock=lambda: NOW)
    mail.outbox = []
    move_online(edition=edition, at=NOW)

    deliver_due(clock=lambda: NOW)

    (message,) = mail.outbox
    assert message.subject == "The symposium moves online: AI and medicine"
    assert words in message.body
    assert "Academy" not in message.body


def test_letter_is_dropped_when_the_move_is_taken_back(edition):
    registered(edition)
    deliver_due(clock=lambda: NOW)
    mail.outbox = []
    move_online(edition=edition, at=NOW)
    open_pools(edition=edition, modes=("onsite",))

    deliver_due(clock=lambda: NOW)

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_people_who_register_while_it_moves_are_moved_or_refused_and_never_lost(edition):
    limit(edition, onsite=6, online=3)
    newcomers = [
        partial(send_form, edition, f"person{n}@example.org", mode=("onsite", "online")[n % 2]) for n in range(20)
    ]
    moving = partial(move_online, edition=edition, at=NOW)

    results = at_once(*newcomers[:10], moving, moving, *newcomers[10:])

    answers = [result for result in results if isinstance(result, str)]
    refused = [result for result in results if isinstance(result, ModeNotOffered)]
    assert len(answers) + len(refused) == 20, results
    assert Registration.objects.count() == len(answers)
    assert not Registration.objects.filter(mode="onsite").exists()
    assert broken_invariants() == []


def test_queueing_for_seats_that_are_gone_is_refused(edition):
    pool = edition.seat_pools.get(mode="onsite")
    move_online(edition=edition, at=NOW + timedelta(seconds=1))

    for asking in (seats.ask, seats.queue_up):
        with pytest.raises(ModeNotOffered):
            asking(pool)


def test_letter_about_the_move_reaches_who_came_before_it(edition):
    before = registered(edition, "before@example.org")
    move_online(edition=edition, at=NOW)
    send_form(edition, "after@example.org", mode="online")

    assert "edition_moved_online" in letters_of(before)
    assert letters_of(registration_of(edition, "after@example.org")) == ["confirmed"]
