from datetime import timedelta

import pytest

from programme.models import Edition
from registrations.models import Attendee
from registrations.services import cancel, links
from registrations.services.merge import merge
from symposium.outbox.models import OutgoingMail
from tests.checks import letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, UserFactory, registered

LATER = NOW + timedelta(minutes=30)


@pytest.mark.parametrize("email", ["ada@example.org", " ADA@Example.org "])
def test_lost_mail_sends_the_link_of_each_edition_to_come(edition, email):
    other = EditionFactory()
    SeatPoolFactory(edition=other)
    registrations = [registered(edition), registered(other)]

    links.send_lost(email=email, at=LATER)

    assert [letters_of(registration) for registration in registrations] == [["confirmed", "link"]] * 2


def test_lost_mail_of_a_stranger_writes_to_nobody(edition):
    registered(edition)

    links.send_lost(email="eve@example.org", at=LATER)

    assert OutgoingMail.objects.count() == 1


def test_lost_mail_is_sent_once_in_ten_minutes(edition):
    registration = registered(edition)

    for minutes in (0, 1, 9, 10, 11):
        links.send_lost(email="ada@example.org", at=LATER + timedelta(minutes=minutes))

    assert letters_of(registration) == ["confirmed", "link", "link"]


def test_lost_mail_leaves_out_what_is_over(edition):
    cancelled, past = registered(edition), registered(edition, "past@example.org")
    cancel.cancel(registration=cancelled, at=NOW)

    links.send_lost(email="ada@example.org", at=LATER)
    Edition.objects.filter(pk=edition.pk).update(starts_at=NOW - timedelta(hours=1), ends_at=LATER)
    links.send_lost(email="past@example.org", at=LATER)

    assert letters_of(cancelled) == ["cancelled", "confirmed"]
    assert letters_of(past) == ["confirmed"]


def test_lost_mail_of_an_erased_person_writes_to_nobody(edition):
    registered(edition)
    Attendee.objects.all().delete()

    links.send_lost(email="ada@example.org", at=LATER)

    assert OutgoingMail.objects.count() == 1


def test_either_address_of_who_registered_twice_gets_a_mail_to_the_one_that_was_kept(edition):
    kept, lost = registered(edition), registered(edition, "old@example.org", at=NOW + timedelta(seconds=1))
    merge(one=kept, other=lost, address_of=kept, notify=False, reason="", by=UserFactory(), at=NOW)

    links.send_lost(email="old@example.org", at=LATER)

    assert (letters_of(kept), letters_of(lost)) == (["confirmed", "link"], ["confirmed"])


def test_new_ticket_may_be_asked_for_at_once(edition):
    registration = registered(edition)
    links.send_lost(email="ada@example.org", at=LATER)
    cancel.cancel(registration=registration, at=LATER)
    registered(edition, at=LATER)

    links.send_lost(email="ada@example.org", at=LATER + timedelta(minutes=1))

    assert letters_of(registration).count("link") == 2
