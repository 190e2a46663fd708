"""The page on which organizers make one of two registrations."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from registrations.models import CheckIn, Registration
from registrations.services import cancel
from tests.checks import letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, with_seats
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.desk import LIST, act
from tests.registrations.admin.forms import shown
from tests.registrations.views.test_page import url

NAME = "merge_registrations"


@pytest.fixture
def pair(edition):
    session = with_seats(edition, 5)
    later = NOW + timedelta(minutes=1)
    return registered(edition, "one@example.org"), registered(edition, "two@example.org", sessions=[session], at=later)


def send(client, *registrations, **typed):
    form = {"apply": "1", "address": str(registrations[0].pk), "reason": "", **typed}
    return act(client, NAME, *registrations, **form)


def test_page_shows_both_and_which_is_kept(organizer, pair):
    page = act(organizer, NAME, *pair)

    assert all(one.reference in page and one.attendee.email in page for one in pair)
    assert page.index("is kept") < page.index("is cancelled")
    assert Registration.objects.filter(status="confirmed").count() == 2


def test_two_are_merged(organizer, pair):
    one, two = pair

    page = send(organizer, *pair, address=str(two.pk), notify="on")

    one.refresh_from_db()
    two.refresh_from_db()
    assert "The two registrations are merged." in page
    assert (one.status, one.attendee.email, two.status, two.merged_into) == (
        "confirmed",
        "two@example.org",
        "cancelled",
        one,
    )
    assert (letters_of(one), letters_of(two)) == (["confirmed", "merged"], ["confirmed"])
    assert LogEntry.objects.count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_exactly_two_are_merged(organizer, edition, pair, number):
    chosen = [*pair, registered(edition, "three@example.org")][:number]

    assert "Choose exactly two registrations" in act(organizer, NAME, *chosen)


def test_two_of_different_editions_are_not_merged(superuser, pair):
    SeatPoolFactory(edition=(there := EditionFactory()))

    assert "Choose exactly two registrations" in act(superuser, NAME, pair[0], registered(there))


def test_rows_of_somebody_elses_edition_are_not_merged(edition, pair):
    SeatPoolFactory(edition=(there := EditionFactory()))
    registered(there)

    send(staff(there, "organizer"), *pair)

    assert not Registration.objects.filter(merged_into__isnull=False).exists()


def test_what_cannot_be_merged_is_told(organizer, pair):
    for one in pair:
        CheckIn.objects.create(registration=one, scanned_at=NOW, received_at=NOW, source="qr")
    assert "these may be two people" in send(organizer, *pair)

    for one in pair:
        cancel.cancel(registration=one, at=NOW)
    assert "These two cannot be merged" in send(organizer, *pair)


def test_address_of_neither_is_a_form_error(organizer, pair):
    assert "Please correct what is marked below." in send(organizer, *pair, address="somebody@else")


def test_erasing_the_other_says_that_the_one_kept_is_not_touched(organizer, client, pair):
    one, two = pair
    send(organizer, *pair)
    said = f"The one that was kept, {one.reference}, is not touched"

    assert "the one that was kept is not touched" in shown(client.get(url(two)))
    assert said in shown(client.get(url(two, "erase/")))
    assert said in shown(client.post(url(two, "erase/")))
    assert Registration.objects.get(attendee__isnull=False) == one


def test_pages_of_the_other_say_so_and_lead_nobody_to_a_ticket(organizer, client, pair):
    one, two = pair
    send(organizer, *pair)

    page = shown(client.get(url(two)))

    assert one.reference in page
    assert "goes by mail to the address that was kept and to no other" in page
    assert one.page_token not in page
    assert "Register again" not in page
    assert one.reference in shown(organizer.get(f"{LIST}{two.pk}/change/"))
