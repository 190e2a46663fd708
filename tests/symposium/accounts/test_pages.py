"""The pages of accounts: each in our look, in both languages, with what helps somebody who made a mistake."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import translation

from symposium.accounts.models import User
from tests.factories import UserFactory

ENTRANCE = ["account_login", "account_signup", "account_request_login_code", "account_reset_password"]
MANAGE = [
    "registrations:account",
    "account_email",
    "account_set_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "socialaccount_connections",
]


@pytest.fixture
def attendee(db):
    user = UserFactory(is_staff=False, second_factor=False, email="ada@example.org")
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


class Reader(HTMLParser):
    """What an accessibility checker would look at first."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.labelled, self.controls, self.tags, self.described = [], set(), [], [], []
        self.lang = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        self.lang = found.get("lang") if tag == "html" else self.lang
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label":
            self.labelled.add(found.get("for"))
        if tag in {"input", "select", "textarea"} and found.get("type") != "hidden":
            self.controls.append(found)
            self.described += found.get("aria-describedby", "").split()


def address(name, language):
    with translation.override(language):
        return reverse(name)


def check_page(response, language):
    text = response.content.decode()
    page = Reader(text)
    assert response.status_code == 200
    assert "css/symposium.css" in text
    assert page.lang == language
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert len(page.ids) == len(set(page.ids))
    assert [control for control in page.controls if control.get("id") not in page.labelled] == []
    assert set(page.described) <= set(page.ids)
    assert [control for control in page.controls if "placeholder" in control] == []
    assert re.findall(r"<script(?![^>]*src=)(?![^>]*application/json)|style=|<style| on[a-z]+=", text) == []
    assert re.search(r"<title>\s*\S", text)
    return page


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ENTRANCE)
def test_entrance(client, db, name, language):
    check_page(client.get(address(name, language)), language)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", MANAGE)
def test_own_pages(client, attendee, name, language):
    client.force_login(attendee)

    check_page(client.get(address(name, language)), language)


@pytest.mark.parametrize("name", ["mfa_index", "mfa_reauthenticate", "mfa_list_webauthn"])
def test_pages_of_a_second_factor(client, db, name):
    client.force_login(UserFactory())

    check_page(client.get(address(name, "en")), "en")


@pytest.mark.parametrize("name", MANAGE)
def test_own_pages_lead_strangers_to_the_entrance(client, db, name):
    response = client.get(address(name, "en"))

    assert response.status_code == 302
    if name != "account_logout":
        assert unquote(response["Location"]) == f"{address('account_login', 'en')}?next={address(name, 'en')}"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account_login", {"login": "nobody@example.org", "password": "wrong"}),
        ("account_login", {"login": "no address"}),
        ("account_signup", {"email": "no address"}),
        ("account_reset_password", {"email": ""}),
    ],
)
def test_mistake_is_named_at_the_top_at_the_field_and_in_the_title(client, db, name, data):
    response = client.post(address(name, "en"), data)

    page = check_page(response, "en")
    text = response.content.decode()
    assert 'role="alert"' in text
    assert re.search(r"<title>\s*Error: ", text)
    if "password" not in data:
        assert [control["id"] for control in page.controls if control.get("aria-invalid") == "true"]
        assert page.described


def test_somebody_signs_up_without_a_password(client, db):
    response = client.post(address("account_signup", "en"), {"email": "new@example.org"}, follow=True)
    check_page(response, "en")
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[0].body, re.MULTILINE)[1]

    client.post(address("account_email_verification_sent", "en"), {"code": code})

    user = User.objects.get(email="new@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, verified=True).exists()


def test_somebody_signs_in_with_a_code(client, attendee):
    response = client.post(address("account_login", "en"), {"login": attendee.email}, follow=True)
    check_page(response, "en")
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[0].body, re.MULTILINE)[1]

    response = client.post(address("account_confirm_login_code", "en"), {"code": code})

    assert response["Location"] == address("registrations:account", "en")
    assert client.session["_auth_user_id"] == str(attendee.pk)


def test_mail_holds_no_address_of_the_request(client, db, settings):
    settings.PUBLIC_ORIGIN = "https://symposium.example.org"
    settings.ALLOWED_HOSTS = ["testserver", "other.example.net"]

    client.post(address("account_login", "en"), {"login": "nobody@example.org"}, headers={"host": "other.example.net"})

    assert "https://symposium.example.org/en/account/signup/" in mail.outbox[0].body
    assert "other.example.net" not in mail.outbox[0].body


def test_mail_server_that_is_away_is_said_on_the_page(client, attendee, settings):
    settings.EMAIL_BACKEND = "tests.symposium.accounts.away.Backend"

    response = client.post(address("account_login", "en"), {"login": attendee.email}, follow=True)

    assert response.status_code == 200
    assert "Our mail server does not answer." in response.content.decode()
