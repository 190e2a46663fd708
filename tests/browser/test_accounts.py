"""The second factor with a real browser: an authenticator app, recovery codes, and a passkey of a virtual device."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache

from tests.factories import EditionFactory, SeatPoolFactory, UserFactory, registered


@pytest.fixture
def newcomer(transactional_db):
    cache.clear()
    user = UserFactory(email="olga@example.org", second_factor=False, is_superuser=True, password=make_password(None))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def attendee(transactional_db):
    """Somebody of no staff, registered and without a password."""
    cache.clear()
    user = UserFactory(email="ada@example.org", is_staff=False, second_factor=False, password=make_password(None))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    edition = EditionFactory()
    SeatPoolFactory(edition=edition)
    registered(edition, user.email)
    return user


def app_code(secret, later=0):
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time())) + later):06}"


def sign_in_by_mail(visitor, user, to="/admin/"):
    page = visitor.page
    visitor.open(f"/en/account/login/?next={to}")
    page.get_by_label("E-mail address").fill(user.email)
    page.locator("main form button.btn").first.click()
    page.wait_for_url("**/login/code/confirm/**")
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()


def test_newcomer_sets_up_an_app_and_comes_back_with_it(visit, newcomer):
    visitor = visit(locale="en-GB")
    page = visitor.page
    sign_in_by_mail(visitor, newcomer)
    page.wait_for_url("**/account/2fa/")
    visitor.open("/en/account/2fa/")
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("#authenticator_secret").input_value()
    assert page.locator("img.qr-code").evaluate("image => image.complete && image.naturalWidth > 0")
    page.locator("#id_code").fill(app_code(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/reauthenticate/**")
    page.locator("#id_code").fill(app_code(secret, later=1))
    page.get_by_role("button", name="Confirm").click()
    assert len(page.locator("#recovery_codes").input_value().split()) == 10
    recovery_code = page.locator("#recovery_codes").input_value().split()[0]
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()

    visitor.open("/admin/")
    assert "/account/login/" in page.url
    sign_in_by_mail(visitor, newcomer)
    page.wait_for_url("**/2fa/authenticate/")
    page.locator("#id_code").fill(recovery_code)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.wait_for_url("**/admin/")
    assert visitor.complaints == []


def test_passkey_signs_in_without_mail_or_password(visit, newcomer):
    visitor = visit(locale="en-GB")
    page = visitor.page
    plug_in_a_device(page)
    sign_in_by_mail(visitor, newcomer)
    page.wait_for_url("**/account/2fa/")
    visitor.open("/en/account/2fa/webauthn/add/")
    page.get_by_label("Name").fill("My telephone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    assert Authenticator.objects.filter(user=newcomer, type=Authenticator.Type.WEBAUTHN).count() == 1
    visitor.open("/en/account/2fa/webauthn/")
    assert page.get_by_role("heading", name="My telephone").count() == 1
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    letters = len(mail.outbox)

    visitor.open("/en/account/login/?next=/admin/")
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/admin/")
    assert len(mail.outbox) == letters
    assert visitor.complaints == []


def test_attendee_adds_a_passkey_and_comes_back_with_it(visit, attendee):
    visitor = visit(locale="en-GB")
    page = visitor.page
    plug_in_a_device(page)
    sign_in_by_mail(visitor, attendee, to="/en/account/")
    page.get_by_role("link", name="Passkeys and second factor").click()
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Name").fill("My telephone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.get_by_text("Use a security key").click()
    page.wait_for_url("**/2fa/webauthn/reauthenticate/**")
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    assert len(page.locator("#recovery_codes").input_value().split()) == 10
    page.get_by_role("link", name="My registrations").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: not url.endswith("/en/account/"))
    letters = len(mail.outbox)

    visitor.open("/en/account/login/")
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/en/account/")
    assert page.get_by_role("heading", name="My registrations").count() == 1
    assert page.locator(".mine li").count() == 1
    assert len(mail.outbox) == letters
    assert visitor.open("/admin/").status == 403
    assert visitor.complaints == []


def plug_in_a_device(page):
    """An authenticator that Chromium invents, and that says yes whenever it is asked."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
