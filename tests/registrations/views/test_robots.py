"""Scripts that send the form: slowed down without a riddle, while people and hospitals pass."""

import datetime
import re

import pytest

from registrations.models import Registration, Submission
from symposium.lib import limits
from symposium.lib.limits import Budget
from tests.factories import NOW
from tests.registrations.views.test_register import ANSWERS, nonce_of

OUTSIDE = {"REMOTE_ADDR": "192.0.78.9"}
AGAIN = "Please read your answers once more, then send the form again."


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


def address(edition, language="en"):
    return f"/{language}/{edition.slug}/register/"


def filled(client, edition, **changes):
    return {**ANSWERS, "nonce": nonce_of(client.get(address(edition))), "website": "", **changes}


def test_trap_is_hidden_from_everybody_and_filled_by_no_browser(client, edition):
    page = client.get(address(edition)).content.decode()

    [trap] = re.findall(r"<div hidden>(.*?)</div>", page, re.DOTALL)
    assert 'name="website" value="" autocomplete="off" tabindex="-1"' in trap
    assert "Leave this field empty" in trap


def test_filled_trap_stores_nothing_and_gives_the_form_again_with_its_values(client, edition):
    form = filled(client, edition, website="https://example.com/buy")

    refused = client.post(address(edition), form)

    page = refused.content.decode()
    assert (refused.status_code, Registration.objects.count(), Submission.objects.count()) == (422, 0, 0)
    assert AGAIN in page
    assert "<title>Error: " in page
    assert 'value="camille.essai@example.org"' in page
    assert "example.com/buy" not in page


def test_too_quick_a_form_is_given_again_and_passes_the_second_time(client, edition, clock):
    form = filled(client, edition)
    clock.shift(0.5)

    refused = client.post(address(edition), form, **OUTSIDE)
    again = {**form, "nonce": nonce_of(refused)}
    clock.shift(2)
    accepted = client.post(address(edition), again, **OUTSIDE)

    page = refused.content.decode()
    assert (refused.status_code, again) == (422, form)
    assert AGAIN in page
    assert 'value="camille.essai@example.org"' in page
    assert (accepted.status_code, Registration.objects.count()) == (303, 1)


def test_form_that_was_never_opened_is_given_with_a_nonce_of_ours(client, edition, clock):
    form = {**filled(client, edition), "nonce": "made:up"}

    refused = client.post(address(edition), form, **OUTSIDE)
    clock.shift(3)
    accepted = client.post(address(edition), {**form, "nonce": nonce_of(refused)}, **OUTSIDE)

    assert (refused.status_code, accepted.status_code) == (422, 303)


def test_house_of_its_own_is_not_timed(client, edition):
    assert client.post(address(edition), filled(client, edition), REMOTE_ADDR="10.1.2.3").status_code == 303


@pytest.mark.parametrize(("language", "words"), [("en", "Too many attempts"), ("fr", "Trop de tentatives")])
def test_address_beyond_its_budget_gets_a_page_that_says_when_to_come_back(
    client, edition, monkeypatch, language, words
):
    monkeypatch.setattr(limits, "PER_ADDRESS", Budget("address", most=2, seconds=600))
    for case in ("camille@example.org", "CAMILLE@example.org"):
        assert client.post(address(edition), filled(client, edition, email=case)).status_code == 303

    refused = client.post(address(edition, language), filled(client, edition, email=" camille@example.org"))
    other = client.post(address(edition), filled(client, edition, email="other@example.org"))

    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert "no-store" in refused["Cache-Control"]
    assert words in refused.content.decode()
    assert other.status_code == 303


def test_budget_of_an_address_comes_back(client, edition, monkeypatch, clock):
    monkeypatch.setattr(limits, "PER_ADDRESS", Budget("address", most=1, seconds=600))
    form = filled(client, edition)
    before = [client.post(address(edition), form).status_code for _time in range(2)]
    clock.shift(datetime.timedelta(seconds=601))

    assert (before, client.post(address(edition), form).status_code) == ([303, 429], 303)


def test_network_beyond_its_budget_waits_and_its_neighbour_does_not(client, edition, monkeypatch, clock):
    monkeypatch.setattr(limits, "PER_NETWORK", Budget("network", most=2, seconds=300))
    forms = [filled(client, edition, email=f"person{number}@example.org") for number in range(4)]
    clock.shift(3)
    visitors = ["192.0.78.1", "192.0.78.2", "192.0.78.3", "192.0.79.1"]

    answers = [
        client.post(address(edition), form, REMOTE_ADDR=visitor).status_code
        for form, visitor in zip(forms, visitors, strict=True)
    ]

    assert answers == [303, 303, 429, 303]


def test_lost_mail_has_the_same_budget_for_a_known_and_an_unknown_address(client, edition, monkeypatch):
    monkeypatch.setattr(limits, "PER_ADDRESS", Budget("address", most=2, seconds=600))
    client.post(address(edition), filled(client, edition, email="known@example.org"))

    answers = {
        email: [client.post("/en/ticket/", {"email": email}).status_code for _time in range(3)]
        for email in ("known@example.org", "nobody@example.org")
    }

    assert answers == {"known@example.org": [303, 429, 429], "nobody@example.org": [303, 303, 429]}


def test_too_many_logins_say_when_to_come_back(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}

    answers = [client.post("/en/account/login/", {"login": "a@example.org", "password": "x"}) for _time in range(2)]

    assert (answers[1].status_code, answers[1]["Retry-After"]) == (429, "600")
