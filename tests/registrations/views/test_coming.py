"""The page that asks whether somebody is still coming, behind a link of the mail."""

import pytest
from django.test import Client

from programme.models import Edition
from registrations.models import Registration
from tests.checks import letters_of
from tests.factories import NOW
from tests.registrations.views.test_page import registered, url


@pytest.fixture
def asked(edition, time_machine):
    """A registration whose edition asks at this moment."""
    time_machine.move_to(NOW, tick=False)
    edition.coming_question = Edition.ComingQuestion.SILENT
    edition.save()
    registration = registered(edition)
    time_machine.move_to(edition.coming_asked_at, tick=False)
    return registration


@pytest.fixture
def stranger():
    """A browser that sends no origin from a page without referrer, and knows no cookie."""
    return Client(enforce_csrf_checks=True, headers={"origin": "null"})


def state():
    registration = Registration.objects.get()
    return registration.status, registration.coming_answer


def test_opening_either_link_asks_and_changes_nothing(client, asked):
    pages = {said: client.get(url(asked, f"coming/?answer={said}")) for said in ("yes", "no", "%22x")}

    stands_out = {
        said: 'class="btn" type="submit" name="answer" value="no"' in page.content.decode()
        for said, page in pages.items()
    }
    assert stands_out == {"yes": False, "no": True, "%22x": False}
    page = pages["yes"].content.decode()
    assert "Please answer before Wednesday 19 May 2027" in page
    assert 'class="btn line" type="submit" name="answer" value="no"' in page
    assert (pages["yes"]["Referrer-Policy"], pages["yes"]["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert client.head(url(asked, "coming/")).status_code == 200
    assert client.put(url(asked, "coming/")).status_code == 405
    assert state() == ("confirmed", "")


def test_yes_leads_back_to_the_ticket_and_may_be_changed(stranger, asked):
    answer = stranger.post(url(asked, "coming/"), {"answer": "yes"})

    assert (answer.status_code, answer["Location"]) == (303, url(asked))
    assert state() == ("confirmed", "yes")
    page = stranger.get(url(asked)).content.decode()
    assert "You told us that you are coming" in page
    assert "Change my answer" in page
    assert "You told us that you are coming" in stranger.get(url(asked, "coming/")).content.decode()


def test_no_cancels_once(stranger, asked):
    answers = [stranger.post(url(asked, "coming/"), {"answer": "no"}) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert state() == ("cancelled", "no")
    assert letters_of(asked) == ["cancelled", "confirmed"]


@pytest.mark.parametrize("data", [{}, {"answer": "perhaps"}, {"answer": "\x00"}])
def test_anything_else_is_asked_again(stranger, asked, data):
    assert stranger.post(url(asked, "coming/?answer=no"), data).status_code == 422
    assert state() == ("confirmed", "")


def test_page_of_the_person_leads_there(client, asked):
    page = client.get(url(asked)).content.decode()

    assert url(asked, "coming/") in page
    assert "whether your seat will be used" in page


@pytest.mark.parametrize("question", ["none", "silent"])
def test_who_is_not_asked_is_led_back(client, asked, edition, question, time_machine):
    Edition.objects.update(coming_question=question)
    if question == "silent":
        time_machine.move_to(edition.starts_at, tick=False)

    answers = [client.get(url(asked, "coming/")), client.post(url(asked, "coming/"), {"answer": "no"})]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, url(asked))] * 2
    assert state() == ("confirmed", "")
    assert "coming/" not in client.get(url(asked)).content.decode()


def test_stranger_finds_nothing(client, asked):
    assert client.get(f"/en/registrations/{asked.ticket_token}/coming/").status_code == 404
    assert client.post(f"/en/registrations/{asked.ticket_token}/coming/", {"answer": "no"}).status_code == 404


def test_page_names_no_moment_where_silence_frees_nothing(client, asked):
    Edition.objects.update(coming_question="noes")

    assert "Please answer before" not in client.get(url(asked, "coming/")).content.decode()
