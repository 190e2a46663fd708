"""Somebody deletes their account, with their registrations or without."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.test import Client

from registrations.models import Attendee, Decision, Registration
from registrations.services import accounts
from symposium.accounts.models import User
from symposium.trail.models import TrailEntry
from tests.factories import NOW, UserFactory, registered

DELETE = "/en/account/delete/"


@pytest.fixture
def ada(db, client):
    cache.clear()
    user = UserFactory(email="ada@example.org", is_staff=False, second_factor=False)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sign_in(client, user)
    return user


def sign_in(client, user):
    client.post("/en/account/login/", {"login": user.email})
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    client.post("/en/account/login/code/confirm/", {"code": code})


def test_account_goes_and_the_registration_stays(client, ada, edition):
    registration = registered(edition, ada.email)
    SocialAccount.objects.create(user=ada, provider="orcid", uid="0000-0002-1825-0097")
    elsewhere = Client()
    sign_in(elsewhere, ada)
    assert 'name="registrations"' in client.get(DELETE).content.decode()
    assert User.objects.exists()

    response = client.post(DELETE, {"delete": ""}, follow=True)

    assert "Your account is deleted" in response.content.decode()
    left = [model.objects.count() for model in (User, EmailAddress, SocialAccount)]
    assert left == [0, 0, 0]
    assert Registration.objects.get(attendee__email=ada.email) == registration
    for browser in (client, elsewhere):
        assert browser.get("/en/account/").status_code == 302
    assert [entry.record_type for entry in TrailEntry.objects.filter(kind="erased")] == ["accounts.user"]


def test_registrations_go_with_it_if_their_owner_says_so(client, ada, edition):
    registered(edition, ada.email)
    others = registered(edition, "other@example.org")

    client.post(DELETE, {"delete": "", "registrations": "on"})

    assert list(Attendee.objects.values_list("registration", flat=True)) == [others.pk]
    assert Registration.objects.filter(status="cancelled").count() == 1


def test_somebody_without_registrations_is_asked_of_none(client, ada):
    assert 'name="registrations"' not in client.get(DELETE).content.decode()


def test_staff_account_stays(db):
    olga = UserFactory()

    with pytest.raises(accounts.NotDeletable):
        accounts.delete(user=olga, erasing=[], at=NOW)

    assert User.objects.get() == olga


def test_account_of_who_has_decided_something_stays(client, ada, edition):
    """They belong to the staff no more, and their decisions name them."""
    registration = registered(edition, ada.email)
    Decision.objects.create(registration=registration, action="confirm", decided_by=ada, decided_at=NOW)

    response = client.post(DELETE, {"delete": "", "registrations": "on"})

    assert "Ask the office" in response.content.decode()
    assert (response.status_code, User.objects.count()) == (403, 1)
    assert Attendee.objects.filter(registration=registration).exists()
    assert not TrailEntry.objects.filter(kind="erased").exists()


def test_who_has_a_password_types_it_again(client, ada):
    ada.set_password("a password of the test")
    ada.save()
    sign_in(client, ada)

    response = client.post(DELETE, {"delete": ""})

    assert (response.status_code, User.objects.count()) == (302, 1)
    assert "/reauthenticate/" in response["Location"]
    client.post(response["Location"], {"password": "a password of the test"})
    assert not User.objects.exists()


def test_stranger_is_asked_to_sign_in(client, db):
    assert client.post(DELETE)["Location"].startswith("/en/account/login/")
