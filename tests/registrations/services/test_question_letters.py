"""Whom the letter about the questions for confirmed people reaches."""

from datetime import timedelta
from itertools import chain

import pytest
from django.core import mail

from programme.models import Edition, Question
from registrations.models import Attendee
from registrations.services import cancel, question_letters, questions
from registrations.services.question_letters import NobodyToAsk
from registrations.services.questions import Reply
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.checks import letters_of
from tests.factories import NOW, QuestionFactory, UserFactory, registered, send_form
from tests.races import at_once

DAY = timedelta(days=1)


@pytest.fixture
def question(edition):
    return QuestionFactory(edition=edition, stage="confirmed")


def deliver(at=NOW):
    mail.outbox = []
    return deliver_due(clock=lambda: at)


def people_to_ask(edition, at):
    return chain.from_iterable(question_letters.people_to_ask(edition, at).values())


def test_ask_writes_once_to_the_confirmed_in_their_language(edition, question):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    french, english, waiting = (
        registered(edition, f"{language}@example.org", language=language[:2]) for language in ("fr", "en", "en2")
    )
    deliver()
    by = UserFactory()

    assert question_letters.ask(edition=edition, by=by, at=NOW) == 2
    with pytest.raises(NobodyToAsk):
        question_letters.ask(edition=edition, by=by, at=NOW + DAY)

    deliver(NOW + DAY)
    assert letters_of(waiting) == ["waiting"]
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert subjects["en@example.org"].startswith("Some questions about your coming")
    assert subjects["fr@example.org"] != subjects["en@example.org"]
    for registration, message in zip(
        (french, english), sorted(mail.outbox, key=lambda one: one.to, reverse=True), strict=True
    ):
        assert f"/{registration.language}/registrations/{registration.page_token}/questions/" in message.body
    trace = TrailEntry.objects.get(detail="questions")
    assert (trace.actor_id, trace.edition_id, trace.counts) == (by.pk, edition.pk, {"mails": 2})


def test_ask_leaves_out_who_has_answered_and_reaches_newcomers(edition, question):
    first = registered(edition, "a@example.org")
    questions.answer(registration=first, replies=[Reply(question.pk, "Blue")], at=NOW)
    with pytest.raises(NobodyToAsk):
        question_letters.ask(edition=edition, by=UserFactory(), at=NOW)

    second = registered(edition, "b@example.org")

    assert list(people_to_ask(edition, NOW)) == [second]


def test_ask_again_about_a_required_question_that_came_later(edition, question):
    registration = registered(edition)
    question_letters.ask(edition=edition, by=UserFactory(), at=NOW)
    questions.answer(registration=registration, replies=[Reply(question.pk, "Blue")], at=NOW)
    later = QuestionFactory(edition=edition, stage="confirmed", is_required=True)

    assert question_letters.ask(edition=edition, by=UserFactory(), at=NOW + DAY) == 1
    deliver(NOW + DAY)
    assert [message.subject[:4] for message in mail.outbox].count("Some") == 1
    questions.answer(registration=registration, replies=[Reply(later.pk, "Red")], at=NOW + DAY)

    assert list(people_to_ask(edition, NOW + DAY)) == []


@pytest.mark.parametrize("state", ["draft", "postponed", "cancelled", "over", "asks nothing", "erased"])
def test_ask_reaches_nobody_where_nothing_is_to_be_asked(edition, question, state):
    registration, at = registered(edition), NOW
    if state == "over":
        at = edition.ends_at
    elif state == "asks nothing":
        Question.objects.update(stage="registration")
    elif state == "erased":
        Attendee.objects.all().delete()
    else:
        Edition.objects.update(status=state)
    edition.refresh_from_db()

    with pytest.raises(NobodyToAsk):
        question_letters.ask(edition=edition, by=UserFactory(), at=at)

    assert letters_of(registration) == ["confirmed"]


def test_letter_is_dropped_for_who_has_answered_meanwhile(edition, question):
    registration = registered(edition)
    deliver()
    question_letters.ask(edition=edition, by=UserFactory(), at=NOW)
    questions.answer(registration=registration, replies=[Reply(question.pk, "Blue")], at=NOW + DAY)

    assert deliver(NOW + DAY).dropped == 1
    assert mail.outbox == []


def test_letter_is_dropped_for_who_has_come_back_to_wait(edition, question):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    registration = registered(edition, "ada@example.org")
    deliver()
    question_letters.ask(edition=edition, by=UserFactory(), at=NOW)
    cancel.cancel(registration=registration, at=NOW)
    registered(edition, "first@example.org")

    send_form(edition, "ada@example.org")
    deliver()

    assert OutgoingMail.objects.get(kind="registration.questions").state == OutgoingMail.State.DROPPED
    assert letters_of(registration)[-1] == "waiting"


@pytest.mark.django_db(transaction=True)
def test_two_members_of_staff_who_ask_at_once_write_once(edition, question):
    for number in range(3):
        registered(edition, f"person{number}@example.org")
    by = UserFactory()

    at_once(*[lambda: question_letters.ask(edition=edition, by=by, at=NOW)] * 4)

    assert OutgoingMail.objects.filter(kind="registration.questions").count() == 3


def test_asking_many_costs_as_much_as_asking_one(edition, question, django_assert_num_queries):
    by = UserFactory()
    for number in range(6):
        registered(edition, f"person{number}@example.org")

    # The transaction, the questions twice, the people twice, their mails, the trace.
    with django_assert_num_queries(8):
        question_letters.ask(edition=edition, by=by, at=NOW)
