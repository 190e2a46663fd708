"""Each task does what its service does, and twice is once."""

from datetime import timedelta

import pytest

from programme.models import Edition
from registrations import tasks
from registrations.models import Registration, Webhook, WebhookDelivery
from registrations.services import webhooks
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW
from tests.registrations.views.test_page import registered


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_holds_run_out_by_themselves(edition, time_machine):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    registered(edition)
    time_machine.move_to(NOW + timedelta(hours=25), tick=False)

    tasks.expire_holds()
    tasks.expire_holds()

    assert Registration.objects.get().status == "expired"


def test_people_are_reminded_once(edition, time_machine):
    registered(edition)
    time_machine.move_to(edition.starts_at - timedelta(days=1), tick=False)

    tasks.remind()
    tasks.remind()

    assert OutgoingMail.objects.filter(kind="registration.reminder").count() == 1


def test_webhooks_are_told(edition, settings):
    settings.DEBUG = True
    webhook = Webhook(edition=edition, url="http://127.0.0.1:1/", events=["confirmed"])
    webhooks.save(webhook=webhook)
    webhooks.send_test(webhook=webhook, at=NOW)

    tasks.deliver_webhooks()

    assert WebhookDelivery.objects.values_list("attempts", "last_problem").get() == (1, "connection")
