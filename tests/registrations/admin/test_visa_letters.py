"""The list of letters of invitation, and what organizers decide in it."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from registrations.models import VisaLetter
from tests.factories import NOW, EditionFactory, SeatPoolFactory, asked_letter, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import change, send, shown

LIST = "/admin/registrations/visaletter/"


@pytest.fixture
def letter(edition):
    return asked_letter(registered(edition))


def decide(client, action, *letters, **fields):
    keys = [letter.pk for letter in letters]
    return client.post(LIST, {"action": action, ACTION_CHECKBOX_NAME: keys, "index": 0, **fields}, follow=True)


def test_list_shows_who_asks_and_no_passport_number(organizer, letter, django_assert_num_queries):
    page = shown(organizer.get(LIST))
    assert "Ada Marie EXAMPLE" in page
    assert "Senegal" in page
    assert "A01234567" not in page
    with django_assert_num_queries(8):
        organizer.get(LIST)
    for name in ("bob", "eve"):
        asked_letter(registered(letter.registration.edition, f"{name}@example.org"))
    with django_assert_num_queries(8):
        organizer.get(LIST)


def test_page_of_a_letter_shows_what_it_will_print(organizer, letter):
    page = shown(organizer.get(f"{LIST}{letter.pk}/change/"))

    assert "A01234567" in page
    assert str(letter.registration.reference) in page


def test_organizer_issues_a_letter(organizer, letter):
    assert "signed as the edition says" in shown(decide(organizer, "issue_letters", letter))
    assert VisaLetter.objects.get().status == "asked"

    page = decide(organizer, "issue_letters", letter, apply="1")

    assert "1 letter is issued." in shown(page)
    assert organizer.user.email in shown(page)
    found = VisaLetter.objects.get()
    assert (found.status, found.issued_at, found.decided_by) == ("issued", NOW, organizer.user)


def test_organizer_declines_with_a_word(organizer, letter):
    assert "Message to the people" in shown(decide(organizer, "decline_letters", letter))

    page = decide(organizer, "decline_letters", letter, apply="1", message="Ask your university.")

    assert "1 letter is declined." in shown(page)
    assert VisaLetter.objects.get().message == "Ask your university."


def test_what_is_decided_is_left_alone_and_counted(organizer, letter):
    decide(organizer, "issue_letters", letter, apply="1")

    assert "1 letter was left alone" in shown(decide(organizer, "decline_letters", letter, apply="1"))


def test_too_long_a_word_is_refused(organizer, letter):
    page = decide(organizer, "decline_letters", letter, apply="1", message="x" * 1001)

    assert "at most 1000 characters" in shown(page)
    assert VisaLetter.objects.get().status == "asked"


def test_organizer_of_another_edition_sees_none_of_them(letter):
    other = EditionFactory()
    SeatPoolFactory(edition=other, mode="onsite")
    client = staff(other, "organizer")

    assert "Ada" not in shown(client.get(LIST))
    decide(client, "issue_letters", letter, apply="1")
    assert VisaLetter.objects.get().status == "asked"


@pytest.mark.parametrize("role", ["exporter", "door", "reader", "needs"])
def test_nobody_else_opens_the_list(edition, letter, role):
    assert staff(edition, role).get(LIST).status_code == 403


def test_edition_that_writes_letters_says_who_signs_from_where(organizer, edition, saved):
    refused = send(organizer, change(edition), "edition_form", offers_visa_letters="on")
    assert "needs somebody who signs it" in shown(refused)
    assert "needs the address of the organizer" in shown(refused)

    head = {"signatory_name": "Claire Exemple", "organizer_address_fr": "1, rue de l'Exemple\nParis"}
    saved(lambda: send(organizer, change(edition), "edition_form", offers_visa_letters="on", **head))

    edition.refresh_from_db()
    assert (edition.offers_visa_letters, edition.signatory_name) == (True, "Claire Exemple")
