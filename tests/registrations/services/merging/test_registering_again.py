"""A merge stands: the other address registers nobody anew as long as the place that is kept is alive."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail

from registrations.models import Registration
from registrations.services import cancel, holds
from registrations.services.assistants import Helper
from registrations.services.groups import register_group
from symposium.outbox.delivery import deliver_due
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, UserFactory, application, registered, send_form
from tests.races import at_once
from tests.registrations.services.merging.pair import LATER, again, join

EVE = Helper(name="Eve", email="eve@example.org", language="en")


def together(edition, *emails):
    return register_group(edition=edition, applications=[application(email) for email in emails], nonce="n", at=LATER)


def alive():
    return list(Registration.objects.filter(status__in=Registration.ALIVE).order_by("created_at"))


@pytest.fixture
def merged(one, other, organizer):
    join(one, other, organizer)
    deliver_due(clock=lambda: LATER)
    mail.outbox = []
    return again(other)


def test_who_registers_again_with_the_other_address_gets_the_link_by_the_one_kept(edition, one, merged):
    answer = send_form(edition, "other@example.org", at=LATER)
    deliver_due(clock=lambda: LATER)

    now = again(merged)
    assert answer == "confirmed"  # what a stranger would get
    assert (now.status, now.merged_into, now.page_token) == ("cancelled", one, merged.page_token)
    assert (alive(), letters_of(one), letters_of(merged)) == ([one], ["confirmed", "link"], ["confirmed"])
    assert [message.to for message in mail.outbox] == [["one@example.org"]]
    assert broken_invariants() == []


def test_who_registers_somebody_learns_no_address_from_a_merge(edition, one, merged):
    send_form(edition, "other@example.org", helper=EVE, at=LATER)
    deliver_due(clock=lambda: LATER)

    told = next(message for message in mail.outbox if message.to == ["eve@example.org"])
    assert "other@example.org" in told.body
    assert "one@example.org" not in told.body


@pytest.mark.parametrize("first", ["group0@example.org", "other@example.org"])
def test_group_with_the_other_address_takes_no_seat_for_it(edition, one, merged, first):
    emails = list(dict.fromkeys([first, "other@example.org", "one@example.org", "x@example.org"]))

    together(edition, *emails)
    deliver_due(clock=lambda: LATER)
    deliver_due(clock=lambda: LATER)  # the links that were asked for

    assert again(merged).merged_into == one
    assert len(alive()) == len(emails) - 1
    assert letters_of(one).count("link") == 1
    assert {address for message in mail.outbox for address in message.to} == set(emails) - {"other@example.org"}
    assert broken_invariants() == []


@pytest.mark.parametrize("is_group", [True, False])
def test_other_address_is_free_again_once_the_place_that_is_kept_is_given_up(edition, one, merged, is_group):
    cancel.cancel(registration=one, at=LATER)

    if is_group:
        together(edition, "other@example.org", "x@example.org")
    else:
        send_form(edition, "other@example.org", at=LATER)

    back = again(merged)
    assert (back.merged_into, back.status) == (None, "confirmed")
    assert broken_invariants() == []


def test_old_question_for_the_address_brings_no_second_place(client, one, other, organizer):
    cancel.cancel(registration=other, at=NOW)
    Registration.objects.filter(pk=other.pk).update(status="expired")
    join(one, other, organizer)

    holds.confirm_address(registration=again(other), at=LATER)

    assert alive() == [one]
    assert "Confirm my registration" not in client.get(f"/en/registrations/{other.page_token}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_while_they_are_merged_holds_one_place(edition):
    one = registered(edition, "one@example.org")
    other = registered(edition, "other@example.org", at=NOW + timedelta(minutes=1))
    gone = cancel.cancel(registration=other, at=NOW)

    results = at_once(
        partial(join, one, gone, UserFactory()), partial(send_form, edition, "other@example.org", at=LATER)
    )

    assert results == [one, "confirmed"]
    assert len(alive()) == 1
    assert again(other).merged_into == one
    assert broken_invariants() == []
