"""Answering, on the server, somebody who asks for their data or to be forgotten: their account included."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from registrations.models import Attendee
from registrations.services.merge import merge
from symposium.accounts.models import User
from tests.factories import NOW, UserFactory
from tests.registrations.views.test_page import registered

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def account(email="essai@example.org", **fields):
    user = UserFactory(email=email, is_staff=False, second_factor=False, **fields)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def test_export_tells_of_registrations_and_of_the_account(edition, capsys):
    registered(edition)
    user = account(name="Camille")

    call_command("person_export", "Essai@example.org")

    registration, own = json.loads(capsys.readouterr().out)
    assert "essai@example.org" in json.dumps(registration)
    assert own["account"] == {
        "email": "essai@example.org",
        "name": "Camille",
        "language": user.language,
        "joined_at": user.joined_at.isoformat(),
        "last_login_at": None,
        "proved_addresses": ["essai@example.org"],
        "belongs_to_staff": False,
    }


def test_erasure_takes_the_account_along(edition, capsys):
    registered(edition)
    account()

    call_command("person_erase", "ESSAI@example.org")

    assert capsys.readouterr().out == "Erased from 1 edition(s).\nDeleted 1 account(s).\n"
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not Attendee.objects.exists()
    with pytest.raises(CommandError, match="Nothing is kept"):
        call_command("person_export", "essai@example.org")


def test_erasure_takes_an_account_without_registration_and_by_its_second_address(db, capsys):
    EmailAddress.objects.create(user=account("main@example.org"), email="other@example.org", verified=False)

    call_command("person_erase", "other@example.org", json=True)

    assert json.loads(capsys.readouterr().out) == {
        "erased": 0,
        "accounts": 1,
        "staff_accounts": 0,
        "kept_elsewhere": [],
    }
    assert not User.objects.exists()


def test_what_was_kept_with_another_address_is_told(edition, capsys):
    one, other = registered(edition), registered(edition, "old")
    kept = merge(one=one, other=other, address_of=one, notify=False, reason="", by=UserFactory(), at=NOW)

    call_command("person_erase", "old@example.org")

    told = capsys.readouterr().out
    assert told.startswith(f"Erased from 1 edition(s).\n{kept.reference} stays")
    assert Attendee.objects.get().registration == kept


def test_account_of_the_staff_stays_and_is_told(db, capsys):
    UserFactory(email="staff@example.org")

    call_command("person_erase", "staff@example.org")

    assert capsys.readouterr().out.startswith("Erased from 0 edition(s).\nAn account of the staff stays")
    assert User.objects.filter(email="staff@example.org").exists()
