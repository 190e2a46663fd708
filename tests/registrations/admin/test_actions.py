"""What staff decide about the registrations they ticked: each exit of each action."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied

from programme.models import SeatPool
from registrations.admin import actions
from registrations.models import Attendee, Decision, Registration
from registrations.services import cancel
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, registered
from tests.registrations.admin.desk import LIST, act, status_of
from tests.registrations.admin.forms import shown


@pytest.fixture
def full(edition):
    """Nobody else gets a seat on site."""
    registered(edition, "holder@example.org")
    SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=1)
    return edition


@pytest.mark.parametrize("decision", ["approve", "confirm", "cancel", "refuse", "restore"])
def test_action_asks_before_it_does_anything(organizer, edition, decision):
    registration = registered(edition)
    before = Registration.objects.values().get()

    page = act(organizer, f"{decision}_registrations", registration)

    assert "Ada Example" in page
    assert registration.reference in page
    assert "1 registration<" in page
    assert Registration.objects.values().get() == before


@pytest.mark.parametrize("name", ["approve", "confirm"])
def test_request_is_confirmed(organizer, edition, name):
    edition.requires_approval = True
    edition.save()
    registration = registered(edition)

    page = act(organizer, f"{name}_registrations", registration, apply="1", reason="")

    assert "1 registration is confirmed." in page
    assert status_of(registration) == "confirmed"
    assert letters_of(registration) == ["confirmed", "requested"]
    assert Decision.objects.values_list("action", "decided_by").get() == (name, organizer.user.pk)
    assert broken_invariants() == []


@pytest.mark.parametrize("name", ["approve", "confirm"])
def test_request_where_all_is_full_joins_the_list(organizer, full, name):
    full.requires_approval = True
    full.save()
    registration = registered(full)

    page = act(organizer, f"{name}_registrations", registration, apply="1")

    assert "1 registration is accepted and on the waiting list: no seat is free." in page
    assert status_of(registration) == "waiting"


def test_last_seat_goes_to_who_asked_first_and_not_to_the_top_of_the_list(organizer, edition):
    edition.requires_approval = True
    edition.save()
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    people = [registered(edition, f"{name}@example.org", at=NOW + timedelta(minutes=name)) for name in range(3)]

    act(organizer, "approve_registrations", *people, apply="1")

    assert [status_of(person) for person in people] == ["confirmed", "waiting", "waiting"]
    assert broken_invariants() == []


def test_who_waits_is_not_confirmed_into_a_full_pool(organizer, full):
    registration = registered(full)

    page = act(organizer, "confirm_registrations", registration, apply="1", reason="please")

    assert "1 registration was not confirmed: no seat is free." in page
    assert "choose to overtake the waiting list and give a reason" in page
    assert status_of(registration) == "waiting"
    assert Decision.objects.count() == LogEntry.objects.count() == 0


def test_overtaking_needs_a_reason(organizer, full):
    registration = registered(full)

    for reason in ("", "   "):
        page = act(organizer, "confirm_registrations", registration, apply="1", overtake="on", reason=reason)
        assert "Overtaking the waiting list needs a reason." in page
    assert status_of(registration) == "waiting"


def test_overtaking_with_a_reason_confirms_and_records_it(organizer, full):
    first, second = registered(full, "first@example.org"), registered(full, "second@example.org")

    page = act(organizer, "confirm_registrations", second, apply="1", overtake="on", reason="invited")

    assert "1 registration is confirmed." in page
    assert (status_of(first), status_of(second)) == ("waiting", "confirmed")
    assert Decision.objects.values_list("action", "reason").get() == ("overtake", "invited")
    assert LogEntry.objects.get().change_message == '[{"changed": {"fields": ["status"]}}]'
    assert LogEntry.objects.get().object_repr == second.reference
    assert broken_invariants() == []


def test_overtaking_that_reaches_the_service_without_a_reason_is_told(organizer, full):
    registration = registered(full)

    outcome = actions._decide_one(registration, organizer.user, actions.CONFIRM, {"overtake": True, "reason": " "})

    assert outcome == "reason"


def test_each_row_is_decided_by_itself(organizer, full):
    waiting, confirmed = registered(full), Registration.objects.get(status="confirmed")

    page = act(organizer, "confirm_registrations", waiting, confirmed, apply="1", reason="")

    assert "1 registration was not confirmed" in page
    assert "1 registration was left alone: its status does not allow this." in page


@pytest.mark.parametrize(("typed", "letters"), [({"notify": "on"}, ["cancelled", "confirmed"]), ({}, ["confirmed"])])
def test_cancelling_with_and_without_a_letter(organizer, edition, typed, letters):
    registration = registered(edition)

    page = act(organizer, "cancel_registrations", registration, apply="1", reason="double", **typed)

    assert "1 registration is cancelled." in page
    assert status_of(registration) == "cancelled"
    assert letters_of(registration) == letters
    assert Decision.objects.values_list("action", "reason").get() == ("cancel", "double")


def test_cancelling_gives_the_seat_on(organizer, full):
    holder, waiting = Registration.objects.get(), registered(full)

    act(organizer, "cancel_registrations", holder, apply="1")

    assert status_of(waiting) == "confirmed"
    assert letters_of(waiting) == ["promoted", "waiting"]


@pytest.mark.parametrize("name", ["approve_registrations", "cancel_registrations", "refuse_registrations"])
def test_what_is_over_is_left_alone(organizer, edition, name):
    registration = registered(edition)
    cancel.cancel(registration=registration, at=NOW)

    page = act(organizer, name, registration, apply="1")

    assert "1 registration was left alone: its status does not allow this." in page
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(("typed", "letters"), [({"notify": "on"}, ["refused", "requested"]), ({}, ["requested"])])
def test_requests_are_refused_with_a_message_and_a_letter_or_without(organizer, edition, typed, letters):
    edition.requires_approval = True
    edition.save()
    people = [registered(edition, f"{name}@example.org") for name in "ab"]

    page = act(organizer, "refuse_registrations", *people, apply="1", reason="no researchers", message="Full.", **typed)

    assert "2 requests are refused." in page
    assert [status_of(person) for person in people] == ["refused", "refused"]
    assert [letters_of(person) for person in people] == [letters, letters]
    assert set(Decision.objects.values_list("action", "reason", "message")) == {("refuse", "no researchers", "Full.")}


def test_message_longer_than_the_column_is_an_error(organizer, edition):
    edition.requires_approval = True
    edition.save()
    registration = registered(edition)

    page = act(organizer, "refuse_registrations", registration, apply="1", message="x" * 1001)

    assert "Please correct what is marked below." in page
    assert status_of(registration) == "requested"


def test_cancellation_is_undone(organizer, edition):
    registration = registered(edition)
    cancel.cancel(registration=registration, at=NOW)

    page = act(organizer, "restore_registrations", registration, apply="1")

    assert "1 registration is confirmed." in page
    assert status_of(registration) == "confirmed"


def test_cancellation_undone_where_all_is_full_waits(organizer, full):
    registration = registered(full)
    cancel.cancel(registration=registration, at=NOW)

    page = act(organizer, "restore_registrations", registration, apply="1")

    assert "on the waiting list: no seat is free." in page
    assert status_of(registration) == "waiting"


def test_undoing_what_is_not_over_or_has_no_seats_is_left_alone(organizer, edition):
    alive, gone = registered(edition, "alive@example.org"), registered(edition, "gone@example.org", mode="online")
    cancel.cancel(registration=gone, at=NOW)
    SeatPool.objects.filter(mode="online").delete()

    page = act(organizer, "restore_registrations", alive, gone, apply="1")

    assert "2 registrations were left alone: their status does not allow this." in page


def test_link_is_sent_again_once_in_ten_minutes(organizer, edition):
    registration = registered(edition)

    first = act(organizer, "send_link_again", registration, apply="1")
    second = act(organizer, "send_link_again", registration, apply="1")

    assert "The link is on its way to 1 person." in first
    assert "1 person got the link less than ten minutes ago; it was not sent again." in second
    assert letters_of(registration) == ["confirmed", "link"]
    assert LogEntry.objects.count() == 0


def test_link_of_what_is_over_is_not_sent(organizer, edition):
    registration = registered(edition)
    cancel.cancel(registration=registration, at=NOW)

    assert "its status does not allow this" in act(organizer, "send_link_again", registration, apply="1")
    assert letters_of(registration) == ["cancelled", "confirmed"]


def test_address_that_works_again_is_cleared_once(organizer, edition):
    registration = registered(edition)
    Attendee.objects.update(undeliverable_at=NOW, undeliverable_status="5.1.1")

    asked = act(organizer, "clear_bounces", registration)
    first = act(organizer, "clear_bounces", registration, apply="1")
    second = act(organizer, "clear_bounces", registration, apply="1")

    assert "Write to them again" in asked
    assert "1 address gets messages again." in first
    assert "1 address was left alone: no mail to it came back." in second
    assert Attendee.objects.get().undeliverable_at is None
    assert "undeliverable since" in LogEntry.objects.get().change_message


def test_action_chosen_on_the_page_returns_there(organizer, edition):
    registration = registered(edition)
    data = {"action": "cancel_registrations", "_selected_action": registration.pk, "back": "page", "index": "0"}

    asked = organizer.post(LIST, data)
    done = organizer.post(LIST, {**data, "apply": "1"})

    assert 'name="back" value="page"' in shown(asked)
    assert done["Location"] == f"{LIST}{registration.pk}/change/"


def test_action_keeps_the_filters_of_the_list(organizer, edition):
    registration = registered(edition)
    data = {"action": "cancel_registrations", "_selected_action": registration.pk, "apply": "1"}

    assert organizer.post(f"{LIST}?edition={edition.slug}", data)["Location"] == f"{LIST}?edition={edition.slug}"


def test_too_many_at_once_are_refused(organizer, edition, monkeypatch):
    monkeypatch.setattr(actions, "AT_MOST", 1)
    people = [registered(edition, f"{name}@example.org") for name in "ab"]

    page = act(organizer, "cancel_registrations", *people, apply="1")

    assert "Choose at most 1 registrations at a time." in page
    assert [status_of(person) for person in people] == ["confirmed", "confirmed"]


def test_nothing_is_decided_for_somebody_who_left_the_staff(organizer, edition, rf):
    """The door of the action is shut before; this is the second lock."""
    registration = registered(edition)
    request = rf.post("/")
    request.user = organizer.user
    organizer.user.is_active = False

    with pytest.raises(PermissionDenied):
        actions.decide_each(None, request, [registration], actions.CANCEL, {"reason": "", "notify": False})

    assert status_of(registration) == "confirmed"


def test_reason_longer_than_the_column_is_an_error(organizer, edition):
    registration = registered(edition)

    page = act(organizer, "cancel_registrations", registration, apply="1", reason="x" * 301)

    assert "Please correct what is marked below." in page
    assert status_of(registration) == "confirmed"


def test_messages_hold_no_names(organizer, edition):
    registration = registered(edition)

    response = organizer.post(
        LIST, {"action": "cancel_registrations", "_selected_action": registration.pk, "apply": "1"}
    )

    assert "Ada" not in str(response.cookies)


def test_mails_of_actions_are_queued_in_the_same_transaction(organizer, edition):
    registration = registered(edition)

    act(organizer, "cancel_registrations", registration, apply="1", notify="on")

    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"queued"}


@pytest.mark.parametrize("key", ["xx", "\x00", "9" * 40, ""])
@pytest.mark.parametrize("name", ["cancel_registrations", "export_attendance", "send_link_again"])
def test_action_on_what_is_no_registration_is_refused(organizer, edition, name, key):
    answer = organizer.post(LIST, {"action": name, "_selected_action": [key]})

    assert answer.status_code in {302, 400}
