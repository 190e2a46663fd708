"""A list of people enters: every exit of the service."""

from datetime import timedelta

import pytest

from programme.models import Edition, KeptText, SeatPool
from registrations.models import Attendee, Registration
from registrations.services import cancel, seats
from registrations.services.newcomers import EditionNotOpen, Entered, enter_people
from registrations.services.seats import ModeNotOffered
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, UserFactory, application, registered, registration_of

pytestmark = pytest.mark.django_db
SOURCE = "the members of the academy"


@pytest.fixture
def by(db):
    return UserFactory()


def people(*names, **fields):
    return [application(f"{name}@example.org", family_name=name.title(), **fields) for name in names]


def enter(edition, applications, by, *, source=SOURCE, at=NOW):
    return enter_people(edition=edition, applications=applications, source=source, by=by, at=at)


def seats_of(edition, **numbers):
    SeatPool.objects.filter(edition=edition, mode="onsite").update(**numbers)


def test_list_gets_the_seats_in_its_order_and_then_waits(edition, by):
    registered(edition, "before@example.org")
    seats_of(edition, capacity=3)

    entered = enter(edition, people("one", "two", "three", "four"), by)

    assert entered == Entered(confirmed=2, waiting=2, known=0)
    found = [registration_of(edition, f"{name}@example.org") for name in ("one", "two", "three", "four")]
    assert [one.status for one in found] == ["confirmed", "confirmed", "waiting", "waiting"]
    assert [one.claims.get().position for one in found] == [None, None, 1, 2]
    assert [one.confirmed_at for one in found] == [NOW, NOW, None, None]
    assert [letters_of(one) for one in found] == [["confirmed"], ["confirmed"], ["waiting"], ["waiting"]]
    assert Registration.objects.with_token("page", found[0].page_token).get() == found[0]
    assert found[0].attendee.search_text.startswith("ada one")
    assert broken_invariants() == []


def test_the_list_goes_behind_those_who_wait_already(edition, by):
    seats_of(edition, capacity=1)
    registered(edition, "seated@example.org")
    waiting = registered(edition, "waiting@example.org")
    seats_of(edition, capacity=5, waiting=1)

    enter(edition, people("one"), by)

    positions = [one.claims.get().position for one in (waiting, registration_of(edition, "one@example.org"))]
    assert positions == [1, 2]


def test_each_mode_asks_its_own_seats(edition, by):
    seats_of(edition, capacity=0)

    entered = enter(edition, [*people("here"), *people("away", mode="online")], by)

    assert entered == Entered(confirmed=1, waiting=1, known=0)
    assert registration_of(edition, "away@example.org").status == "confirmed"
    assert broken_invariants() == []


def test_the_same_list_again_changes_nothing(edition, by):
    enter(edition, people("one", "two"), by)
    before = list(Registration.objects.order_by("pk").values())

    assert enter(edition, people("one", "two"), by, at=NOW + timedelta(hours=1)) == Entered(0, 0, 2)

    assert list(Registration.objects.order_by("pk").values()) == before
    assert OutgoingMail.objects.count() == 2
    assert broken_invariants() == []


def test_who_is_registered_or_has_cancelled_is_left_alone(edition, by):
    there, gone = registered(edition, "there@example.org"), registered(edition, "gone@example.org")
    cancel.cancel(registration=gone, at=NOW)

    entered = enter(edition, people("there", "gone", "new"), by)

    assert entered == Entered(confirmed=1, waiting=0, known=2)
    statuses = [registration_of(edition, f"{name}@example.org").status for name in ("there", "gone", "new")]
    assert statuses == ["confirmed", "cancelled", "confirmed"]
    assert Attendee.objects.get(registration=there).family_name == "Example"


def test_an_address_that_comes_twice_enters_once(edition, by):
    twice = [*people("one"), application("ONE@example.org", family_name="Second")]

    assert enter(edition, twice, by) == Entered(confirmed=1, waiting=0, known=1)
    assert Attendee.objects.get().family_name == "One"


