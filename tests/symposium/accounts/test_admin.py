"""Accounts in the administration."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from symposium.accounts.models import User
from tests.factories import UserFactory

NEW = {"email": " Olga@Example.org ", "name": "Olga", "language": "fr", "is_staff": "on", "is_active": "on"}


@pytest.fixture
def superuser(db):
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


def change(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def test_account_is_added_without_a_password(superuser):
    response = superuser.post("/admin/accounts/user/add/", NEW)

    user = User.objects.get(email="olga@example.org")
    assert response.status_code == 302
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert "olga" not in LogEntry.objects.get().object_repr


def test_address_of_another_account_is_a_form_error(superuser):
    UserFactory(email="olga@example.org")

    response = superuser.post("/admin/accounts/user/add/", NEW)

    assert list(response.context["adminform"].form.errors) == ["email"]


def test_change_keeps_the_password(superuser):
    user = UserFactory(email="olga@example.org")
    user.set_password("a password of theirs")
    user.save()

    superuser.post(change(user), NEW | {"name": "Olga Organisatrice"})

    user.refresh_from_db()
    assert user.name == "Olga Organisatrice"
    assert user.check_password("a password of theirs")


def test_account_made_inactive_can_do_nothing_from_the_next_request_on(superuser):
    user = UserFactory(is_superuser=True)
    theirs = Client()
    theirs.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert theirs.get("/admin/accounts/user/").status_code == 200

    superuser.post(change(user), {"email": user.email, "language": "fr", "is_staff": "on", "is_superuser": "on"})

    assert theirs.get("/admin/accounts/user/").status_code == 302


def test_nobody_is_deleted(superuser):
    user = UserFactory()

    assert superuser.post(change(user).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_groups_are_no_second_truth(superuser):
    assert superuser.get("/admin/auth/group/").status_code == 404


@pytest.mark.parametrize("page", ["account/emailaddress", "mfa/authenticator"])
def test_pages_of_allauth_show_no_secret_to_anybody(superuser, page):
    assert superuser.get(f"/admin/{page}/").status_code == 404
