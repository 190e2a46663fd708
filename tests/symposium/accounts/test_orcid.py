"""Signing in with ORCID, against a server of ours that speaks its protocol; no real ORCID is reached."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache

from symposium.accounts.models import User
from symposium.accounts.social import WAITS_SECONDS
from symposium.lib.orcid import is_orcid
from tests.factories import UserFactory
from tests.symposium.accounts.orcid_server import CLIENT_ID, JOSIAH, SECRET, OrcidServer
from tests.symposium.accounts.test_second_factor import app_code

LOGIN = "/en/account/orcid/login/"
JOIN = "/en/account/orcid/join/"
CONNECTIONS = "/en/account/3rdparty/"


@pytest.fixture
def orcid(db, settings):
    cache.clear()
    server = OrcidServer()
    settings.ORCID_CLIENT_ID, settings.ORCID_CLIENT_SECRET, settings.ORCID_ORIGIN = CLIENT_ID, SECRET, server.origin
    yield server
    server.stop()


@pytest.fixture
def ada(db):
    return person("ada@example.org")


def person(email, **fields):
    user = UserFactory(email=email, **{"is_staff": False, "second_factor": False, **fields})
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def joined(user):
    return SocialAccount.objects.create(user=user, provider="orcid", uid=JOSIAH)


def come_back_from_orcid(client, query=""):
    """Go there and back as a browser does, and return what our callback answers."""
    there = client.post(LOGIN + query)
    assert there.status_code == 302, there.content
    back = requests.get(there["Location"], allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://testserver/en/account/orcid/login/callback/?")
    return client.get(back.removeprefix("http://testserver"))


def code_in_the_mail():
    return re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]


def is_signed_in(client):
    return get_user(client).is_authenticated


def orcids():
    return set(SocialAccount.objects.values_list("user__email", "uid"))


def test_is_asked_before_it_leads_away(client, orcid):
    response = client.get(LOGIN)

    assert response.status_code == 200
    assert f"form-action 'self' {orcid.origin};" in response["Content-Security-Policy"]
    assert "orcid" in client.get("/en/account/login/").content.decode()


def test_known_orcid_signs_in(client, orcid, ada):
    joined(ada)

    response = come_back_from_orcid(client)

    assert response["Location"] == "/en/account/"
    assert get_user(client) == ada


def test_unknown_orcid_makes_no_account_and_joins_none(client, orcid, ada):
    response = come_back_from_orcid(client)

    assert response["Location"] == f"/en/account/login/?next={JOIN}"
    assert not is_signed_in(client)
    assert (orcids(), User.objects.count()) == (set(), 1)
    page = client.get(response["Location"]).content.decode()
    assert f"ORCID has confirmed your iD {JOSIAH}" in page


def test_new_person_proves_an_address_by_a_code_then_adds_the_orcid(client, orcid):
    back = come_back_from_orcid(client)["Location"]
    signup = re.search(r'href="(/en/account/signup/[^"]*)"', client.get(back).content.decode())[1]
    client.post(signup.replace("&amp;", "&"), {"email": "grace@example.org", "next": JOIN})
    assert orcids() == set()
    response = client.post("/en/account/confirm-email/", {"code": code_in_the_mail(), "next": JOIN})

    assert response["Location"] == JOIN
    assert JOSIAH in client.get(JOIN).content.decode()
    assert client.post(JOIN, {"join": ""})["Location"] == CONNECTIONS
    assert orcids() == {("grace@example.org", JOSIAH)}
    assert f"https://orcid.org/{JOSIAH}" in client.get(CONNECTIONS).content.decode()
    client.logout()
    assert come_back_from_orcid(client)["Location"] == "/en/account/"
    assert get_user(client).email == "grace@example.org"


def test_known_person_signs_in_by_a_code_then_adds_the_orcid(client, orcid, ada):
    client.get(come_back_from_orcid(client)["Location"])
    client.post("/en/account/login/", {"login": ada.email, "next": JOIN})
    response = client.post("/en/account/login/code/confirm/", {"code": code_in_the_mail(), "next": JOIN})

    assert response["Location"] == JOIN
    client.post(JOIN, {"join": ""})
    assert orcids() == {("ada@example.org", JOSIAH)}
    assert mail.outbox[-1].to == [ada.email]  # told of the new way in


def test_orcid_of_somebody_else_at_this_browser_is_left_out(client, orcid, ada):
    come_back_from_orcid(client)
    client.force_login(ada)

    assert client.post(JOIN)["Location"] == "/en/account/"
    assert orcids() == set()
    assert client.get(JOIN)["Location"] == CONNECTIONS  # nothing waits any more


def test_orcid_that_waited_too_long_is_forgotten(client, orcid, ada, time_machine):
    time_machine.move_to("2027-03-01T12:00:00Z", tick=False)
    come_back_from_orcid(client)
    client.force_login(ada)
    assert client.get(JOIN).status_code == 200
    time_machine.shift(WAITS_SECONDS)

    assert client.post(JOIN, {"join": ""})["Location"] == CONNECTIONS
    assert orcids() == set()


def test_orcid_that_another_account_has_joined_meanwhile_is_refused(client, orcid, ada):
    come_back_from_orcid(client)
    other = person("other@example.org")
    client.force_login(ada)
    joined(other)

    page = client.post(JOIN, {"join": ""}, follow=True).content.decode()

    assert "belongs to another account" in page
    assert orcids() == {("other@example.org", JOSIAH)}


class TestOfAnAccount:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, orcid, ada):
        client.post("/en/account/login/", {"login": ada.email})
        client.post("/en/account/login/code/confirm/", {"code": code_in_the_mail()})

    def test_is_added_and_shown(self, client, orcid, ada):
        assert "process=connect" in client.get(CONNECTIONS).content.decode()

        page = client.get(come_back_from_orcid(client, "?process=connect")["Location"]).content.decode()

        assert "Your ORCID iD has been added." in page
        assert f'href="https://orcid.org/{JOSIAH}"' in page
        assert orcids() == {(ada.email, JOSIAH)}

    def test_added_twice_is_there_once(self, client, orcid, ada):
        come_back_from_orcid(client, "?process=connect")

        page = client.get(come_back_from_orcid(client, "?process=connect")["Location"]).content.decode()

        assert "belongs to your account already" in page
        assert orcids() == {(ada.email, JOSIAH)}

    def test_is_removed_without_a_password(self, client, ada, settings):
        account = joined(ada)
        settings.ORCID_CLIENT_ID = ""  # no longer offered: it can still be taken away

        page = client.post(CONNECTIONS, {"account": account.pk}, follow=True).content.decode()

        assert "Your ORCID iD has been removed." in page
        assert "This site is not connected with ORCID." in page
        assert orcids() == set()

    def test_of_another_is_not_removed(self, client):
        account = joined(person("other@example.org"))

        client.post(CONNECTIONS, {"account": account.pk})

        assert orcids() == {("other@example.org", JOSIAH)}

    def test_nothing_but_the_id_is_kept(self, client, orcid):
        come_back_from_orcid(client, "?process=connect")

        assert SocialAccount.objects.get().extra_data == {"orcid": JOSIAH}
        assert not SocialToken.objects.exists()


def test_login_by_orcid_does_not_skip_the_second_factor(client, orcid):
    organizer = person("olga@example.org", is_staff=True, second_factor=True)
    joined(organizer)

    response = come_back_from_orcid(client)

    assert response["Location"] == "/en/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302
    client.post(response["Location"], {"code": app_code()})
    assert get_user(client) == organizer


def test_staff_without_a_second_factor_set_one_up_first(client, orcid):
    joined(person("olga@example.org", is_staff=True))

    come_back_from_orcid(client)

    assert client.get("/admin/")["Location"].endswith("/account/2fa/")
    assert client.get(CONNECTIONS)["Location"] == "/en/account/2fa/"


def test_disabled_account_stays_outside(client, orcid, ada):
    joined(ada)
    User.objects.update(is_active=False)

    assert come_back_from_orcid(client)["Location"] == "/en/account/inactive/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "http://testserver.evil.example/"])
def test_leads_to_our_own_pages_only(client, orcid, ada, target):
    joined(ada)

    assert come_back_from_orcid(client, f"?next={target}")["Location"] == "/en/account/"


def test_leads_back_to_where_somebody_was(client, orcid, ada):
    joined(ada)

    assert come_back_from_orcid(client, "?next=/en/account/email/")["Location"] == "/en/account/email/"


class TestRefused:
    def test_state_of_another_visit(self, client, orcid, ada):
        joined(ada)
        there = client.post(LOGIN)["Location"]
        back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
        client.cookies.clear()

        response = client.get(back.removeprefix("http://testserver"))

        assert response.status_code == 401
        assert "ORCID could not confirm your iD" in response.content.decode()
        assert not is_signed_in(client)

    def test_code_of_another_visit(self, client, orcid, ada):
        """PKCE: a code that somebody caught is worth nothing in another browser."""
        joined(ada)
        caught = requests.get(client.post(LOGIN)["Location"], allow_redirects=False, timeout=5).headers["Location"]
        code = parse_qs(urlsplit(caught).query)["code"][0]
        state = parse_qs(urlsplit(client.post(LOGIN)["Location"]).query)["state"][0]

        response = client.get(f"{LOGIN}callback/", {"code": code, "state": state})

        assert response.status_code == 401
        assert [form["code"] for form in orcid.refused] == [code]
        assert not is_signed_in(client)

    def test_turned_back_at_orcid(self, client, orcid):
        orcid.orcid = None

        response = come_back_from_orcid(client)

        assert response["Location"] == "/en/account/3rdparty/login/cancelled/"
        assert "You have left ORCID" in client.get(response["Location"]).content.decode()

    @pytest.mark.parametrize("answered", ["0000-0002-1825-0098", "", ["0000-0002-1825-0097"], {"a": 1}, 7])
    def test_answer_that_is_no_orcid(self, client, orcid, answered):
        orcid.orcid = answered

        assert come_back_from_orcid(client).status_code == 401
        assert orcids() == set()

    def test_orcid_away(self, client, orcid):
        there = client.post(LOGIN)["Location"]
        back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
        orcid.stop()

        assert client.get(back.removeprefix("http://testserver")).status_code == 401

    def test_not_offered_without_credentials(self, client, db):
        assert client.get(LOGIN).status_code == 404
        assert client.get(f"{LOGIN}callback/").status_code == 404
        assert "orcid/" not in client.get("/en/account/login/").content.decode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (JOSIAH, True),
        ("0000-0002-1694-233X", True),
        ("0000-0002-1694-233x", False),
        ("0000-0002-1825-0079", False),
        ("https://orcid.org/0000-0002-1825-0097", False),
        ("0000000218250097", False),
        ("\u0660000-0002-1825-0097", False),
        (JOSIAH + "\n", False),
    ],
)
def test_orcid_is_checked_by_its_last_character(value, expected):
    assert is_orcid(value) is expected
