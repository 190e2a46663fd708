"""The questions that an edition asks once a place is confirmed, on a page of their own."""

import pytest
from django.test import Client
from django.utils import translation

from programme.models import Question
from registrations.models import Answer, Attendee, Registration
from tests.factories import NOW, QuestionFactory
from tests.registrations.views.test_page import registered, url


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def kept():
    rows = Answer.objects.order_by("question__position", "option__position")
    return list(rows.values_list("question", "option__label_en", "text"))


@pytest.fixture
def second(edition):
    return QuestionFactory(edition=edition, stage="confirmed", title_en="Which train?", is_required=True)


def test_second_stage_is_not_asked_with_the_registration_but_awaited_after(client, edition, second):
    form = client.get(f"/en/{edition.slug}/register/").content.decode()
    registration = registered(edition)

    page = client.get(url(registration)).content.decode()

    assert "Which train?" not in form
    assert "Your answers are awaited" in page
    assert url(registration, "questions/") in page


@pytest.mark.parametrize(("language", "heading"), [("en", "Which train?"), ("fr", "Quel train ?")])
def test_second_stage_has_a_page_of_its_own(client, edition, second, language, heading):
    Question.objects.update(title_fr="Quel train ?")

    response = client.get(url(registered(edition), "questions/", language))

    page = response.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert response.status_code == 200
    assert heading in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_second_stage_is_answered_without_cookie_and_changed(edition, second):
    registration, strict = registered(edition), Client(enforce_csrf_checks=True, headers={"origin": "null"})

    first = strict.post(url(registration, "questions/"), {second.field_name: "The 8:15"})
    page = strict.get(url(registration)).content.decode()
    again = strict.get(url(registration, "questions/")).content.decode()
    strict.post(url(registration, "questions/"), {second.field_name: "None, I walk"})

    assert (first.status_code, first["Location"]) == (303, url(registration))
    assert "awaited" not in page
    assert "Change my answers" in page
    assert 'value="The 8:15"' in again
    assert kept() == [(second.pk, None, "None, I walk")]
    assert Attendee.objects.get().questions_answered_at == NOW


def test_second_stage_without_its_answer_is_refused(client, edition, second):
    response = client.post(url(registered(edition), "questions/"), {})

    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#{second.field_name}">Which train? Answer this question.</a>' in page
    assert "Error: " in page
    assert kept() == []


def test_second_stage_of_optional_questions_is_answered_by_nothing(client, edition, second):
    Question.objects.update(is_required=False)
    registration = registered(edition)

    client.post(url(registration, "questions/"), {})

    page = client.get(url(registration)).content.decode()
    assert "awaited" not in page
    assert "You have left all questions without an answer." in page
    assert url(registration, "questions/") in page


def test_required_question_added_later_is_awaited_again(client, edition, second):
    registration = registered(edition)
    client.post(url(registration, "questions/"), {second.field_name: "The 8:15"})

    QuestionFactory(edition=edition, stage="confirmed", is_required=True)

    assert "Your answers are awaited" in client.get(url(registration)).content.decode()


@pytest.mark.parametrize("change", ["waiting", "cancelled", "over", "cancelled edition", "switched off", "no question"])
def test_second_stage_is_asked_of_confirmed_people_alone(client, edition, second, change, time_machine):
    registration = registered(edition)
    if change in {"waiting", "cancelled"}:
        Registration.objects.update(status=change)
    elif change == "over":
        time_machine.move_to(edition.ends_at, tick=False)
    elif change == "cancelled edition":
        type(edition).objects.update(status="cancelled")
    elif change == "switched off":
        Question.objects.update(is_switched_on=False)
    else:
        Question.objects.all().delete()

    for response in (
        client.get(url(registration, "questions/")),
        client.post(url(registration, "questions/"), {second.field_name: "The 8:15"}),
    ):
        assert (response.status_code, response["Location"]) == (303, url(registration))
    assert kept() == []
    assert "awaited" not in client.get(url(registration)).content.decode()


def test_second_stage_answers_only_post_and_get_and_a_known_token(client, edition, second):
    assert client.put(url(registered(edition), "questions/")).status_code == 405
    assert client.get("/en/registrations/nobody/questions/").status_code == 404


def test_title_in_one_language_says_which(client, edition, second):
    Question.objects.update(title_en="", title_fr="Quel train ?")

    with translation.override("en"):
        page = client.get(url(registered(edition), "questions/")).content.decode()

    assert '<span lang="fr">Quel train' in page
