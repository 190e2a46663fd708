"""What is kept of the answers to the questions of an edition, and when it goes."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import translation

from programme.models import Edition, Question
from registrations.models import Answer, Attendee, Registration
from registrations.services import privacy, questions, staff
from registrations.services.clone import clone_edition
from registrations.services.processing import QuestionAsked, processing_record
from registrations.services.questions import NotAsked, Reply
from tests.factories import NOW, QuestionFactory, UserFactory, registered
from tests.races import at_once

MARKER = "zyx-marker"
DAY = timedelta(days=1)


@pytest.fixture
def question(edition):
    return QuestionFactory(edition=edition, stage="confirmed")


def answered(question, registration, text=MARKER):
    return Answer.objects.create(question=question, registration=registration, text=text)


# Answering


def test_answer_of_who_was_cancelled_meanwhile_is_refused(edition, question):
    registration = registered(edition)
    staff.cancel(registration=registration, by=UserFactory(), at=NOW, reason="", notify=False)

    with pytest.raises(NotAsked):
        questions.answer(registration=registration, replies=[Reply(question.pk, "Blue")], at=NOW)

    assert not Answer.objects.exists()


def test_answer_by_a_link_that_is_no_longer_theirs_is_refused(edition, question):
    registration = registered(edition)
    Registration.objects.update(issue=2)

    with pytest.raises(NotAsked):
        questions.answer(registration=registration, replies=[Reply(question.pk, "Blue")], at=NOW)


@pytest.mark.django_db(transaction=True)
def test_answers_sent_at_once_are_kept_once(edition):
    question = QuestionFactory(edition=edition, stage="confirmed", kind="several", options=["Fish", "Rice"])
    registration = registered(edition)
    options = tuple(question.options.order_by("pk").values_list("pk", flat=True))

    results = at_once(
        *[lambda: questions.answer(registration=registration, replies=[Reply(question.pk, options=options)], at=NOW)]
        * 4
    )

    assert results == [None] * 4
    assert list(Answer.objects.order_by("pk").values_list("option", flat=True)) == list(options)


def test_answers_are_read_in_the_order_of_the_questions_whatever_their_number(edition, django_assert_num_queries):
    registration = registered(edition)
    last = QuestionFactory(edition=edition, position=9)
    first = QuestionFactory(edition=edition, position=1, kind="several", options=["Fish", "Rice"])
    answered(last, registration)
    for option in first.options.order_by("-pk"):
        Answer.objects.create(question=first, registration=registration, option=option)

    with django_assert_num_queries(1):
        found = questions.answers_of(registration)

    assert [one.question for one in found] == [first, last]
    assert [option.label_en for option in found[0].options] == ["Fish", "Rice"]
    assert (found[0].text, found[1].text) == ("", MARKER)


# Personal data


def test_person_gets_their_answers_with_purpose_and_day(edition):
    registration = registered(edition)
    text = QuestionFactory(edition=edition, title_fr="Couleur", title_en="Colour", position=1)
    choice = QuestionFactory(edition=edition, kind="one", options=["Fish"], position=2)
    answered(text, registration)
    Answer.objects.create(question=choice, registration=registration, option=choice.options.get())
    Attendee.objects.update(questions_answered_at=NOW)
    registration.refresh_from_db()

    found = privacy.export_registration(registration)

    assert found["answers"][0] == {
        "question": {"fr": "Couleur", "en": "Colour"},
        "purpose": {"fr": "préparer les repas", "en": "to order the meals"},
        "text": MARKER,
        "chosen": [],
        "deleted_on": "2027-06-20",
    }
    assert found["answers"][1]["chosen"] == [{"fr": "Fish (fr)", "en": "Fish"}]
    assert found["questions_answered_at"] == NOW.isoformat()
    assert json.loads(json.dumps(found)) == found


def test_erasing_leaves_no_answer(edition, question):
    registration = registered(edition)
    answered(question, registration)

    privacy.erase(registration=registration, at=NOW)

    assert not Answer.objects.exists()
    assert Question.objects.exists()


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (datetime(2027, 6, 19, 23, 59, tzinfo=ZoneInfo("Europe/Paris")), 0),
        (datetime(2027, 6, 20, 0, 0, tzinfo=ZoneInfo("Europe/Paris")), 2),
    ],
)
def test_purge_takes_answers_on_their_day_by_the_clock_of_the_edition(edition, moment, goes):
    several = QuestionFactory(edition=edition, kind="several", options=["Fish", "Rice"])
    text = QuestionFactory(edition=edition)
    later = QuestionFactory(edition=edition, deletion_date=date(2027, 6, 21))
    registration = registered(edition)
    for option in several.options.all():
        Answer.objects.create(question=several, registration=registration, option=option)
    answered(text, registration)
    answered(later, registration)

    planned = privacy.purge(at=moment, dry_run=True)
    assert Answer.objects.count() == 4
    assert privacy.purge(at=moment) == planned

    assert planned.answers == goes
    assert Answer.objects.count() == (1 if goes else 4)
    assert Attendee.objects.exists()


def test_purge_leaves_the_invented_answers_of_a_sample(edition, question):
    answered(question, registered(edition))
    Edition.objects.update(is_sample=True)

    assert privacy.purge(at=NOW + 200 * DAY).answers == 0
    assert Answer.objects.exists()


def test_record_of_processing_names_each_question(edition, question):
    Question.objects.update(title_en="Which train?")
    QuestionFactory(edition=edition, is_switched_on=False)  # of which nothing is kept
    for name in "ab":
        answered(question, registered(edition, f"{name}@example.org"))

    def record(at):
        with translation.override("en"):
            return processing_record(at=at).questions

    asked = QuestionAsked(edition.slug, "Which train?", "to order the meals", 2, date(2027, 6, 20), is_overdue=False)
    assert record(NOW) == [asked]
    assert [one.is_overdue for one in record(datetime(2027, 6, 21, 12, tzinfo=ZoneInfo("Europe/Paris")))] == [True]
    privacy.purge(at=NOW + 200 * DAY)
    assert record(NOW + 200 * DAY) == []


def test_clone_asks_the_same_a_year_later_and_takes_no_answer(edition):
    question = QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice"], is_required=True)
    registration = registered(edition)
    Answer.objects.create(question=question, registration=registration, option=question.options.first())

    made = clone_edition(source=edition, slug="2028")

    copied = made.questions.get()
    assert (copied.title_fr, copied.title_en, copied.kind, copied.is_required) == (
        question.title_fr,
        question.title_en,
        "one",
        True,
    )
    assert copied.deletion_date == date(2028, 6, 18)
    assert list(copied.options.order_by("position").values_list("label_fr", "label_en")) == [
        ("Fish (fr)", "Fish"),
        ("Rice (fr)", "Rice"),
    ]
    assert not copied.answers.exists()
    assert question.answers.count() == 1


# What the database itself keeps


@pytest.mark.parametrize("wrong", ["nothing", "both", "twice", "of no sort", "of no stage"])
def test_database_refuses_an_answer_or_a_question_that_is_none(edition, wrong):
    registration = registered(edition)
    question = QuestionFactory(edition=edition, kind="one", options=["Fish"])
    fish = question.options.get()
    Answer.objects.create(registration=registration, question=question, option=fish)
    attempts = {
        "nothing": lambda: Answer.objects.create(registration=registration, question=question),
        "both": lambda: Answer.objects.update(text="Blue"),
        "twice": lambda: Answer.objects.create(registration=registration, question=question, option=fish),
        "of no sort": lambda: Question.objects.update(kind="file"),
        "of no stage": lambda: Question.objects.update(stage="later"),
    }

    with pytest.raises(IntegrityError):
        attempts[wrong]()


def test_answered_question_is_not_deleted_from_under_its_answers(edition, question):
    answered(question, registered(edition))

    with pytest.raises(ProtectedError):
        question.delete()


def test_names_in_logs_say_nothing_of_questions_and_answers(edition):
    question = QuestionFactory(edition=edition, options=["Fish"])
    answer = answered(question, registered(edition))

    assert (str(question), str(question.options.get()), str(answer)) == (
        f"question {question.pk}",
        f"option {question.options.get().pk} of question {question.pk}",
        f"answer of {answer.registration_id} to question {question.pk}",
    )
