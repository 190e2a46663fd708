"""A form that asks for the code of an invitation."""

import datetime
from html import unescape

import pytest

from programme.models import AccessCode
from registrations.models import Registration
from symposium.lib import limits
from symposium.lib.limits import Budget
from tests.factories import NOW
from tests.registrations.views.test_register import ANSWERS, nonce_of

OUTSIDE = {"REMOTE_ADDR": "192.0.78.9"}
NEIGHBOUR = {"REMOTE_ADDR": "192.0.79.9"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def asking(edition):
    edition.requires_code = True
    edition.save()
    AccessCode.objects.create(edition=edition, code="SPEAKERS-27", uses_allowed=1)
    return edition


def address(edition, language="en"):
    return f"/{language}/{edition.slug}/register/"


def send(client, edition, code, language="en", **changes):
    form = {**ANSWERS, "nonce": nonce_of(client.get(address(edition))), "code": code, **changes}
    return client.post(address(edition, language), form)


def words_of(response):
    return unescape(response.content.decode())


def test_form_asks_and_takes_the_code(client, asking):
    page = words_of(client.get(address(asking)))

    sent = send(client, asking, "speakers 27")

    assert "Registration is by invitation" in page
    assert 'id="code" name="code" value="" autocomplete="off" maxlength="60" required' in page
    assert page.index('id="code"') < page.index('id="email"')
    assert (sent.status_code, Registration.objects.count()) == (303, 1)


def test_link_of_an_invitation_fills_the_code_in(client, asking):
    page = client.get(f"{address(asking)}?code=SPEAKERS-27%22%3E%3Cb").content.decode()

    assert 'name="code" value="SPEAKERS-27&quot;&gt;&lt;b"' in page
    assert AccessCode.objects.get().used == 0


@pytest.mark.parametrize(
    ("language", "code", "words"),
    [
        ("en", "", "Write the code of your invitation."),
        ("fr", "", "Écrivez le code de votre invitation."),
        ("en", "SPEAKERS-28", "This code is not one of this edition, or it is no longer valid."),
        ("fr", "SPEAKERS-28", "n\u2019est pas de cette édition"),
        ("en", "x" * 61, "This code is too long."),
    ],
)
def test_wrong_code_is_told_beside_its_field(client, asking, language, code, words):
    refused = send(client, asking, code, language)

    page = words_of(refused)
    assert (refused.status_code, Registration.objects.count()) == (422, 0)
    assert '<a href="#code">' in page
    assert words in page.partition('id="e-code"')[2]
    assert f'value="{code}"' in page


@pytest.mark.parametrize("family_name", ["Essai", ""])
def test_code_that_is_used_up_says_so(client, asking, family_name):
    AccessCode.objects.update(used=1)

    refused = send(client, asking, "SPEAKERS-27", family_name=family_name)

    assert refused.status_code == 422
    assert "This code has been used as often as it may." in words_of(refused)


def test_everything_that_is_wrong_is_told_at_once(client, asking):
    page = words_of(send(client, asking, "SPEAKERS-28", family_name=""))

    assert 0 < page.index('<a href="#code">') < page.index('<a href="#family_name">')


def test_right_code_in_a_form_with_another_mistake_is_not_used(client, asking):
    page = words_of(send(client, asking, "SPEAKERS-27", family_name=""))

    assert '<a href="#code">' not in page
    assert AccessCode.objects.get().used == 0


def test_other_forms_ask_for_no_code(client, edition):
    page = words_of(client.get(f"{address(edition)}?code=x"))

    assert 'name="code"' not in page
    assert "by invitation" not in page
    assert send(client, edition, "whatever").status_code == 303


def test_closed_form_speaks_of_no_invitation(client, asking):
    asking.registration_closes_at = NOW
    asking.save()

    assert "by invitation" not in words_of(client.get(address(asking)))


def test_whoever_tries_words_has_to_wait_and_a_neighbour_has_not(client, asking, monkeypatch, clock):
    monkeypatch.setattr(limits, "WRONG_CODES", Budget("code", most=2, seconds=600))

    def sent(code, **more):
        form = {**ANSWERS, "nonce": nonce_of(client.get(address(asking))), "code": code}
        clock.shift(3)
        return client.post(address(asking), form, **more).status_code

    guesses = [sent(f"SPEAKERS-{number}", **OUTSIDE) for number in range(3)]
    right, neighbour = sent("SPEAKERS-27", **OUTSIDE), sent("SPEAKERS-27", **NEIGHBOUR)
    clock.shift(datetime.timedelta(seconds=601))
    AccessCode.objects.update(used=0)

    assert (guesses, right, neighbour) == ([422, 422, 429], 429, 303)
    assert sent("SPEAKERS-27", **OUTSIDE) == 303