def test_organizers_vouch_for_address_and_approval(edition, by):
    Edition.objects.update(confirms_email=True, requires_approval=True)
    edition.refresh_from_db()

    assert enter(edition, people("one"), by) == Entered(confirmed=1, waiting=0, known=0)
    assert registration_of(edition, "one@example.org").status == "confirmed"


def test_holds_that_have_run_out_are_given_up_first(edition, by):
    Edition.objects.update(confirms_email=True)
    edition.refresh_from_db()
    seats_of(edition, capacity=1)
    registered(edition, "late@example.org")

    assert enter(edition, people("one"), by, at=NOW + timedelta(days=2)) == Entered(confirmed=1, waiting=0, known=0)
    assert broken_invariants() == []


def test_who_is_written_to_has_the_notice_and_the_source_and_goes_behind_others(edition, by):
    enter(edition, people("one"), by)

    letter = OutgoingMail.objects.get()
    assert (letter.context, letter.is_bulk) == ({"source": SOURCE}, True)
    assert Registration.objects.get().notice == KeptText.objects.get()


def test_without_a_source_nobody_is_written_to(edition, by):
    entered = enter(edition, people("one"), by, source="")

    assert entered == Entered(confirmed=1, waiting=0, known=0)
    letter = OutgoingMail.objects.get()
    assert (letter.state, letter.context, Registration.objects.get().notice) == ("dropped", {}, None)
    assert broken_invariants() == []
    assert TrailEntry.objects.latest("id").counts == {"entered": 1, "entered_waiting": 0, "written_to": 0}


def test_trail_holds_the_numbers_and_nobody(edition, by):
    seats_of(edition, capacity=1)

    enter(edition, people("one", "two"), by)

    entry = TrailEntry.objects.latest("id")
    told = (entry.kind, entry.detail, entry.record_type, entry.edition_id, entry.actor_id)
    assert told == ("added", "list", "programme.edition", edition.pk, by.pk)
    assert entry.counts == {"entered": 2, "entered_waiting": 1, "written_to": 2}


@pytest.mark.parametrize("status", ["draft", "postponed", "cancelled", "archived"])
def test_only_a_published_edition_takes_a_list(edition, by, status):
    edition.status = status
    edition.save()

    with pytest.raises(EditionNotOpen):
        enter(edition, people("one"), by)

    assert not Registration.objects.exists()


def test_an_edition_that_is_over_takes_no_list_and_one_whose_form_is_closed_does(edition, by):
    edition.registration_closes_at = NOW - timedelta(days=1)
    edition.save()

    assert enter(edition, people("one"), by).confirmed == 1
    with pytest.raises(EditionNotOpen):
        enter(edition, people("two"), by, at=edition.ends_at)


def test_a_mode_without_seats_enters_nobody(edition, by):
    edition.seat_pools.filter(mode="online").delete()

    with pytest.raises(ModeNotOffered):
        enter(edition, [*people("here"), *people("away", mode="online")], by)

    assert not Registration.objects.exists()
    assert broken_invariants() == []


def test_long_list_costs_the_same_statements_as_a_short_one(edition, by, django_assert_max_num_queries):
    enter(edition, people("warm"), by)

    with django_assert_max_num_queries(20):
        enter(edition, people(*(f"p{number}" for number in range(900))), by)


@pytest.mark.parametrize("capacity", [None, 0, 4, 10])
@pytest.mark.parametrize("already", [(0, 0, 0), (3, 0, 7), (4, 2, 9), (6, 0, 0)])
def test_asking_for_many_answers_as_asking_for_each(edition, capacity, already):
    taken, waiting, last = already
    answers, numbers = [], []
    for ask in (lambda pool: [seats.ask(pool) for _one in range(5)], lambda pool: seats.ask_for_many(pool, 5)):
        seats_of(edition, capacity=capacity, taken=taken, waiting=waiting, last_position=last)
        answers.append(ask(edition.seat_pools.get(mode="onsite")))
        numbers.append(edition.seat_pools.values_list("taken", "waiting", "last_position").get(mode="onsite"))

    assert answers[0] == answers[1]
    assert numbers[0] == numbers[1]
