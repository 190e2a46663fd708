"""Staff open nothing without a second factor; whoever has one is asked for it at each login."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.conf import settings as configured
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from programme.models import StaffRole
from symposium.accounts.demo import ORGANIZER, sign_in_path
from symposium.accounts.second_factor import DEMO_SESSION_KEY
from tests.factories import TOTP_SECRET, UserFactory

MFA = "/en/account/2fa/"


@pytest.fixture(autouse=True)
def no_attempt_so_far():
    cache.clear()


@pytest.fixture
def newcomer(db):
    """A member of the staff on their first day, without a password."""
    return with_address(UserFactory(second_factor=False, is_superuser=True, password=make_password(None)))


def with_address(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def app_code():
    return f"{hotp_value(TOTP_SECRET, next(iter(yield_hotp_counters_from_time()))):06}"


def staff_pages(edition):
    return [
        "/admin/",
        reverse("admin:registrations_registration_changelist"),
        f"/checkin/{edition.slug}/",
        "/en/account/",
        "/en/",
    ]


def sign_in(client, user):
    """Come as far as the code from the mail leads."""
    client.post("/en/account/login/", {"login": user.email})
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    return client.post("/en/account/login/code/confirm/", {"code": code})


def test_newcomer_is_led_to_the_set_up_from_everywhere(client, edition, newcomer):
    client.force_login(newcomer)

    for path in staff_pages(edition):
        assert re.fullmatch(r"/(fr|en)/account/2fa/", client.get(path)["Location"]), path
    assert client.post(f"/checkin/{edition.slug}/", {"q": "x"}).status_code == 302
    assert "set up a second factor" in client.get(MFA).content.decode()


@pytest.mark.parametrize("role", StaffRole.Role.values)
def test_role_alone_makes_somebody_staff(client, edition, role):
    helper = UserFactory(is_staff=False, second_factor=False)
    StaffRole.objects.create(user=helper, edition=edition, role=role)
    client.force_login(helper)

    assert client.get(f"/checkin/{edition.slug}/")["Location"].endswith("/account/2fa/")


def test_attendee_needs_none(client, edition):
    client.force_login(UserFactory(is_staff=False, second_factor=False))

    assert client.get("/en/account/").status_code == 200


def test_page_for_everybody_asks_for_no_session(client, edition):
    assert "Cookie" not in client.get("/en/").headers.get("Vary", "")


def test_newcomer_sets_one_up_and_works(client, edition, newcomer):
    client.force_login(newcomer)
    page = client.get("/en/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"

    response = client.post("/en/account/2fa/totp/activate/", {"code": code})

    assert response["Location"] == "/en/account/2fa/recovery-codes/"
    assert Authenticator.objects.filter(user=newcomer, type=Authenticator.Type.RECOVERY_CODES).exists()
    assert client.get("/admin/").status_code == 200


def test_code_of_the_mail_alone_opens_nothing(client, db):
    user = with_address(UserFactory(is_superuser=True))

    response = sign_in(client, user)

    assert response["Location"] == "/en/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/en/account/2fa/authenticate/").status_code == 200


def test_password_alone_opens_nothing(client, db):
    user = with_address(UserFactory(is_superuser=True))
    user.set_password("correct horse battery staple")
    user.save()

    client.post("/en/account/login/", {"login": user.email, "password": "correct horse battery staple"})

    assert "_auth_user_id" not in client.session


def test_second_factor_opens(client, db):
    sign_in(client, with_address(UserFactory(is_superuser=True)))

    response = client.post("/en/account/2fa/authenticate/", {"code": app_code()})

    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_recovery_code_opens_once(client, db):
    user = with_address(UserFactory(is_superuser=True))
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    sign_in(client, user)
    assert client.post("/en/account/2fa/authenticate/", {"code": code}).status_code == 302
    client.logout()
    cache.clear()
    sign_in(client, user)

    assert "_auth_user_id" not in client.session
    assert client.post("/en/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_codes_cannot_be_tried_without_end(client, db):
    sign_in(client, with_address(UserFactory(is_superuser=True)))

    for attempt in range(8):
        client.post("/en/account/2fa/authenticate/", {"code": f"{attempt:06}"})
    client.post("/en/account/2fa/authenticate/", {"code": app_code()})

    assert "_auth_user_id" not in client.session


def test_recovery_codes_alone_are_no_second_factor(client, newcomer):
    Authenticator.objects.create(user=newcomer, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(newcomer)

    assert client.get("/admin/").status_code == 302


class TestDemo:
    @pytest.fixture
    def organizer(self, db):
        return UserFactory(email=ORGANIZER, second_factor=False, is_superuser=True)

    def test_one_click_is_enough(self, client, organizer, settings):
        settings.DEBUG = True

        assert client.get(sign_in_path(ORGANIZER, "/admin/"))["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_nothing_of_it_works_in_an_installation(self, client, organizer, settings):
        settings.DEBUG = True
        path = sign_in_path(ORGANIZER, "/admin/")
        client.get(path)
        settings.DEBUG = False

        assert client.session[DEMO_SESSION_KEY] is True
        assert client.get("/admin/")["Location"].endswith("/account/2fa/")
        assert client.get(path).status_code in {302, 404}
        client.logout()
        assert client.get(path).status_code == 404
        assert "_auth_user_id" not in client.session


class TestSession:
    def test_lasts_half_a_day(self, client, db):
        client.force_login(UserFactory(is_superuser=True))

        assert configured.SESSION_COOKIE_AGE == 12 * 3600
        assert client.session.get_expiry_date() < timezone.now() + timedelta(hours=12, minutes=1)

    def test_over_on_the_next_request_of_somebody_disabled(self, client, db):
        user = UserFactory(is_superuser=True)
        client.force_login(user)
        assert client.get("/admin/").status_code == 200
        user.is_active = False
        user.save()

        assert client.get("/admin/")["Location"].startswith("/admin/login/")

    def test_disabled_person_gets_none(self, client, db):
        user = with_address(UserFactory(is_superuser=True, is_active=False))
        client.post("/en/account/login/", {"login": user.email})

        assert "_auth_user_id" not in client.session


class TestReset:
    def test_takes_factors_and_sessions(self, client, db, caplog):
        user, other = UserFactory(is_superuser=True, email="olga@example.org"), UserFactory(is_superuser=True)
        client.force_login(user)
        store = import_module(configured.SESSION_ENGINE).SessionStore()
        store["_auth_user_id"] = str(other.pk)
        store.save()

        call_command("reset_second_factor", "Olga@Example.org", reason="The telephone was stolen")

        assert list(Authenticator.objects.values_list("user_id", flat=True)) == [other.pk]
        assert client.get("/admin/")["Location"].startswith("/admin/login/")
        assert store.exists(store.session_key)

    def test_leaves_a_trace(self, db, caplog):
        user = UserFactory(email="olga@example.org")

        call_command("reset_second_factor", user.email, reason="The telephone was stolen")

        entry = LogEntry.objects.get(object_id=str(user.pk))
        assert "The telephone was stolen" in entry.change_message
        assert f"of user {user.pk} was reset" in caplog.text
        assert user.email not in caplog.text + entry.change_message + entry.object_repr

    def test_needs_a_reason_and_a_known_address(self, db):
        UserFactory(email="olga@example.org")

        with pytest.raises(CommandError, match="required: --reason"):
            call_command("reset_second_factor", "olga@example.org")
        with pytest.raises(CommandError, match="Say why"):
            call_command("reset_second_factor", "olga@example.org", reason=" ")
        with pytest.raises(CommandError, match="no account"):
            call_command("reset_second_factor", "nobody@example.org", reason="Lost")


def test_an_open_account_does_not_open_another_by_its_password_alone(client, db):
    """Django's own login of the administration asked for no second factor and counted no failure."""
    mine, theirs = UserFactory(), UserFactory(is_superuser=True)
    theirs.set_password("a password of theirs")
    theirs.save()
    client.force_login(mine, backend="django.contrib.auth.backends.ModelBackend")

    response = client.post("/admin/login/", {"username": theirs.email, "password": "a password of theirs"})

    assert response["Location"] == "/admin/"
    assert client.session["_auth_user_id"] == str(mine.pk)
