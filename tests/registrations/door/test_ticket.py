"""The door: what it says to a ticket, and whom it lets in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from programme.models import SeatPool
from registrations.models import CheckIn, Claim, Registration
from registrations.services.cancel import cancel
from tests.factories import EditionFactory, SeatPoolFactory, SessionFactory
from tests.registrations.door.entrance import DAY, EARLIER, register, state_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", ["url", "foreign url", "token", "lower", "reference", "spaced reference"])
def test_every_form_of_a_ticket_lets_in_once(page, edition, helper, form):
    came = register(edition)
    typed = {
        "url": f"{settings.PUBLIC_ORIGIN}/t/{came.ticket_token}/",
        "foreign url": f"https://old.example.org/t/{came.ticket_token.lower()}?x=1",
        "token": f"  {came.ticket_token} ",
        "lower": came.ticket_token.lower(),
        "reference": came.reference.lower(),
        "spaced reference": came.reference.replace("-", " "),
    }[form]

    response = page(q=typed, gate="A")

    assert (response.status_code, state_of(response)) == (200, "ok")
    entry = CheckIn.objects.get()
    assert (entry.registration, entry.session, entry.direction) == (came, None, "entry")
    assert (entry.source, entry.gate, entry.scanned_by) == ("qr", "A", helper)
    assert (entry.scanned_at, entry.received_at) == (DAY, DAY)


def test_says_who_came_and_to_which_sessions(page, edition):
    held, full = (
        SeatPoolFactory(edition=edition, mode="", session=SessionFactory(edition=edition, title_fr=title), capacity=n)
        for title, n in (("Gouverner", 5), ("Complet", 0))
    )
    came = register(edition, sessions=[held, full])

    response = page(q=came.ticket_token)

    assert "Camille Essai" in response.text_shown
    assert "Gouverner" in response.text_shown
    assert "Complet" not in response.text_shown


def test_says_that_somebody_is_registered_online(page, edition):
    came = register(edition, mode="online")

    assert "Registered online" in page(q=came.ticket_token, language="en").text_shown


def test_a_second_scan_says_since_when_and_by_which_gate(page, edition):
    came = register(edition)
    page(q=came.ticket_token, gate="Nord")

    response = page(q=came.ticket_token, gate="Sud", language="en")

    assert state_of(response) == "twice"
    assert "Already scanned" in response.text_shown
    assert "In since 1:52 pm, gate Nord" in response.text_shown
    assert CheckIn.objects.count() == 1


def test_a_second_scan_without_a_gate_and_on_another_day_names_the_day(page, edition, client, helper):
    came = register(edition)
    page(q=came.ticket_token)
    with_gate = register(edition)
    page(q=with_gate.ticket_token, gate="Nord")
    assert "In since 1:52 pm " in page(q=came.ticket_token, language="en").text_shown

    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        client.force_login(helper)  # the session of yesterday is over
        shown = page(q=came.ticket_token, language="en").text_shown
        shown_with_gate = page(q=with_gate.ticket_token, language="en").text_shown

    assert "In since Thursday 20 May 2027, 1:52 pm " in shown
    assert "In since Thursday 20 May 2027, 1:52 pm, gate Nord" in shown_with_gate


def test_the_same_form_sent_twice_is_one_entry_and_one_answer(page, edition):
    came = register(edition)
    nonce = re.search(r'name="nonce" value="([^"]+)"', page().content.decode())[1]

    answers = [state_of(page(q=came.ticket_token, nonce=nonce)) for _time in range(2)]

    assert answers == ["ok", "ok"]
    assert CheckIn.objects.count() == 1


def test_one_form_used_for_two_people_lets_both_in(page, edition):
    nonce = "9f0f6a0e-6d52-4c55-8f2c-1f3f0e9a1b11"

    answers = [state_of(page(q=register(edition).ticket_token, nonce=nonce)) for _person in range(2)]

    assert answers == ["ok", "ok"]
    assert CheckIn.objects.count() == 2


def test_a_ticket_of_another_edition_is_unknown(page):
    other = EditionFactory()
    SeatPoolFactory(edition=other)
    foreign = register(other)

    for typed in (foreign.ticket_token, foreign.reference):
        assert state_of(page(q=typed)) == "unknown"
    assert not CheckIn.objects.exists()


def test_a_page_link_and_an_old_ticket_are_unknown(page, edition):
    came = register(edition)
    old = came.ticket_token
    came.issue += 1
    came.issue_tokens()
    came.save()

    for typed in (came.page_token, old, f"{settings.PUBLIC_ORIGIN}/t/nonsense/"):
        assert state_of(page(q=typed)) == "unknown"


def test_a_waiting_ticket_says_its_rank(page, edition):
    SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=0)
    register(edition)
    second = register(edition)

    response = page(q=second.ticket_token, language="en")

    assert state_of(response) == "waiting"
    assert "Waiting list, number 2 of 2" in response.text_shown
    assert not CheckIn.objects.exists()


def test_a_waiting_ticket_without_a_rank_says_that_it_waits(page, edition):
    SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=0)
    came = register(edition)
    Claim.objects.update(is_eligible=False)

    assert "Waiting list" in page(q=came.ticket_token, language="en").text_shown


def test_a_cancelled_ticket_is_refused(page, edition):
    came = register(edition)
    cancel(registration=came, at=EARLIER)

    response = page(q=came.ticket_token, language="en")

    assert state_of(response) == "cancelled"
    assert "This registration was cancelled." in response.text_shown


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("pending", "The address was never confirmed"),
        ("requested", "has not approved"),
        ("expired", "not confirmed in time"),
        ("refused", "did not accept"),
    ],
)
def test_every_other_state_keeps_out_and_says_why(page, edition, status, words):
    came = register(edition)
    Registration.objects.filter(pk=came.pk).update(status=status, hold_expires_at=DAY)

    response = page(q=came.ticket_token, language="en")

    assert state_of(response) == status
    assert words in response.text_shown
    assert not CheckIn.objects.exists()
