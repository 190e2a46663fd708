"""What programs elsewhere are told: which rows are written when, and for how long."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import Edition
from registrations.models import Registration, WebhookDelivery
from registrations.services import holds, privacy, staff, webhooks
from registrations.services.cancel import cancel
from registrations.services.change import change
from registrations.services.door import check_in
from registrations.services.newcomers import enter_people
from tests.factories import (
    NOW,
    EditionFactory,
    SessionFactory,
    UserFactory,
    application,
    registered,
    send_form,
    send_group,
    wish,
)
from tests.registrations.receivers import URL, queued, webhook_of


def events(**fields):
    rows = WebhookDelivery.objects.filter(**fields).order_by("happened_at", "event")
    return list(rows.values_list("event", "status", "mode"))


def test_somebody_who_gets_a_place_is_told_twice(edition):
    webhook_of(edition, URL)

    registered(edition)

    assert events() == [("confirmed", "confirmed", "onsite"), ("registered", "confirmed", "onsite")]


def test_webhook_is_told_what_it_asks_for_while_it_is_active(edition):
    webhook_of(edition, URL, "confirmed")
    webhook_of(edition, URL, is_active=False)
    webhook_of(EditionFactory(), URL)

    registered(edition)

    assert events() == [("confirmed", "confirmed", "onsite")]


def test_who_is_promoted_is_told_with_the_place(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    webhook_of(edition, URL)
    first, second = registered(edition, "a@example.org"), registered(edition, "b@example.org")

    cancel(registration=first, at=NOW + timedelta(hours=1))

    assert events(registration=second) == [("registered", "waiting", "onsite"), ("confirmed", "confirmed", "onsite")]
    assert events(registration=first)[-1] == ("cancelled", "cancelled", "onsite")


def test_who_proves_an_address_is_told_as_confirmed(edition):
    edition.confirms_email = True
    edition.save()
    webhook_of(edition, URL)
    registration = registered(edition)

    holds.confirm_address(registration=registration, at=NOW + timedelta(minutes=1))

    assert events() == [("registered", "pending", "onsite"), ("confirmed", "confirmed", "onsite")]


def test_proved_address_without_a_seat_is_not_told_as_confirmed(edition):
    edition.confirms_email = True
    edition.save()
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    webhook_of(edition, URL)

    holds.confirm_address(registration=registered(edition), at=NOW)

    assert events() == [("registered", "pending", "onsite")]


def test_approval_is_told_and_refusal_is_not(edition):
    edition.requires_approval = True
    edition.save()
    webhook_of(edition, URL)
    yes, no = registered(edition, "a@example.org"), registered(edition, "b@example.org")
    by = UserFactory()

    staff.approve(registration=yes, by=by, at=NOW, reason="")
    staff.refuse(registration=no, by=by, at=NOW, reason="")

    assert events(event="confirmed") == [("confirmed", "confirmed", "onsite")]
    assert not events(event="cancelled")


def test_change_to_a_mode_with_seats_is_told_and_other_changes_are_not(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    webhook_of(edition, URL)
    registration = registered(edition)

    later = change(registration=registration, wish=wish(registration, mode="online"), at=NOW + timedelta(hours=1))
    change(registration=later, wish=wish(later, profile="press"), at=NOW + timedelta(hours=2))

    assert events() == [("registered", "waiting", "onsite"), ("confirmed", "confirmed", "online")]


def test_list_of_people_is_told_one_by_one(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    webhook_of(edition, URL)
    people = [application("a@example.org"), application("b@example.org")]

    enter_people(edition=edition, applications=people, source="", by=UserFactory(), at=NOW)

    assert [event for event, *_rest in events()] == ["confirmed", "registered", "registered"]


def test_group_is_told_one_by_one(edition):
    webhook_of(edition, URL)

    send_group(edition, 2)

    assert [event for event, *_rest in events()] == ["confirmed", "confirmed", "registered", "registered"]


def test_entry_at_the_door_is_told_and_at_a_session_is_not(edition):
    webhook_of(edition, URL, "checked_in")
    registration = registered(edition)

    for session in (None, SessionFactory(edition=edition)):
        check_in(registration=registration, by=None, source="qr", gate="", at=NOW, session=session)

    assert events() == [("checked_in", "confirmed", "onsite")]


def test_who_comes_back_is_told_anew(edition):
    webhook_of(edition, URL, "registered", "cancelled")
    registration = registered(edition)
    cancel(registration=registration, at=NOW + timedelta(hours=1))

    send_form(edition, at=NOW + timedelta(hours=2))

    assert [event for event, *_rest in events()] == ["registered", "cancelled", "registered"]


def test_rolled_back_registration_tells_nothing(edition):
    webhook_of(edition, URL)
    send_form(edition)

    send_form(edition)  # a known address: a newcomer's work is done and taken back

    assert len(events(event="registered")) == 1


def test_same_event_is_told_once(edition):
    webhook_of(edition, URL)
    registration = registered(edition)

    webhooks.tell(edition, [registration], webhooks.Event.CONFIRMED, at=NOW)

    assert len(events(event="confirmed")) == 1


def test_registration_without_webhooks_costs_no_statement(edition):
    def statements(email):
        with CaptureQueriesContext(connection) as found:
            send_form(edition, email)
        return [query["sql"] for query in found if "webhook" in query["sql"].replace("has_webhooks", "")], len(found)

    none, before = statements("a@example.org")
    webhook_of(edition, URL)
    one, after = statements("b@example.org")

    assert (none, len(one), after - before) == ([], 1, 1)


def test_edition_knows_whether_it_has_any(edition):
    webhook = webhook_of(edition, URL)
    assert edition.has_webhooks

    webhook.is_active = False
    webhooks.save(webhook=webhook)
    edition.refresh_from_db()
    assert not edition.has_webhooks

    other = webhook_of(edition, URL)
    webhooks.delete(webhook=other)
    assert not Edition.objects.get(pk=edition.pk).has_webhooks


def test_person_reads_which_programs_were_told(edition):
    webhook_of(edition, URL, "confirmed")

    told = privacy.export_registration(registered(edition))["told_to_programs"]

    assert told == [
        {"event": "confirmed", "to": "hooks.example.org", "at": "2027-03-01T12:00:00+00:00", "state": "queued"}
    ]


def test_log_goes_after_ninety_days(edition):
    webhook_of(edition, URL, "confirmed")
    registered(edition)
    later = NOW + timedelta(days=90)

    assert privacy.purge(at=later - timedelta(seconds=1), dry_run=True).webhooks == 0
    assert privacy.purge(at=later).webhooks == 1
    assert (WebhookDelivery.objects.count(), Registration.objects.count()) == (0, 1)


def test_names_hold_no_address(edition):
    webhook = webhook_of(edition, "https://hooks.example.org:81/x")

    assert str(webhook) == f"webhook {webhook.pk}"
    assert str(queued(webhook)).startswith("test ")
    assert webhook.host == "hooks.example.org:81"
