"""Changing the language of a page whose form is half filled in."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from registrations.models import Registration
from symposium.accounts.models import User
from symposium.lib import nonces
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, SeatPoolFactory, SessionFactory, UserFactory
from tests.registrations.views.test_page import registered, url

SWITCH = {"other-language": ""}


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def session(edition):
    session = SessionFactory(edition=edition, slug="one")
    SeatPoolFactory(edition=edition, session=session, mode="", capacity=None)
    return session


def half(**changes):
    return {
        "email": "not yet",
        "given_name": "<i>Ada</i>",
        "family_name": "",
        "affiliation": "Ailleurs",
        "country": "BE",
        "profile": "student",
        "attendance_mode": "online",
        "sessions": ["one"],
        **changes,
    }


def value(page, name):
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)[1]


def check_half(page):
    """What was typed is there, as it was typed, and nobody complains."""
    assert value(page, "given_name") == "&lt;i&gt;Ada&lt;/i&gt;"
    assert value(page, "family_name") == ""
    assert value(page, "affiliation") == "Ailleurs"
    assert '<option value="BE" selected>' in page
    assert '<option value="student" selected>' in page
    assert re.search(r'id="mode-online" value="online" required checked', page)
    assert not re.search(r'id="mode-onsite"[^>]* checked', page)
    assert re.search(r'name="sessions" [^>]*value="one" checked', page)
    assert re.findall(r'role="alert"|class="err"|aria-invalid|Error: |Erreur', page) == []


def check_switch(page, language, address):
    """The switch is a button of the form, and no first button for who presses Enter."""
    found = re.findall(r'<button[^>]*form="main-form"[^>]*>', page)
    assert len(found) == 2
    assert "formaction" not in found[0]
    assert f'formaction="{address}" formnovalidate name="other-language" lang="{language}"' in found[1]
    assert page.count('id="main-form"') == 1
    assert 'class="lang"' in found[1]
    assert not re.search(r'<a class="lang"', page)


@pytest.mark.parametrize(("language", "other"), [("fr", "en"), ("en", "fr")])
def test_registration_form_keeps_what_is_typed(client, edition, session, language, other):
    before = client.get(f"/{language}/{edition.slug}/register/?from=letter").content.decode()
    check_switch(before, other, f"/{other}/{edition.slug}/register/?from=letter")
    nonce = value(before, "nonce")

    response = client.post(f"/{other}/{edition.slug}/register/?from=letter", half(nonce=nonce) | SWITCH)

    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{other}"' in page
    check_half(page)
    assert value(page, "email") == "not yet"
    assert value(page, "nonce") == nonce
    check_switch(page, language, f"/{language}/{edition.slug}/register/?from=letter")
    assert (Registration.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_registration_form_sent_twice_around_the_switch_registers_once(client, edition, session):
    nonce = nonces.new()
    whole = half(email="ada@example.org", family_name="Example", given_name="Ada", nonce=nonce)
    client.post(f"/fr/{edition.slug}/register/", whole)

    page = client.post(f"/en/{edition.slug}/register/", whole | SWITCH).content.decode()
    again = client.post(f"/en/{edition.slug}/register/", whole | {"nonce": value(page, "nonce")})

    assert again.status_code == 303
    assert (Registration.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_address_that_was_asked_about_is_not_asked_about_again(client, edition, session):
    whole = half(email="ada@gmial.com", family_name="Example", given_name="Ada", nonce=nonces.new())
    asked = client.post(f"/fr/{edition.slug}/register/", whole)
    assert asked.status_code == 422
    known = {"email_asked": value(asked.content.decode(), "email_asked")}

    page = client.post(f"/en/{edition.slug}/register/", whole | known | SWITCH).content.decode()
    sent = client.post(f"/en/{edition.slug}/register/", whole | {"email_asked": value(page, "email_asked")})

    assert sent.status_code == 303


def test_registration_form_that_is_closed_has_an_ordinary_switch(client, edition, time_machine):
    time_machine.move_to(edition.starts_at, tick=False)

    page = client.get(f"/en/{edition.slug}/register/?s=1").content.decode()

    assert f'<a class="lang" lang="fr" hreflang="fr" href="/fr/{edition.slug}/register/?s=1">' in page


def test_change_keeps_what_is_typed_and_changes_nothing(edition, session):
    registration = registered(edition)
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    check_switch(browser.get(url(registration, "edit/")).content.decode(), "fr", url(registration, "edit/", "fr"))

    response = browser.post(url(registration, "edit/", "fr"), half() | SWITCH)

    check_half(response.content.decode())
    assert (response.status_code, response["Referrer-Policy"]) == (200, "no-referrer")
    registration.refresh_from_db()
    assert (registration.mode, registration.attendee.affiliation) == ("onsite", "Université d'Exemple")


def test_change_shows_again_what_was_unticked(client, edition, session):
    registration = registered(edition, sessions=(session,))

    page = client.post(url(registration, "edit/", "fr"), half(sessions=[]) | SWITCH).content.decode()

    assert not re.search(r'name="sessions" [^>]*checked', page)


@pytest.mark.parametrize("typed", ["", "half an addr", '"><script>'])
def test_lost_mail_keeps_what_is_typed(client, db, typed):
    check_switch(client.get("/fr/ticket/").content.decode(), "en", "/en/ticket/")

    response = client.post("/en/ticket/", {"email": typed} | SWITCH)

    page = response.content.decode()
    assert response.status_code == 200
    assert value(page, "email") == typed.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    assert 'role="alert"' not in page
    assert OutgoingMail.objects.count() == 0


def test_check_of_a_certificate_keeps_what_is_typed_and_answers_nothing(client, db):
    check_switch(client.get("/fr/certificates/").content.decode(), "en", "/en/certificates/")

    response = client.post("/en/certificates/", {"number": "SYM-2027-", "name": "<b>Ada</b>"} | SWITCH)

    page = response.content.decode()
    assert response.status_code == 200
    assert (value(page, "number"), value(page, "name")) == ("SYM-2027-", "&lt;b&gt;Ada&lt;/b&gt;")
    assert 'role="alert"' not in page
    assert 'role="status"' not in page


def test_new_address_is_kept_and_asked_for_by_nobody(edition):
    registration = registered(edition)
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    check_switch(browser.get(url(registration, "email/")).content.decode(), "fr", url(registration, "email/", "fr"))
    written = OutgoingMail.objects.count()

    response = browser.post(url(registration, "email/", "fr"), {"email": "new@exam"} | SWITCH)

    page = response.content.decode()
    assert (response.status_code, value(page, "email")) == (200, "new@exam")
    assert 'role="alert"' not in page
    assert OutgoingMail.objects.count() == written


def address(name, language):
    with translation.override(language):
        return reverse(name)


@pytest.mark.parametrize(
    ("name", "field"), [("account_login", "login"), ("account_signup", "email"), ("account_reset_password", "email")]
)
def test_entrance_keeps_what_is_typed_and_where_to_go_after(client, db, name, field):
    after = "?next=/fr/ticket/%3Fa%3D1%26b%3D2"
    check_switch(client.get(address(name, "fr") + after).content.decode(), "en", address(name, "en") + after)

    response = client.post(
        address(name, "en"), {field: "ada@", "next": "/fr/ticket/?a=1&b=2", "password": "secret"} | SWITCH
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert value(page, field) == "ada@"
    assert value(page, "next") == "/fr/ticket/?a=1&amp;b=2"
    assert "secret" not in page
    assert 'role="alert"' not in page
    assert mail.outbox == []


def test_code_is_typed_on_in_the_other_language(client, db):
    client.post(address("account_signup", "fr"), {"email": "ada@example.org"})
    path = address("account_email_verification_sent", "en")

    page = client.post(path, {"code": "AB"} | SWITCH).content.decode()

    assert value(page, "code") == "AB"
    check_switch(page, "fr", address("account_email_verification_sent", "fr"))


def test_address_to_add_is_kept_and_enter_adds_it(client, db):
    user = UserFactory(is_staff=False, second_factor=False, email="ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    path = address("account_email", "en")

    page = client.post(path, {"email": "new@exam"} | SWITCH).content.decode()

    assert re.search(r'type="email" name="email" value="new@exam"', page)
    check_switch(page, "fr", address("account_email", "fr"))
    assert '<button class="vh" type="submit" form="main-form" name="action_add" ' in page
    assert EmailAddress.objects.count() == 1


def member(client):
    cache.clear()  # of the codes that allauth has sent in other tests, at the same frozen moment
    user = UserFactory(is_staff=False, second_factor=False, email="ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sign_in(client, user)
    return user


def sign_in(client, user):
    client.post(address("account_login", "en"), {"login": user.email})
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    client.post(address("account_confirm_login_code", "en"), {"code": code})


def test_deletion_stays_ticked_and_enter_deletes(client, edition):
    user = member(client)
    registered(edition, "ada")
    path = address("registrations:delete_account", "en")

    page = client.post(path, {"registrations": "on"} | SWITCH).content.decode()

    assert 'name="registrations" value="on" checked' in page
    check_switch(page, "fr", address("registrations:delete_account", "fr"))
    assert '<button class="vh" type="submit" form="main-form" name="delete" ' in page
    assert "checked" not in client.post(path, SWITCH).content.decode()
    assert User.objects.get() == user


def test_name_of_a_key_and_what_it_is_for_are_kept(client, db):
    user = member(client)
    user.set_password("a long password")
    user.save(update_fields=["password"])
    client.force_login(user)
    client.post(address("account_reauthenticate", "en"), {"password": "a long password"})

    page = client.post(address("mfa_add_webauthn", "en"), {"name": "Blue", "passwordless": "on"} | SWITCH)

    text = page.content.decode()
    assert (page.status_code, value(text, "name")) == (200, "Blue")
    assert re.search(r'name="passwordless"[^>]* checked', text)
    check_switch(text, "fr", address("mfa_add_webauthn", "fr"))
    assert re.search(r'<label for="id_name">Nom ', client.get(address("mfa_add_webauthn", "fr")).content.decode())
    assert not Authenticator.objects.exists()


def test_code_of_an_app_is_kept_where_it_is_asked_for(client, db):
    user = member(client)
    TOTP.activate(user, generate_totp_secret())
    path = address("mfa_reauthenticate", "en")

    page = client.post(path, {"code": "123", "next": "/en/ticket/"} | SWITCH).content.decode()

    assert (value(page, "code"), value(page, "next")) == ("123", "/en/ticket/")
    check_switch(page, "fr", address("mfa_reauthenticate", "fr"))


def test_code_of_an_app_is_kept_at_the_entrance(client, db):
    user = member(client)
    TOTP.activate(user, generate_totp_secret())
    client.logout()
    sign_in(client, user)

    page = client.post(address("mfa_authenticate", "en"), {"code": "123"} | SWITCH).content.decode()

    assert value(page, "code") == "123"
    check_switch(page, "fr", address("mfa_authenticate", "fr"))


def test_switch_is_checked_against_forged_requests(edition):
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(f"/en/{edition.slug}/register/", half() | SWITCH).status_code == 403


def test_switch_reads_and_never_acts(client, edition):
    registration = registered(edition)

    assert client.post(url(registration, "cancel/"), SWITCH).status_code == 200
    assert client.post(url(registration, "confirm/"), SWITCH).status_code == 405
    registration.refresh_from_db()
    assert registration.status == "confirmed"
