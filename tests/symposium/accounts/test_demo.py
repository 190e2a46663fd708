"""Signing in by one click: in the demo, for its own accounts, and for nobody else."""

import pytest
from django.core import signing
from django.urls import reverse

from symposium.accounts.demo import ORGANIZER, SALT, sign_in_path
from tests.factories import UserFactory


@pytest.fixture
def demo(settings, db):
    settings.DEBUG = True


@pytest.fixture
def organizer(db):
    return UserFactory(email=ORGANIZER)


def test_link_signs_in_and_leads_on(client, demo, organizer):
    response = client.get(sign_in_path(ORGANIZER, "/admin/"))

    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.session["_auth_user_id"] == str(organizer.pk)


def test_link_is_nothing_outside_the_demo(client, organizer):
    response = client.get(sign_in_path(ORGANIZER, "/admin/"))

    assert response.status_code == 404
    assert "_auth_user_id" not in client.session


def test_link_refuses_a_post(client, demo, organizer):
    assert client.post(sign_in_path(ORGANIZER, "/admin/")).status_code == 405


def test_link_that_was_changed_is_nothing(client, demo, organizer):
    path = sign_in_path(ORGANIZER, "/admin/")

    assert client.get(path[:-5] + "AAAA/").status_code == 404


def test_link_grows_old(client, demo, organizer, time_machine):
    time_machine.move_to("2027-03-01 12:00", tick=False)
    path = sign_in_path(ORGANIZER, "/admin/")
    time_machine.move_to("2027-03-02 12:01", tick=False)

    assert client.get(path).status_code == 404


def test_other_account_has_no_link(client, demo):
    UserFactory(email="somebody@example.org")
    token = signing.dumps(["somebody@example.org", "/"], salt=SALT)

    assert client.get(reverse("demo-sign-in", args=[token])).status_code == 404


def test_account_that_was_disabled_is_not_signed_in(client, demo):
    UserFactory(email=ORGANIZER, is_active=False)

    assert client.get(sign_in_path(ORGANIZER, "/")).status_code == 404
