"""Another address for a registration, as its owner goes about it."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from registrations.models import Registration
from registrations.services.addresses import ask, proof_of
from registrations.views import address
from registrations.views.address import PER_NEW_ADDRESS, PER_REGISTRATION
from symposium.lib.limits import Budget
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW
from tests.registrations.views.test_page import registered, url

NEW = "new@example.org"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    cache.clear()
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def camille(edition):
    return registered(edition)


def link_in_the_mail():
    mail.outbox = []
    deliver_due(clock=lambda: NOW)
    body = next(message.body for message in mail.outbox if message.to == [NEW])
    return re.search(r"http://testserver(/\S+)", body)[1]


def asked(registration):
    ask(registration=registration, email=NEW, at=NOW)
    proof = proof_of(Registration.objects.with_details().get(pk=registration.pk))
    return f"/en/registrations/new-address/{proof}/"


def test_whole_way(client, camille):
    page = client.get(url(camille)).content.decode()
    assert f'href="{url(camille, "email/")}"' in page
    response = client.post(url(camille, "email/"), {"email": NEW})
    assert (response.status_code, response["Location"]) == (303, url(camille, "email/sent/"))
    assert client.get(response["Location"]).status_code == 200

    link = link_in_the_mail()
    opened = client.get(link)
    assert client.get(link).status_code == 200  # opening it changes nothing
    assert NEW in opened.content.decode()
    assert opened["Referrer-Policy"] == "no-referrer"
    assert "no-store" in opened["Cache-Control"]
    response = client.post(link)

    now = Registration.objects.get()
    assert (response.status_code, response["Location"]) == (303, url(now, language="fr"))
    assert client.get(url(camille)).status_code == 404
    assert client.get(response["Location"]).status_code == 200
    assert client.post(link).status_code == 404


def test_page_of_the_link_says_nothing_of_who_it_is(client, camille):
    page = client.get(asked(camille)).content.decode()

    for private in ("Camille", "essai@example.org", camille.reference, camille.page_token):
        assert private not in page


def test_known_and_unknown_address_are_answered_alike(client, camille, edition):
    registered(edition, "other")

    def answer(email):
        sent = client.post(url(camille, "email/"), {"email": email})
        page = client.get(sent["Location"])
        return sent.status_code, sent["Location"], sorted(sent.cookies), page.content

    assert answer("other@example.org") == answer("nobody@example.org")


def test_kept_as_it_is_without_an_address(client, camille):
    for email, words in (
        ("", "Write your e-mail address."),
        ("nobody", "Write the whole address"),
        ("Essai@Example.org", "Your registration has this address already."),
    ):
        response = client.post(url(camille, "email/"), {"email": email})
        assert (response.status_code, words in response.content.decode()) == (422, True)
    assert not OutgoingMail.objects.filter(kind="registration.new_address").exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_not_offered_to_who_is_no_longer_registered(client, camille, method):
    Registration.objects.update(status="cancelled")

    response = getattr(client, method)(url(camille, "email/"), {"email": NEW})

    assert (response.status_code, response["Location"]) == (303, url(camille))
    assert "email/" not in client.get(url(camille)).content.decode()


def test_one_person_asks_a_few_times_an_hour(client, camille, time_machine):
    answers = [
        client.post(url(camille, "email/"), {"email": f"{number}@example.org"}).status_code
        for number in range(PER_REGISTRATION.most + 1)
    ]

    assert answers == [303] * PER_REGISTRATION.most + [429]


def test_one_address_is_written_to_a_few_times_an_hour(client, camille, edition):
    people = [registered(edition, f"person{number}") for number in range(PER_NEW_ADDRESS.most + 1)]

    answers = [client.post(url(person, "email/"), {"email": NEW}).status_code for person in people]

    assert answers == [303] * PER_NEW_ADDRESS.most + [429]


@pytest.mark.parametrize(("language", "words"), [("en", "Too many attempts"), ("fr", "Trop de tentatives")])
def test_one_network_asks_a_few_hundred_times_in_five_minutes(client, camille, monkeypatch, language, words):
    monkeypatch.setattr(address, "PER_NETWORK", Budget("new-address-of-network", most=1, seconds=300))
    form = url(camille, "email/", language)
    visitors = ["192.0.78.1", "192.0.78.2", "192.0.79.1", "10.0.0.1"]

    answers = [client.post(form, {"email": "nobody"}, REMOTE_ADDR=visitor) for visitor in visitors]

    assert [answer.status_code for answer in answers] == [422, 429, 422, 422]
    assert words in answers[1].content.decode()
    assert answers[1]["Referrer-Policy"] == "no-referrer"
    assert client.get(form, REMOTE_ADDR="192.0.78.1").status_code == 200


def test_stranger_finds_nothing(client, camille):
    assert client.get("/en/registrations/unknown/email/").status_code == 404
    assert client.get("/en/registrations/unknown/email/sent/").status_code == 404
    response = client.get("/en/registrations/new-address/unknown/")
    assert response.status_code == 404
    assert "This link is no longer valid" in response.content.decode()


def test_other_methods_are_refused(client, camille):
    link = asked(camille)

    assert client.put(url(camille, "email/")).status_code == 405
    assert client.post(url(camille, "email/sent/")).status_code == 405
    assert client.put(link).status_code == 405
