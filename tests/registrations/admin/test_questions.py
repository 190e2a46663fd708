"""Questions in the administration: who writes them, and when they are closed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import Question, QuestionOption
from registrations.models import Answer
from symposium.trail.models import TrailEntry
from tests.factories import EditionFactory, QuestionFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import change, fields_of, send, shown

LIST = "/admin/programme/question/"
FORM = "question_form"
TYPED = {
    "kind": "text",
    "title_fr": "Quel repas ?",
    "title_en": "Which meal?",
    "purpose_fr": "commander les repas",
    "purpose_en": "to order the meals",
    "deletion_date": "2027-06-20",
    "is_switched_on": "on",
}


def page(question, name="change"):
    return f"{LIST}{question.pk}/{name}/"


def rows(*labels):
    typed = {"options-TOTAL_FORMS": len(labels)}
    for number, label in enumerate(labels):
        typed |= {
            f"options-{number}-label_fr": f"{label} (fr)",
            f"options-{number}-label_en": label,
            f"options-{number}-position": number,
        }
    return typed


def add(client, edition, **typed):
    return send(client, f"{LIST}add/", FORM, edition=edition.pk, **{**TYPED, **typed})


def answered(question):
    return Answer.objects.create(registration=registered(question.edition), question=question, text="Blue")


def errors_of(response):
    errors = dict(response.context["adminform"].form.errors)
    [formset] = response.context["inline_admin_formsets"]
    return errors, formset.formset.non_form_errors()


def test_organizer_adds_a_question_with_choices(organizer, edition):
    response = add(organizer, edition, kind="several", stage="confirmed", is_required="on", **rows("Fish", "Rice"))

    assert response.status_code == 302
    question = Question.objects.get()
    assert (question.edition, question.kind, question.stage, question.is_required) == (
        edition,
        "several",
        "confirmed",
        True,
    )
    assert (question.title_fr, question.purpose_en) == ("Quel repas ?", "to order the meals")
    assert list(question.options.order_by("position").values_list("label_en", flat=True)) == ["Fish", "Rice"]
    assert ("added", "programme.question", edition.pk) in TrailEntry.objects.values_list(
        "kind", "record_type", "edition_id"
    )


@pytest.mark.parametrize("missing", ["title_fr", "title_en", "purpose_fr", "purpose_en", "deletion_date"])
def test_question_without_a_text_in_both_languages_or_its_day_is_refused(organizer, edition, missing):
    errors, _rows = errors_of(add(organizer, edition, **{missing: ""}))

    assert list(errors) == [missing]
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "one", **rows("Fish")}, "A question with choices offers at least two answers."),
        ({"kind": "several"}, "A question with choices offers at least two answers."),
        ({"kind": "text", **rows("Fish", "Rice")}, "offers no answers to choose from"),
    ],
)
def test_question_and_its_answers_have_to_fit(organizer, edition, typed, words):
    _errors, wrong = errors_of(add(organizer, edition, **typed))

    assert words in wrong[0]
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("day", "is_right"), [("2027-03-01", False), ("2027-03-02", True), ("2028-06-19", True), ("2028-06-20", False)]
)
def test_day_of_deletion_is_to_come_and_before_all_names_go(organizer, edition, day, is_right):
    response = add(organizer, edition, deletion_date=day)

    assert (response.status_code == 302) is is_right
    if not is_right:
        assert "Choose a day that is to come, and not after 19 June 2028" in shown(response)


def test_question_without_edition_or_of_another_is_refused(organizer):
    other = EditionFactory()

    for edition in ("", other.pk):
        response = send(organizer, f"{LIST}add/", FORM, **{**TYPED, "edition": edition})
        assert "edition" in errors_of(response)[0]
    assert not Question.objects.exists()


def test_question_nobody_has_answered_is_changed_and_deleted(organizer, edition):
    question = QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice"])
    first, second = question.options.order_by("pk")

    saved = send(
        organizer,
        page(question),
        FORM,
        title_en="Which dish?",
        **{"options-0-label_en": "Tofu", "options-0-id": first.pk},
    )
    assert saved.status_code == 302
    question.refresh_from_db()
    assert question.title_en == "Which dish?"
    assert set(question.options.values_list("label_en", flat=True)) == {"Tofu", "Rice"}
    assert organizer.post(page(question, "delete"), {"post": "yes"}).status_code == 302
    assert not QuestionOption.objects.filter(pk=second.pk).exists()


def test_day_that_is_over_stays_as_it_is_when_the_rest_changes(organizer, edition):
    question = QuestionFactory(edition=edition, deletion_date="2027-02-01")

    assert send(organizer, page(question), FORM, title_en="Which dish?").status_code == 302


def test_answered_question_is_moved_and_switched_off_and_nothing_else(organizer, edition):
    question = QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice"], title_en="Which meal?")
    Answer.objects.create(registration=registered(edition), question=question, option=question.options.first())

    shown_page = organizer.get(page(question))
    by_hand = {**TYPED, "title_en": "Other", "kind": "text", "options-0-label_en": "Tofu", "options-0-DELETE": "on"}
    data = fields_of(shown_page, FORM) | by_hand | {"position": "7"}
    del data["is_switched_on"]
    response = organizer.post(page(question), data)

    assert "Somebody has answered: only the order can be changed." in shown(shown_page)
    assert response.status_code == 302
    question.refresh_from_db()
    assert (question.title_en, question.kind, question.position, question.is_switched_on) == (
        "Which meal?",
        "one",
        7,
        False,
    )
    assert list(question.options.order_by("pk").values_list("label_en", flat=True)) == ["Fish", "Rice"]


def test_answered_question_is_not_deleted(organizer, superuser, edition):
    question = QuestionFactory(edition=edition)
    answered(question)

    for client in (organizer, superuser):
        assert client.post(page(question, "delete"), {"post": "yes"}).status_code == 403
        client.post(LIST, {"action": "delete_selected", "_selected_action": question.pk, "post": "yes"})
    assert Question.objects.exists()


def test_list_shows_how_many_have_answered_and_only_the_own_editions(organizer, edition):
    question = QuestionFactory(edition=edition, title_en="Which meal?")
    QuestionFactory(title_en="Elsewhere?")
    answered(question)

    text = shown(organizer.get(f"{LIST}?edition={edition.slug}"))

    assert "Which meal?" in text
    assert '<td class="field-answers">1</td>' in text
    assert "Elsewhere?" not in text


def test_list_in_french_breaks_no_question_before_its_mark_and_names_its_filters(organizer, edition):
    QuestionFactory(edition=edition, title_fr="Quel repas ?")

    text = shown(organizer.get(LIST, headers={"accept-language": "fr"}))

    assert "Quel repas\u202f?" in text
    assert "Par étape" in text


def test_list_of_three_costs_as_much_as_of_one(organizer, edition, django_assert_num_queries):
    QuestionFactory(edition=edition)
    with CaptureQueriesContext(connection) as one:
        organizer.get(LIST)
    for _number in range(2):
        QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice"])

    with django_assert_num_queries(len(one)):
        organizer.get(LIST)


@pytest.mark.parametrize("role", ["exporter", "door", "reader", "needs"])
def test_other_roles_see_no_questions(edition, role):
    question = QuestionFactory(edition=edition)
    client = staff(edition, role)

    assert client.get(LIST).status_code == 403
    assert client.get(page(question)).status_code in {302, 403}


def test_page_of_an_edition_leads_to_its_questions(organizer, edition):
    assert "Ask for answers" not in shown(organizer.get(change(edition)))
    QuestionFactory(edition=edition, stage="confirmed")

    text = shown(organizer.get(change(edition)))

    assert f'<a href="{LIST}?edition={edition.slug}">1 question</a>' in text
    assert f"/admin/programme/edition/{edition.pk}/ask-questions/" in text
    assert "ask-questions" not in shown(organizer.get("/admin/programme/edition/add/"))


def test_registration_shows_answers_as_text(organizer, edition):
    question = QuestionFactory(edition=edition, title_en="<b>Colour</b>")
    choice = QuestionFactory(edition=edition, kind="several", options=["Fish", "Rice"])
    registration = registered(edition)
    Answer.objects.create(registration=registration, question=question, text="<script>\nBlue")
    for option in choice.options.all():
        Answer.objects.create(registration=registration, question=choice, option=option)

    text = shown(organizer.get(f"/admin/registrations/registration/{registration.pk}/change/"))

    assert "&lt;b&gt;Colour&lt;/b&gt;" in text
    assert "&lt;script&gt;<br>Blue" in text
    assert "Fish, Rice" in text


def test_record_of_processing_shows_purpose_count_and_day(superuser, edition, time_machine):
    answered(QuestionFactory(edition=edition, title_en="Which meal?"))

    text = shown(superuser.get("/admin/trail/trailentry/record/"))

    for words in ("Which meal?", "to order the meals", "20 June 2027"):
        assert words in text
    assert "overdue" not in text
    time_machine.move_to("2027-07-01T12:00:00+02:00", tick=False)
    superuser.force_login(superuser.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "overdue" in shown(superuser.get("/admin/trail/trailentry/record/"))
