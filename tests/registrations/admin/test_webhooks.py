"""Webhooks in the administration: for the organizers of their edition."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import StaffRole
from registrations.models import Webhook, WebhookDelivery
from registrations.services import webhooks
from symposium.trail.models import TrailEntry
from tests.factories import NOW, EditionFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import fields_of, send, shown, told
from tests.registrations.receivers import webhook_of

URL = "https://127.0.0.1/hook"
ADD = "/admin/registrations/webhook/add/"
LOG = "/admin/registrations/webhookdelivery/"


@pytest.fixture(autouse=True)
def this_machine_may_be_told(settings):
    settings.DEBUG = True


def page_of(webhook, page="change"):
    return reverse(f"admin:registrations_webhook_{page}", args=[webhook.pk])


def make(client, edition, **typed):
    """Send the form for a new one."""
    typed = {"edition": edition.pk, "url": URL, "events": ["registered"], **typed}
    return client.post(ADD, fields_of(client.get(ADD), "webhook_form") | typed)


def test_organizer_makes_one_and_is_led_to_its_secret(organizer, edition):
    answer = make(organizer, edition, events=["registered", "checked_in"])

    webhook = Webhook.objects.get()
    assert (webhook.edition, webhook.url, webhook.events) == (edition, URL, ["registered", "checked_in"])
    assert answer.url == page_of(webhook, "secret")
    edition.refresh_from_db()
    assert edition.has_webhooks
    entry = TrailEntry.objects.get()
    assert (entry.kind, entry.record_type, entry.edition_id) == ("added", "registrations.webhook", edition.pk)


def test_secret_is_shown_in_the_answer_that_makes_it_and_never_again(organizer, edition):
    webhook = webhook_of(edition, URL)
    asked = organizer.get(page_of(webhook, "secret"))

    made = organizer.post(page_of(webhook, "secret"))

    webhook.refresh_from_db()
    assert "whsec_" not in shown(asked)
    assert webhook.secret_issue == 2
    assert shown(made).count("whsec_") == 1
    assert "no-store" in made["Cache-Control"]
    assert "whsec_" not in shown(organizer.get(page_of(webhook))) + shown(organizer.get(page_of(webhook, "secret")))
    assert TrailEntry.objects.get().fields == ["secret_issue"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://10.0.0.1/", "private network"),
        ("https://nowhere.invalid/", "Nobody knows this host"),
        ("http://example.org/", "begins with https://"),
        ("https://a:b@example.org/", "without a password"),
        ("no address", "valid URL"),
        ("https://exa\0mple.org/", "Null characters"),
        ("https://example.org/" + "x" * 500, "at most 500"),
    ],
)
def test_address_that_nothing_is_sent_to_is_refused(organizer, edition, url, words):
    answer = make(organizer, edition, url=url)

    assert words in shown(answer)
    assert not Webhook.objects.exists()


def test_events_are_needed_and_known(organizer, edition):
    for events in ([], ["erased"]):
        answer = make(organizer, edition, events=events)
        assert "errorlist" in shown(answer)
    assert not Webhook.objects.exists()


def test_edition_of_others_is_no_choice(organizer):
    answer = make(organizer, EditionFactory())

    assert "errorlist" in shown(answer)
    assert not Webhook.objects.exists()


def test_changing_keeps_the_edition_and_can_switch_it_off(organizer, edition):
    webhook = webhook_of(edition, URL)
    other = EditionFactory()
    StaffRole.objects.create(user=organizer.user, edition=other, role="organizer")

    send(organizer, page_of(webhook), "webhook_form", is_active=None, edition=other.pk)

    webhook.refresh_from_db()
    edition.refresh_from_db()
    assert (webhook.edition, webhook.is_active, edition.has_webhooks) == (edition, False, False)


def test_deleting_tells_the_edition(organizer, edition):
    webhook = webhook_of(edition, URL)
    registered(edition)

    organizer.post(page_of(webhook, "delete"), {"post": "yes"})

    edition.refresh_from_db()
    assert (Webhook.objects.count(), WebhookDelivery.objects.count(), edition.has_webhooks) == (0, 0, False)


def test_test_is_queued_and_shown(organizer, edition):
    webhook = webhook_of(edition, URL)
    assert page_of(webhook, "test") in shown(organizer.get(page_of(webhook)))

    answer = organizer.post(page_of(webhook, "test"))

    delivery = WebhookDelivery.objects.get()
    assert (delivery.event, delivery.state, delivery.registration) == ("test", "queued", None)
    assert answer.url == f"{LOG}{delivery.pk}/change/"
    assert "leaves within some seconds" in told(answer)[0]
    assert organizer.get(page_of(webhook, "test")).status_code == 405


def test_webhooks_of_others_are_not_there(edition):
    webhook = webhook_of(edition, URL)
    stranger = staff(EditionFactory(), "organizer")

    for page in ("secret", "test"):
        assert stranger.post(page_of(webhook, page)).status_code == 404
    assert "127.0.0.1" not in shown(stranger.get("/admin/registrations/webhook/"))
    assert "127.0.0.1" not in shown(stranger.get(f"{LOG}?webhook={webhook.pk}"))
    webhook.refresh_from_db()
    assert webhook.secret_issue == 1


def test_log_says_what_became_of_each(organizer, edition):
    webhook = webhook_of(edition, URL, "confirmed")
    registration = registered(edition)
    WebhookDelivery.objects.update(state="failed", last_status=500)
    test = webhooks.send_test(webhook=webhook, at=NOW)
    WebhookDelivery.objects.filter(pk=test.pk).update(last_problem="timeout")

    page = shown(organizer.get(LOG))

    assert [words for words in (str(registration), "given up", "500", "no answer in time") if words not in page] == []
    assert "no answer in time" in shown(organizer.get(f"{LOG}{test.pk}/change/"))
    assert ">1<" in shown(organizer.get("/admin/registrations/webhook/"))  # given up


def test_log_is_narrowed_by_webhook_and_edition(organizer, edition):
    one, other = webhook_of(edition, URL), webhook_of(edition, URL)
    delivery = webhooks.send_test(webhook=one, at=NOW)

    def shows(query):
        return str(delivery.pk) in shown(organizer.get(f"{LOG}?{query}"))

    assert [shows(f"webhook={one.pk}"), shows(f"webhook={other.pk}"), shows("webhook=odd")] == [True, False, True]
    assert [shows(f"edition={edition.slug}"), shows("edition=other")] == [True, False]


def test_given_up_is_sent_again_and_the_rest_is_left_alone(organizer, edition):
    webhook = webhook_of(edition, URL)
    delivery = webhooks.send_test(webhook=webhook, at=NOW)
    action = {"action": "send_again", "_selected_action": [delivery.pk]}

    nothing = organizer.post(LOG, action)
    WebhookDelivery.objects.update(state="failed")
    something = organizer.post(LOG, action)

    assert (told(nothing)[0], told(something)[-1]) == (
        "None of the selected deliveries was given up.",
        "1 delivery will be sent again.",
    )
    assert WebhookDelivery.objects.get().state == "queued"


@pytest.mark.parametrize("page", ["webhook", "webhookdelivery"])
def test_three_rows_cost_as_much_as_one(organizer, edition, page):
    def statements():
        with CaptureQueriesContext(connection) as found:
            organizer.get(f"/admin/registrations/{page}/")
        return len(found)

    webhooks.send_test(webhook=webhook_of(edition, URL), at=NOW)
    statements()
    one = statements()
    for _number in range(2):
        webhooks.send_test(webhook=webhook_of(edition, URL), at=NOW)

    assert statements() == one
