"""When a session ends: by time, by a new password, by an account that is no longer active."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client

from symposium.accounts.models import User
from tests.factories import NOW, UserFactory

OLD, NEW = "a password of the test", "another password of the test"


@pytest.fixture
def ada(db):
    cache.clear()
    user = UserFactory(email="ada@example.org", is_staff=False, second_factor=False)
    user.set_password(OLD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def signed_in(user):
    client = Client()
    client.post("/en/account/login/", {"login": user.email, "password": OLD})
    assert get_user(client) == user
    return client


def is_inside(client):
    return client.get("/en/account/").status_code == 200


def test_session_ends_after_twelve_hours(ada, time_machine):
    time_machine.move_to(NOW, tick=False)
    client = signed_in(ada)
    time_machine.move_to(NOW + timedelta(hours=11, minutes=59), tick=False)
    assert is_inside(client)

    time_machine.move_to(NOW + timedelta(hours=12, minutes=1), tick=False)

    assert not is_inside(client)


def test_new_password_ends_the_sessions_elsewhere(ada):
    here, elsewhere = signed_in(ada), signed_in(ada)

    here.post("/en/account/password/change/", {"oldpassword": OLD, "password1": NEW, "password2": NEW})

    assert (is_inside(here), is_inside(elsewhere)) == (True, False)


def test_account_that_is_disabled_is_outside_at_the_next_request(ada):
    client = signed_in(ada)
    assert is_inside(client)

    User.objects.update(is_active=False)

    assert not is_inside(client)
