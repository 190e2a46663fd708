"""« Are you still coming? »: who is asked, what the letter says, and what an answer does."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from registrations.models import Registration
from registrations.services import still_coming
from registrations.services.dates import Dates
from registrations.services.editions import set_status
from registrations.services.privacy import export_registration
from registrations.services.still_coming import Answers, NotAsked, answer, answers_of, ask
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, letters_of
from tests.factories import registered
from tests.registrations.services.coming import DAY, PARIS, again, ask_and_deliver, asking, status_of


# The question
def test_ask_writes_once_to_the_confirmed_on_site(asks, asked_at):
    confirmed, late, waits = (registered(asks, f"{name}@example.org") for name in ("first", "late", "waits"))
    online = registered(asks, "online@example.org", mode="online")
    Registration.objects.filter(pk=late.pk).update(confirmed_at=asked_at)

    assert [ask(at=asked_at + timedelta(minutes=minutes)) for minutes in (-1, 0, 10)] == [0, 1, 0]

    assert letters_of(confirmed) == ["confirmed", "still_coming"]
    assert letters_of(late) == letters_of(online) == ["confirmed"]
    assert letters_of(waits) == ["waiting"]
    assert OutgoingMail.objects.get(kind="registration.still_coming").occasion == asks.day.isoformat()


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"choice": "none"}, 3),
        ({"status": "postponed"}, 3),
        ({"status": "draft"}, 3),
        ({}, 0),
        ({"coming_question_days": 2}, 3),
    ],
)
def test_ask_nobody_where_there_is_nothing_to_ask(edition, fields, days):
    registered(edition)
    asking(edition, **fields)

    assert ask(at=edition.starts_at - days * DAY) == 0


def test_ask_as_often_for_many_as_for_one(edition, django_assert_num_queries):
    for number in range(8):
        registered(edition, f"person{number}@example.org")
    asking(edition)

    with django_assert_num_queries(5):  # the edition, its transaction, the people and their mails
        assert ask(at=edition.coming_asked_at) == 8


def test_question_of_the_day_that_holds_is_asked_anew(asks, asked_at):
    registration = registered(asks)
    ask(at=asked_at)
    answer(registration=again(registration), is_coming=True, at=asked_at)
    dates = Dates(asks.starts_at + 30 * DAY, asks.ends_at + 30 * DAY, asks.time_zone, asks.date_precision)

    set_status(edition=asks, status="published", dates=dates, at=asked_at)

    assert (again(registration).coming_answer, again(registration).coming_answered_at) == ("", None)
    assert ask(at=asked_at + 30 * DAY) == 1
    assert letters_of(registration).count("still_coming") == 2


def test_answer_stays_when_only_the_hour_changes(asks, asked_at):
    registration = registered(asks)
    answer(registration=again(registration), is_coming=True, at=asked_at)
    dates = Dates(asks.starts_at + timedelta(hours=1), asks.ends_at, asks.time_zone, asks.date_precision)

    set_status(edition=asks, status="published", dates=dates, at=asked_at)

    assert again(registration).coming_answer == "yes"


# The letter
def test_letter_has_both_answers_and_the_moment_at_which_silence_counts(asks, asked_at):
    registration = registered(asks, language="fr")
    mail.outbox = []

    ask_and_deliver(asked_at)

    body = mail.outbox[-1].body
    for said in ("yes", "no"):
        assert f"/fr/registrations/{registration.page_token}/coming/?answer={said}" in body
    assert "19 mai 2027" in body


def test_letter_to_who_may_stay_silent_names_no_moment(asks, asked_at):
    registered(asking(asks, "noes"))
    mail.outbox = []

    ask_and_deliver(asked_at)

    assert "whether you will be there" in mail.outbox[-1].body
    assert "Please answer before" not in mail.outbox[-1].body


def test_letter_names_no_moment_where_silence_frees_nothing(asks, asked_at):
    registration = registered(asks)
    asked = again(registration)
    assert still_coming.answer_needed_by(asked) == asks.silences_end_at

    asks.seats_given_until = asks.silences_end_at
    asks.save()
    assert still_coming.answer_needed_by(again(registration)) is None
    asking(asks, "noes", seats_given_until=None)
    assert still_coming.answer_needed_by(again(registration)) is None
    asking(asks, "silent")
    Registration.objects.update(confirmed_at=asked_at)
    assert still_coming.answer_needed_by(again(registration)) is None
    Registration.objects.update(confirmed_at=None)
    assert still_coming.answer_needed_by(again(registration)) is None


@pytest.mark.parametrize(
    "change",
    [{"mode": "online"}, {"status": "waiting"}, {"coming_answer": "yes", "coming_answered_at": datetime.now(PARIS)}],
)
def test_letter_that_events_have_overtaken_is_dropped(asks, asked_at, change):
    registered(asks)
    ask(at=asked_at)
    Registration.objects.update(**change)

    deliver_due(clock=lambda: asked_at)

    assert OutgoingMail.objects.get(kind="registration.still_coming").state == "dropped"


# The answer
def test_yes_is_noted_and_may_be_repeated(asks, asked_at):
    registration = registered(asks)

    for minutes in (0, 5):
        answer(registration=again(registration), is_coming=True, at=asked_at + timedelta(minutes=minutes))

    now = again(registration)
    assert (now.status, now.coming_answer) == ("confirmed", "yes")
    assert letters_of(registration) == ["confirmed"]
    assert export_registration(now)["still_coming"] == "yes"


def test_no_gives_the_seat_to_the_first_who_waits(asks, asked_at):
    gone, _stays, waits = (registered(asks, f"person{number}@example.org") for number in range(3))

    answered = answer(registration=again(gone), is_coming=False, at=asked_at)

    assert (answered.status, again(gone).coming_answer, status_of(waits)) == ("cancelled", "no", "confirmed")
    assert letters_of(gone) == ["cancelled", "confirmed"]
    assert letters_of(waits) == ["promoted", "waiting"]
    assert broken_invariants() == []
    with pytest.raises(NotAsked):
        answer(registration=again(gone), is_coming=False, at=asked_at)
    assert letters_of(gone) == ["cancelled", "confirmed"]


def test_yes_may_become_no(asks, asked_at):
    registration = registered(asks)
    answer(registration=again(registration), is_coming=True, at=asked_at)

    answer(registration=again(registration), is_coming=False, at=asked_at)

    assert (status_of(registration), answers_of(asks)) == ("cancelled", Answers(yes=0, no=1, none=0))


def test_answer_that_nobody_asked_for_is_refused(asks, asked_at):
    registration, online = registered(asks), registered(asks, "online@example.org", mode="online")

    for one, at in (
        (registration, asked_at - timedelta(minutes=1)),
        (registration, asks.starts_at),
        (online, asked_at),
    ):
        with pytest.raises(NotAsked):
            answer(registration=again(one), is_coming=False, at=at)

    assert (status_of(registration), status_of(online)) == ("confirmed", "confirmed")


def test_who_comes_back_has_not_answered(asks, asked_at):
    registration = registered(asks)
    answer(registration=again(registration), is_coming=False, at=asked_at)

    registered(asks, at=asked_at + DAY / 2)

    assert (status_of(registration), again(registration).coming_answer) == ("confirmed", "")
    assert answers_of(asks) == Answers(yes=0, no=0, none=1)


def test_answers_are_counted_of_those_on_site(asks, asked_at):
    asks.seat_pools.filter(mode="onsite").update(capacity=9)
    people = [registered(asks, f"person{number}@example.org") for number in range(4)]
    registered(asks, "online@example.org", mode="online")
    for one, is_coming in zip(people, (True, True, False), strict=False):
        answer(registration=again(one), is_coming=is_coming, at=asked_at)

    assert answers_of(asks) == Answers(yes=2, no=1, none=1)
