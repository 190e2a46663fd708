"""What somebody sees whose registration the organizers read first."""

from html import unescape

import pytest

from registrations.models import Registration
from registrations.services import staff
from tests.checks import broken_invariants
from tests.factories import NOW, UserFactory
from tests.registrations.views.test_page import form_of, registered, url


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def approving(edition):
    edition.requires_approval = True
    edition.save()
    return edition


def read(client, address):
    return unescape(client.get(address).content.decode())


def expect(page, present, absent=()):
    assert [words for words in present if words not in page] == []
    assert [words for words in absent if words in page] == []


@pytest.mark.parametrize(
    ("confirms_email", "mail"),
    [(False, "A mail brings you the link to your page."), (True, "A mail asks you to confirm your address")],
)
def test_form_says_that_somebody_reads_it(client, approving, confirms_email, mail):
    approving.confirms_email = confirms_email
    approving.save()

    page = read(client, f"/en/{approving.slug}/register/")

    expect(
        page,
        [mail, "Nobody has a seat before their answer.", "Send my request", "read your request and answer it"],
        ["Send my registration", "Your seat is held as soon as", "and your ticket."],
    )


def test_form_of_an_ordinary_edition_does_not(client, edition):
    page = read(client, f"/en/{edition.slug}/register/")

    expect(page, ["Send my registration", "Your seat is held as soon as"], ["request", "before their answer"])


def test_closed_form_promises_no_answer(client, approving):
    approving.registration_closes_at = NOW
    approving.save()

    expect(read(client, f"/en/{approving.slug}/register/"), [], ["read each request"])


def test_page_of_a_request_says_what_it_waits_for(client, approving):
    registration = registered(approving)

    page = read(client, url(registration))

    expect(
        page,
        ['data-status="requested"', "Your request is being read", "Withdraw my request", "until the organizers answer"],
        ["data-position", 'class="qr"', "goes at once to the first who waits", "Cancel my registration"],
    )


def test_request_moves_without_a_seat(client, approving):
    registration = registered(approving)

    asked = read(client, url(registration, "edit/"))
    client.post(url(registration, "edit/"), form_of(registration, attendance_mode="online"))

    moved = Registration.objects.get()
    expect(asked, ["read your request as you leave it here"], ["you lose your rank"])
    assert (moved.status, moved.mode, moved.claims.get().is_held) == ("requested", "online", False)
    assert broken_invariants() == []


def test_request_is_withdrawn(client, approving):
    registration = registered(approving)

    asked = read(client, url(registration, "cancel/"))
    client.post(url(registration, "cancel/"))

    expect(asked, ["Yes, withdraw it", "will not read your request any more"], ["your rank", "Your seat", "ancel my"])
    expect(read(client, url(registration)), ['data-status="cancelled"', "Register again"])


def test_page_of_a_refused_request_says_what_the_organizers_say(client, approving):
    registration = registered(approving)
    staff.refuse(registration=registration, by=UserFactory(), at=NOW, reason="Rude", message="Full.\n<b>Sorry.</b>")

    page = client.get(url(registration)).content.decode()

    expect(
        page,
        ['data-status="refused"', "could not accept your request", "<p>Full.</p><p>&lt;b&gt;Sorry.", "Ask again"],
        ["Rude"],
    )


def test_address_comes_first_and_then_the_request(client, approving):
    approving.confirms_email = True
    approving.save()
    registration = registered(approving)

    before = read(client, url(registration))
    client.post(url(registration, "confirm/"))

    expect(before, ['data-status="pending"', "the organizers then read your request"], ["to keep your place"])
    expect(read(client, url(registration)), ['data-status="requested"'])


def test_answer_page_names_both_steps(client, approving):
    approving.confirms_email = True
    approving.save()
    form = f"/en/{approving.slug}/register/"
    nonce = client.get(form).content.decode().split('name="nonce" value="')[1].split('"')[0]
    typed = {"email": "ada@example.org", "family_name": "Example", "profile": "student", "attendance_mode": "onsite"}

    answer = client.post(form, {**typed, "nonce": nonce})

    page = read(client, answer["Location"])
    expect(page, ['data-status="pending"', "within the hour", "will then read your request and write to you again"])
