"""The columns of an attendance list: those that were chosen, and those of questions."""

from datetime import UTC, datetime, timedelta

import pytest

from programme.models import Question
from registrations.exports.attendance import PROFILES, attendance_file
from registrations.exports.columns import ColumnsUnknown, choices_of, columns_of, unknown
from registrations.models import Answer, Registration
from registrations.services.export_rows import of_edition
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, EditionFactory, QuestionFactory
from tests.registrations.attendance_lists import read, register

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("profile", PROFILES)
def test_chosen_columns_come_in_the_order_of_the_file(edition, profile):
    headers = [header for header, _getter in columns_of(edition, profile, ["status", "registered_at", "email"])]

    words = {
        "machine": ["email", "status", "registered_at"],
        "excel-fr": ["courriel", "statut", "inscrit_le", "inscrit_le_iso"],
    }
    assert headers == words.get(profile, words["excel-fr"])


def test_a_list_holds_the_chosen_columns_alone(edition):
    register(edition)

    content = b"".join(attendance_file(of_edition(edition), "machine", edition=edition, keys=["family_name", "gone"]))

    assert content == b"family_name\r\nEssai\r\n"


def still_coming_of(edition, profile):
    content = b"".join(attendance_file(of_edition(edition), profile, edition=edition, keys=["still_coming"]))
    return [line.strip('"') for line in content.decode("utf-8-sig").splitlines()]


def asked_whether_coming(registration, **fields):
    occasion = registration.edition.day.isoformat()
    ordinary = {"occasion": occasion, "state": "sent", "sent_at": NOW, "created_at": NOW, "due_at": NOW}
    kind = "registration.still_coming"
    OutgoingMail.objects.create(kind=kind, about=registration.mail_about, **{**ordinary, **fields})


@pytest.mark.parametrize(
    ("profile", "column"),
    [
        ("machine", ["still_coming", "yes", "no", "no_answer", "", "", ""]),
        ("excel-fr", ["venue_annoncee", "oui", "non", "sans_reponse", "", "", ""]),
    ],
)
def test_who_was_asked_whether_they_are_coming_and_what_they_said(edition, profile, column):
    # In Tokyo its day is not that of UTC, which the mail's occasion names.
    edition.time_zone, edition.starts_at = "Asia/Tokyo", datetime(2027, 5, 20, 16, tzinfo=UTC)
    edition.ends_at, edition.coming_question = edition.starts_at + timedelta(hours=4), "noes"
    edition.save()
    register(edition, coming_answer="yes", coming_answered_at=NOW)
    register(edition, status="cancelled", coming_answer="no", coming_answered_at=NOW)
    silent, of_another_day, not_reached = (register(edition) for _ in range(3))
    register(edition, mode="online")
    asked_whether_coming(silent)
    asked_whether_coming(of_another_day, occasion="2027-05-20")
    asked_whether_coming(not_reached, state="dropped", sent_at=None)

    assert still_coming_of(edition, profile) == column


def test_an_edition_that_asks_nobody_any_more_tells_the_answers_it_had(edition):
    register(edition, coming_answer="yes", coming_answered_at=NOW)
    asked_whether_coming(register(edition))

    assert still_coming_of(edition, "machine") == ["still_coming", "yes", ""]


def test_columns_that_do_not_exist_are_named_and_no_file_is_made_of_them_alone(edition):
    assert unknown(edition, ["email", "q_12", "gone"]) == ["q_12", "gone"]
    with pytest.raises(ColumnsUnknown):
        columns_of(edition, "machine", ["gone"])


def test_every_form_of_file_offers_the_same_choices(edition):
    offered = [[(choice.key, choice.label) for choice in choices_of(edition, profile)] for profile in PROFILES]

    assert offered[0] == offered[1] == offered[2]


@pytest.fixture
def answered(edition):
    """Two people of whom the first has answered a text, a choice, and two of several choices; the second nothing."""
    text = QuestionFactory(edition=edition, title_fr="=Couleur", position=1)
    one = QuestionFactory(edition=edition, title_fr="Repas", kind="one", options=["+Fish", "Rice"], position=2)
    several = QuestionFactory(
        edition=edition, title_fr="Jours", kind="several", options=["Monday", "Tuesday"], stage="confirmed"
    )
    registration = register(edition)
    register(edition)
    Answer.objects.create(registration=registration, question=text, text="=1+1\n<b>")
    Answer.objects.create(registration=registration, question=one, option=one.options.get(label_en="+Fish"))
    Answer.objects.create(registration=registration, question=several, option=several.options.get(label_en="Tuesday"))
    return text, one, several


def test_questions_are_columns_of_a_french_spreadsheet(edition, answered):
    first, second = read(edition)

    headers = ["'=Couleur", "Repas", "Jours \u2013 Monday (fr)", "Jours \u2013 Tuesday (fr)"]
    assert list(first)[-4:] == headers
    assert [first[header] for header in headers] == ["'=1+1\n<b>", "'+Fish (fr)", "non", "oui"]
    assert [second[header] for header in headers] == ["", "", "", ""]


def test_questions_are_columns_for_programs(edition, answered):
    text, one, several = answered
    monday, tuesday = several.options.order_by("position")

    first, _second = read(edition, "machine")

    headers = [f"q_{text.pk}", f"q_{one.pk}", f"q_{several.pk}_{monday.pk}", f"q_{several.pk}_{tuesday.pk}"]
    assert list(first)[-4:] == headers
    assert [first[header] for header in headers] == ["'=1+1\n<b>", "'+Fish", "false", "true"]


def test_question_switched_off_keeps_its_column_and_can_be_chosen(edition, answered):
    text, one, several = answered
    Question.objects.update(is_switched_on=False)

    keys = [choice.key for choice in choices_of(edition, "excel-fr")][-3:]
    content = b"".join(attendance_file(of_edition(edition), "machine", edition=edition, keys=[one.field_name]))

    assert keys == [text.field_name, one.field_name, several.field_name]
    assert content.decode().splitlines() == [one.field_name, "'+Fish", '""']


def test_list_of_several_editions_has_no_questions(edition, answered):
    register(EditionFactory())

    content = b"".join(attendance_file(Registration.objects.all(), "machine"))

    assert b"q_" not in content


@pytest.mark.parametrize("questions", [0, 3])
def test_list_asks_as_often_whatever_is_asked_of_people(edition, questions, django_assert_num_queries):
    for _number in range(questions):
        QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice"])
    register(edition)

    with django_assert_num_queries(3 if questions else 2):  # the rows, the questions, and what they offer
        b"".join(attendance_file(of_edition(edition), "machine", edition=edition))
