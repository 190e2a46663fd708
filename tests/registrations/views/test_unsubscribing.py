"""No more messages, by the link in one of them."""

import pytest
from django.test import Client

from registrations.models import Attendee
from registrations.services import privacy, unsubscribing
from tests.factories import NOW, registered
from tests.registrations.services.test_privacy import rows_that_contain

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def stranger():
    """A mail program: no cookie, no origin, and Django's check is on."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def address_of(registration):
    return unsubscribing.link_of(registration).removeprefix("http://testserver")


def unsubscribed_at():
    return Attendee.objects.get().unsubscribed_at


def test_opening_the_link_shows_a_page_and_changes_nothing(edition, stranger):
    registration = registered(edition)

    response = stranger.get(address_of(registration))

    page = response.content.decode()
    assert 'data-subscribed="yes"' in page
    assert "No more messages" in page
    assert registration.attendee.email not in page
    assert registration.page_token not in page
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert "no-store" in response["Cache-Control"]
    assert unsubscribed_at() is None
    assert stranger.head(address_of(registration)).status_code == 200
    assert stranger.put(address_of(registration)).status_code == 405


def test_one_click_does_it_without_a_cookie_and_without_another_page(edition, stranger, time_machine):
    address = address_of(registered(edition))

    response = stranger.post(address, ONE_CLICK)

    assert (response.status_code, response.cookies) == (200, {})
    assert 'data-subscribed="no"' in response.content.decode()
    assert unsubscribed_at() == NOW
    time_machine.move_to(NOW.replace(hour=20), tick=False)
    stranger.post(address, ONE_CLICK)
    assert unsubscribed_at() == NOW


def test_whoever_unsubscribed_may_come_back_on_the_same_page(edition, stranger):
    address = address_of(registered(edition))
    stranger.post(address, ONE_CLICK)

    response = stranger.post(address, {"again": "yes"})

    assert 'data-subscribed="yes"' in response.content.decode()
    assert unsubscribed_at() is None


def test_token_in_small_letters_works_and_any_other_is_not_there(edition, stranger):
    registration, other = registered(edition), registered(edition, "other@example.org")
    token = unsubscribing.token_of(registration)

    assert stranger.get(f"/u/{token.lower()}/").status_code == 200
    strange = [
        "x",
        token[:-1],
        token[:32] + registration.page_token,
        other.pk.hex + token[32:],
        "0" * 32 + token[32:],
        token + "0",
        registration.page_token,
        "é" * 59,
    ]
    assert [stranger.post(f"/u/{one}/", ONE_CLICK).status_code for one in strange] == [404] * len(strange)
    assert list(Attendee.objects.values_list("unsubscribed_at", flat=True)) == [None, None]


def test_token_whose_key_is_gone_is_not_there(edition, stranger, settings):
    address = address_of(registered(edition))
    settings.TICKET_KEYS = ["another-key-for-tickets-0123456789abcdef"]

    assert stranger.get(address).status_code == 404


def test_erased_person_has_nothing_left_to_unsubscribe(edition, stranger):
    registration = registered(edition)
    address = address_of(registration)
    stranger.post(address, ONE_CLICK)
    assert rows_that_contain("ada@example.org") == ["registrations_attendee"]

    privacy.erase(registration=registration, at=NOW)

    assert stranger.get(address).status_code == 404
    assert stranger.post(address, ONE_CLICK).status_code == 404


def test_export_of_a_person_says_since_when_they_want_no_messages(edition, stranger):
    registration = registered(edition)
    stranger.post(address_of(registration), ONE_CLICK)

    [told] = privacy.export_person("ada@example.org")

    assert told["unsubscribed_at"] == NOW.isoformat()


def test_page_is_in_the_language_of_who_reads_it(edition, client):
    response = client.get(address_of(registered(edition)), headers={"accept-language": "fr"})

    assert "Ne plus recevoir de messages" in response.content.decode()
