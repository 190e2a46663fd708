"""Several people register together: who they are, who was known before, and what is kept of them."""

from datetime import timedelta

import pytest

from programme.models import AccessCode, Edition, KeptText, SeatPool
from programme.services.terms import load_terms
from registrations.models import Attendee, Group, Registration, Submission
from registrations.services import cancel, change, privacy, seats
from registrations.services.access import CodeUsedUp, WrongCode
from registrations.services.answers import Answers
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, SeatPoolFactory, members_of, registered, registration_of, send_group, wish, with_seats
from tests.registrations.services.pools import onsite, states

pytestmark = pytest.mark.django_db


def questions():
    return OutgoingMail.objects.filter(kind="registration.lost").count()


def test_same_form_again_gets_its_first_answer(edition):
    onsite(edition, capacity=3)
    answers = [send_group(edition, 3, nonce="one-form") for _time in range(3)]

    assert answers == ["confirmed"] * 3
    assert (Registration.objects.count(), Group.objects.count(), Submission.objects.count()) == (3, 1, 1)
    assert OutgoingMail.objects.count() == 4


def test_who_is_registered_keeps_their_place_and_gets_the_link(edition):
    onsite(edition, capacity=3)
    known = registered(edition, "group1@example.org", family_name="Before")

    assert send_group(edition, 3) == "waiting"  # as three strangers would get
    assert letters_of(known) == ["confirmed"]
    deliver_due(clock=lambda: NOW + timedelta(seconds=1))

    people = members_of(edition, 3)
    assert states(*people) == ["confirmed"] * 3  # the two that are new have found seats
    assert letters_of(known) == ["confirmed", "link"]
    assert (Group.objects.get().size, known.claims.get().group) == (2, None)
    assert Attendee.objects.get(registration=known).family_name == "Before"
    assert broken_invariants() == []


def test_contact_who_is_registered_is_told_of_the_group_all_the_same(edition):
    known = registered(edition, "group0@example.org")

    send_group(edition, 3)

    assert letters_of(known) == ["confirmed", "group"]
    assert (Group.objects.get().contact, Group.objects.get().size) == (known, 2)


def test_group_of_which_everybody_is_registered_changes_nothing(edition):
    send_group(edition, 2)
    before = list(SeatPool.objects.order_by("pk").values())

    assert send_group(edition, 2, at=NOW + timedelta(minutes=1)) == "confirmed"

    assert (Group.objects.count(), Registration.objects.count(), questions()) == (1, 2, 2)
    assert list(SeatPool.objects.order_by("pk").values()) == before


def test_link_of_a_known_member_is_that_of_this_edition(edition):
    elsewhere = registered(SeatPoolFactory().edition, "group1@example.org")
    known = registered(edition, "group1@example.org")

    send_group(edition, 2)
    deliver_due(clock=lambda: NOW + timedelta(seconds=1))

    assert (letters_of(known), letters_of(elsewhere)) == (["confirmed", "link"], ["confirmed"])


def test_who_had_cancelled_comes_back_with_the_group(edition):
    gone = registered(edition, "group1@example.org", family_name="Before")
    cancel.cancel(registration=gone, at=NOW)

    assert send_group(edition, 3, at=NOW + timedelta(hours=1)) == "confirmed"

    gone = registration_of(edition, "group1@example.org")
    assert (gone.status, gone.issue, gone.attendee.family_name) == ("confirmed", 2, "Example")
    assert gone.claims.get().group.size == 3
    assert broken_invariants() == []


def test_code_counts_a_use_for_each_who_is_new(edition):
    Edition.objects.update(requires_code=True)
    edition.refresh_from_db()
    code = AccessCode.objects.create(edition=edition, code="SPEAKERS-27", uses_allowed=5)
    registered(edition, "group1@example.org")

    send_group(edition, 3, code="speakers 27")
    code.refresh_from_db()
    assert code.used == 2
    with pytest.raises(CodeUsedUp):
        send_group(edition, 4, "other", code="speakers 27")
    with pytest.raises(WrongCode):
        send_group(edition, 3, "other", code="none")

    assert Group.objects.count() == 1


def test_sessions_are_chosen_afterwards_and_each_alone(edition):
    session = with_seats(edition, 1)
    send_group(edition, 2)
    one, other = members_of(edition, 2)

    change.change(registration=one, wish=wish(one, sessions=(session,)), at=NOW)

    with pytest.raises(seats.NoSeatLeft):
        change.change(registration=other, wish=wish(other, sessions=(session,)), at=NOW)


def test_notice_that_the_form_showed_is_kept_with_each(edition):
    terms = load_terms(edition)

    send_group(edition, 2, answers=Answers(terms, shown_notice=terms.notice.digest))

    assert KeptText.objects.get().digest == terms.notice.digest
    assert set(Registration.objects.values_list("notice", flat=True)) == {terms.notice.digest}


def test_name_of_the_contact_goes_with_the_person_and_with_time(edition):
    send_group(edition, 2)
    contact = members_of(edition, 2)[0]
    assert privacy.export_registration(contact)["groups_registered"] == [
        {"people": 2, "name_given": "Ada Example", "at": NOW.isoformat()}
    ]
    assert privacy.export_registration(contact)["seats"] == [
        {"of": "onsite", "held": True, "position": None, "in_a_group": True}
    ]

    privacy.erase(registration=contact, at=NOW)
    assert Group.objects.get().contact_name == ""

    send_group(edition, 2, "other")
    privacy.purge(at=NOW + timedelta(days=6))
    assert Group.objects.filter(contact_name="Ada Example").count() == 1
    privacy.purge(at=NOW + timedelta(days=7))
    assert not Group.objects.exclude(contact_name="").exists()
