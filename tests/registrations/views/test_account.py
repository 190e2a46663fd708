"""« My account »: what was registered with the addresses somebody has proved, and the form filled in from it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from programme.models import Edition
from registrations.models import CheckIn
from tests.factories import NOW, EditionFactory, SeatPoolFactory, UserFactory, registered


@pytest.fixture
def ada(db):
    user = UserFactory(is_staff=False, second_factor=False, email="ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def other_edition(db):
    edition = EditionFactory(title_en="Law and medicine")
    SeatPoolFactory(edition=edition)
    return edition


def listed(response):
    return [registration.edition for registration in response.context["registrations"]]


def test_lists_every_edition_of_a_verified_address(client, ada, edition, other_edition):
    first, second = registered(edition, "Ada@Example.org"), registered(other_edition, "ada@example.org")
    registered(edition, "someone-else@example.org")
    client.force_login(ada)

    response = client.get("/en/account/")

    assert {first.edition, second.edition} == set(listed(response))
    text = response.content.decode()
    for mine in (first, second):
        assert reverse("registrations:page", args=[mine.page_token]) in text
    assert response["Referrer-Policy"] == "same-origin"  # without one « Sign out » would be refused
    assert "no-store" in response["Cache-Control"]


def test_address_not_verified_shows_nothing(client, ada, edition):
    registered(edition, "victim@example.org")
    EmailAddress.objects.create(user=ada, email="victim@example.org", verified=False)
    client.force_login(ada)

    assert listed(client.get("/en/account/")) == []


def test_guest_registration_joins_once_its_address_is_verified(client, ada, edition):
    registered(edition, "ada.private@example.org")
    address = EmailAddress.objects.create(user=ada, email="Ada.Private@example.org", verified=False)
    client.force_login(ada)
    assert listed(client.get("/en/account/")) == []
    address.verified = True
    address.save()

    assert listed(client.get("/en/account/")) == [edition]


def test_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/en/account/")["Location"] == "/en/account/login/?next=/en/account/"
    assert client.post("/en/account/").status_code == 302


def test_only_reads(client, ada):
    client.force_login(ada)

    assert client.post("/en/account/").status_code == 405


def test_certificate_stands_with_the_edition_one_came_to_and_the_ticket_with_the_others(
    client, ada, edition, other_edition, time_machine
):
    time_machine.move_to(NOW, tick=False)
    came, coming = registered(edition, ada.email), registered(other_edition, ada.email)
    CheckIn.objects.create(registration=came, scanned_at=NOW, received_at=NOW, source="qr")
    Edition.objects.filter(pk=edition.pk).update(starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1))
    client.force_login(ada)

    text = client.get("/en/account/").content.decode()

    own = {
        name: [one for one in (came, coming) if reverse(f"registrations:{name}_pdf", args=[one.page_token]) in text]
        for name in ("certificate", "ticket")
    }
    assert own == {"certificate": [came], "ticket": [coming]}


def test_address_removed_from_the_account_shows_nothing_any_more(client, ada, edition):
    registered(edition, "ada.private@example.org")
    address = EmailAddress.objects.create(user=ada, email="ada.private@example.org", verified=True)
    client.force_login(ada)
    assert listed(client.get("/en/account/")) == [edition]

    client.post("/en/account/email/", {"action_remove": "", "email": address.email})

    assert listed(client.get("/en/account/")) == []


def test_three_registrations_cost_what_one_costs(client, ada, edition, django_assert_num_queries):
    registered(edition, ada.email)
    client.force_login(ada)
    client.get("/en/account/")
    with django_assert_num_queries(5) as one:
        client.get("/en/account/")
    for _more in range(2):
        another = EditionFactory()
        SeatPoolFactory(edition=another)
        registered(another, ada.email)

    with django_assert_num_queries(len(one.captured_queries)):
        client.get("/en/account/")


class TestFilledForm:
    def test_from_the_last_registration(self, client, ada, edition, other_edition, time_machine):
        time_machine.move_to(NOW, tick=False)
        registered(other_edition, ada.email, given_name="Ada", affiliation="Institut Exemple", profile="clinician")
        client.force_login(ada)

        form = client.get(f"/en/{edition.slug}/register/").context["form"]

        assert form["email"].value() == "ada@example.org"
        assert form["given_name"].value() == "Ada"
        assert form["affiliation"].value() == "Institut Exemple"
        assert form["profile"].value() == "clinician"

    def test_not_from_an_address_that_is_not_verified(self, client, ada, edition, other_edition, time_machine):
        time_machine.move_to(NOW, tick=False)
        registered(other_edition, ada.email, affiliation="Institut Exemple")
        EmailAddress.objects.update(verified=False)
        client.force_login(ada)

        response = client.get(f"/en/{edition.slug}/register/")

        assert "Institut Exemple" not in response.content.decode()
        assert response.context["form"]["email"].value() == "ada@example.org"

    def test_empty_for_a_stranger(self, client, edition, time_machine):
        time_machine.move_to(NOW, tick=False)

        assert client.get(f"/en/{edition.slug}/register/").context["form"]["email"].value() is None
