"""Asking for a change from the person's page, once the form no longer makes it."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from programme.models import Edition
from registrations.models import ChangeRequest, Registration
from registrations.services.cancel import cancel
from tests.factories import NOW, with_seats
from tests.registrations.views.test_page import form_of, registered, url


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def person(edition):
    """Somebody whose edition has just closed its registration."""
    registration = registered(edition)
    Edition.objects.update(registration_closes_at=NOW)
    return Registration.objects.get(pk=registration.pk)


def ask(client, person, **typed):
    form = {"attendance_mode": "online", "message": "", **typed}
    return client.post(url(person, "ask/"), form)


def shown(response):
    return response.content.decode()


def test_page_offers_to_ask_instead_of_to_change(client, person):
    page = shown(client.get(url(person)))

    assert (url(person, "ask/") in page, url(person, "edit/") in page, url(person, "cancel/") in page) == (
        True,
        False,
        True,
    )


def test_form_that_changes_is_shut(client, person):
    answers = [client.get(url(person, "edit/")), client.post(url(person, "edit/"), form_of(person))]

    assert [answer.headers["Location"] for answer in answers] == [url(person)] * 2


def test_request_is_sent_and_the_page_says_so(client, edition, person):
    session = with_seats(edition, 3)

    response = ask(client, person, sessions=[session.slug], message="My train\nis cancelled.")

    request = ChangeRequest.objects.get()
    assert (response.status_code, response["Location"]) == (HTTPStatus.SEE_OTHER, url(person))
    assert (request.mode, request.sessions, request.message) == ("online", [session.pk], "My train\nis cancelled.")
    page = shown(client.get(url(person)))
    assert "You asked for a change on" in page
    assert url(person, "ask/") not in page


def test_request_sent_again_does_no_harm(client, person):
    ask(client, person)

    assert ask(client, person, message="again").status_code == HTTPStatus.SEE_OTHER
    assert ChangeRequest.objects.get().message == ""


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"attendance_mode": "onsite"}, "message"),
        ({"attendance_mode": "by boat"}, "attendance_mode"),
        ({"sessions": ["nowhere"]}, "sessions"),
        ({"message": "x" * 1001}, "message"),
        ({"message": "a\x00b"}, "message"),
    ],
)
def test_bad_request_is_a_form_error(client, person, typed, field):
    response = ask(client, person, **typed)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(response.context["form"].errors) == [field]
    assert "<title>Error: " in shown(response)
    assert not ChangeRequest.objects.exists()


def test_form_shows_what_is(client, edition, person):
    with_seats(edition, 3)

    response = client.get(url(person, "ask/", "fr"))

    assert response.status_code == HTTPStatus.OK
    assert response.context["form"].initial["attendance_mode"] == "onsite"
    assert "Demander une modification" in shown(response)


def test_what_is_typed_survives_another_language(client, person):
    response = ask(client, person, message="Mon train", **{"other-language": "fr"})

    assert response.context["form"].initial["message"] == "Mon train"
    assert response.context["form"].initial["attendance_mode"] == "online"
    assert not ChangeRequest.objects.exists()


def test_who_is_out_or_still_early_is_led_back(client, person):
    cancel(registration=person, at=NOW)

    assert client.get(url(person, "ask/"))["Location"] == url(person)
    assert ask(client, person)["Location"] == url(person)


def test_only_get_and_post(client, person):
    assert client.put(url(person, "ask/")).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_stranger_finds_nothing(client, person):
    assert client.get("/en/registrations/nonsense/ask/").status_code == HTTPStatus.NOT_FOUND


def test_request_from_a_page_without_referrer(person):
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})

    assert ask(strict, person).status_code == HTTPStatus.SEE_OTHER


def test_request_is_possible_until_the_edition_begins(client, edition, person, time_machine):
    time_machine.move_to(edition.starts_at + timedelta(minutes=1), tick=False)

    assert client.get(url(person, "ask/"))["Location"] == url(person)
    assert "Ask for a change" not in shown(client.get(url(person)))
