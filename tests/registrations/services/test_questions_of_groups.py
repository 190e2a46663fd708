"""Whoever registers a group cannot answer for the others: each is asked afterwards what the form asks."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import Edition, Question
from registrations.mails.letters import render
from registrations.models import Answer, Attendee, Registration
from registrations.services import cancel, change, question_letters, questions, seats, staff
from registrations.services.question_letters import NobodyToAsk
from registrations.services.questions import NotAsked, Reply
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, letters_of
from tests.factories import (
    NOW,
    QuestionFactory,
    UserFactory,
    members_of,
    registered,
    registration_of,
    send_form,
    send_group,
    wish,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SENTENCE = "To prepare the symposium, the organizers have some questions for you."


@pytest.fixture
def meal(edition):
    return QuestionFactory(edition=edition)


@pytest.fixture
def train(edition):
    return QuestionFactory(edition=edition, stage="confirmed")


def full(edition):
    """Somebody has one of two seats, so that groups wait; they are returned."""
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    return registered(edition, "before@example.org")


def group(edition, people=2):
    send_group(edition, people)
    return members_of(edition, people)


def anew(registration):
    return Registration.objects.get(pk=registration.pk)


def say(registration, *asked, text="Rice", at=NOW):
    questions.answer(registration=registration, replies=[Reply(question.pk, text) for question in asked], at=at)


def asked_of(registration):
    return questions.asked_of(anew(registration), NOW)


def is_awaited(registration):
    registration = anew(registration)
    return questions.are_awaited(
        registration, questions.asked_of(registration, NOW), questions.answers_of(registration)
    )


def letters_sent(at=NOW):
    mail.outbox = []
    deliver_due(clock=lambda: at)
    return {message.to[0]: message for message in mail.outbox if "a group" not in message.subject}


def test_each_of_a_group_is_asked_and_nobody_else(edition, meal):
    alone = registered(edition, "alone@example.org")

    people = group(edition)

    assert [asked_of(person) for person in people] == [[meal], [meal]]
    assert [is_awaited(person) for person in people] == [True, True]
    assert (asked_of(alone), is_awaited(alone)) == ([], False)
    assert set(questions.awaiting(edition, NOW)) == set(people)


def test_who_waits_in_a_group_answers_and_keeps_their_place(edition, meal):
    full(edition)
    _contact, member = group(edition)
    before = list(member.claims.values_list("pool", "position", "is_held", "group"))

    say(member, meal)

    assert [answer.text for answer in Answer.objects.filter(registration=member)] == ["Rice"]
    assert list(member.claims.values_list("pool", "position", "is_held", "group")) == before
    assert (asked_of(member), is_awaited(member)) == ([], False)
    assert broken_invariants() == []
    assert letters_of(member) == ["waiting"]


def test_questions_for_confirmed_people_are_still_awaited_after_those_of_the_form(edition, meal, train):
    before = full(edition)
    _contact, member = group(edition)
    say(member, meal)

    cancel.cancel(registration=before, at=NOW)

    assert anew(member).status == "confirmed"
    assert (asked_of(member), is_awaited(member)) == ([train], True)


def test_who_is_confirmed_answers_both_at_once(edition, meal, train):
    _contact, member = group(edition)
    assert asked_of(member) == [meal, train]

    say(member, meal, train)

    assert Answer.objects.filter(registration=member).count() == 2
    assert (asked_of(member), is_awaited(member)) == ([train], False)
    assert Attendee.objects.get(registration=member).questions_answered_at == NOW


def test_who_became_confirmed_while_they_wrote_is_asked_the_rest_afterwards(edition, meal, train):
    _contact, member = group(edition)

    say(member, meal)

    assert Attendee.objects.get(registration=member).questions_answered_at is None
    assert (asked_of(member), is_awaited(member)) == ([train], True)


def test_nothing_is_an_answer_and_a_second_one_is_refused(edition, meal):
    _contact, member = group(edition)

    say(member, meal, text="")

    assert not is_awaited(member)
    with pytest.raises(NotAsked):
        say(member, meal)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("state", ["pending", "cancelled", "expired", "over", "cancelled edition", "switched off"])
def test_group_is_not_asked_where_nothing_is_to_be_asked(edition, meal, state):
    _contact, member = group(edition)
    at = edition.ends_at if state == "over" else NOW
    if state == "cancelled edition":
        Edition.objects.update(status="cancelled")
    elif state == "switched off":
        Question.objects.update(is_switched_on=False)
    elif state != "over":
        Registration.objects.update(status=state, hold_expires_at=NOW if state == "pending" else None)

    edition.refresh_from_db()
    assert questions.asked_of(anew(member), at) == []
    assert not questions.awaiting(edition, at).exists()


def test_change_by_the_person_answers_and_one_by_staff_does_not(edition, meal):
    contact, member = group(edition)

    change.change(registration=contact, wish=wish(contact), at=NOW)
    change.change(registration=member, wish=wish(member, replies=(Reply(meal.pk, "Rice"),)), at=NOW)

    assert [is_awaited(person) for person in (contact, member)] == [True, False]


def test_who_comes_back_alone_has_answered_on_the_form(edition, meal):
    _contact, member = group(edition)
    cancel.cancel(registration=member, at=NOW)

    send_form(edition, "group1@example.org")

    assert anew(member).status == "confirmed"
    assert not is_awaited(member)


def test_who_comes_back_in_a_group_is_asked(edition, meal):
    person = registered(edition, "group1@example.org")
    cancel.cancel(registration=person, at=NOW)

    group(edition)

    assert is_awaited(person)


# Letters


@pytest.mark.parametrize("status", ["confirmed", "waiting"])
def test_letter_to_each_of_a_group_leads_to_the_questions(edition, meal, status):
    if status == "waiting":
        full(edition)
    people = group(edition)

    letters = letters_sent()

    for person in people:
        message = letters[person.attendee.email]
        link = f"/en/registrations/{person.page_token}/questions/"
        assert SENTENCE in message.body
        assert link in message.body
        assert link in message.alternatives[0][0]


def test_letter_about_a_seat_that_came_free_asks_those_who_have_not_answered(edition, meal):
    before = full(edition)
    contact, member = group(edition)
    say(member, meal)
    letters_sent()

    cancel.cancel(registration=before, at=NOW)

    letters = letters_sent()
    assert SENTENCE in letters[contact.attendee.email].body
    assert SENTENCE not in letters[member.attendee.email].body


def test_letters_ask_nothing_of_who_has_answered_on_the_form_or_where_nothing_is_asked(edition, meal):
    registered(edition, "alone@example.org")
    assert SENTENCE not in letters_sent()["alone@example.org"].body

    Question.objects.update(stage="confirmed")
    group(edition)

    assert [SENTENCE in message.body for message in letters_sent().values()] == [False, False]


def test_ask_writes_once_to_each_of_a_group_also_while_they_wait(edition, meal):
    full(edition)
    contact, member = group(edition)
    letters_sent()
    say(contact, meal)

    assert question_letters.ask(edition=edition, by=UserFactory(), at=NOW) == 1
    with pytest.raises(NobodyToAsk):
        question_letters.ask(edition=edition, by=UserFactory(), at=NOW + DAY)

    [message] = letters_sent(NOW + DAY).values()
    assert message.to == [member.attendee.email]
    assert "Your rank on the waiting list stays as it is." in message.body
    assert f"/registrations/{member.page_token}/questions/" in message.body


def test_letter_that_asks_is_dropped_for_who_has_answered_meanwhile(edition, meal):
    contact, member = group(edition)
    letters_sent()
    question_letters.ask(edition=edition, by=UserFactory(), at=NOW)

    say(member, meal)

    assert list(letters_sent(NOW + DAY)) == [contact.attendee.email]


def test_group_and_confirmed_people_are_asked_at_once(edition, meal, train):
    alone = registered(edition, "alone@example.org")
    people = group(edition)

    found = question_letters.people_to_ask(edition, NOW).values()
    assert {one.pk for people_of_letter in found for one in people_of_letter} == {one.pk for one in [*people, alone]}
    assert question_letters.ask(edition=edition, by=UserFactory(), at=NOW) == 3


def test_who_was_asked_while_they_waited_is_asked_again_once_confirmed(edition, meal):
    before, by = full(edition), UserFactory()
    group(edition)
    assert question_letters.ask(edition=edition, by=by, at=NOW) == 2

    cancel.cancel(registration=before, at=NOW)

    assert question_letters.ask(edition=edition, by=by, at=NOW + DAY) == 2
    with pytest.raises(NobodyToAsk):
        question_letters.ask(edition=edition, by=by, at=NOW + DAY)


def test_confirmed_group_is_asked_again_about_a_question_that_came_later(edition, meal):
    group(edition)
    question_letters.ask(edition=edition, by=UserFactory(), at=NOW)

    QuestionFactory(edition=edition, stage="confirmed")

    assert question_letters.ask(edition=edition, by=UserFactory(), at=NOW + DAY) == 2


@pytest.mark.parametrize("kind", ["confirmed", "questions"])
def test_letters_of_a_batch_read_the_questions_once(edition, meal, kind):
    group(edition, 3)
    question_letters.ask(edition=edition, by=UserFactory(), at=NOW)
    batch = OutgoingMail.objects.filter(kind=f"registration.{kind}")

    with CaptureQueriesContext(connection) as queries:
        messages = render(batch)

    assert len(messages) == 3
    assert len([query for query in queries if '"programme_question"' in query["sql"]]) == 1


def test_split_group_and_one_that_staff_confirms_are_asked_as_before(edition, meal):
    full(edition)
    contact, member = group(edition)

    staff.confirm(registration=member, by=UserFactory(), at=NOW, overtake=True, reason="guest")

    assert seats.rank(contact.claims.get()) == 1
    assert [is_awaited(person) for person in (contact, member)] == [True, True]


def test_group_of_somebody_known_asks_the_others_alone(edition, meal):
    known = registered(edition, "group1@example.org")

    send_group(edition, 2)

    assert [is_awaited(one) for one in (known, registration_of(edition, "group0@example.org"))] == [False, True]
