"""How what programs are told leaves: signed, tried again, given up, by several senders at once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from registrations.models import Webhook, WebhookDelivery
from registrations.services import privacy, webhook_delivery, webhooks
from registrations.services.webhook_delivery import claim, deliver_due, send_again
from symposium.lib import outgoing, tokens
from tests.factories import (
    NOW,
    EditionFactory,
    registered,
)
from tests.races import at_once
from tests.registrations.receivers import URL, Clock, Receiver, is_signed, listening, queued, webhook_of


@pytest.fixture(autouse=True)
def this_machine_may_be_told(settings):
    settings.DEBUG = True


def test_delivery_says_what_happened_and_not_to_whom(edition):
    receiver = Receiver(204)
    with listening(receiver) as url:
        webhook = webhook_of(edition, url, "confirmed")
        secret = webhooks.new_secret(webhook=webhook)
        registration = registered(edition)

        assert deliver_due(clock=Clock()) == 1

    delivery = WebhookDelivery.objects.get()
    assert receiver.told == [
        {
            "id": str(delivery.pk),
            "event": "confirmed",
            "edition": edition.slug,
            "reference": registration.reference,
            "status": "confirmed",
            "mode": "onsite",
            "at": "2027-03-01T12:00:00+00:00",
        }
    ]
    headers, body = receiver.requests[0]
    assert (headers["content-type"], headers["webhook-id"]) == ("application/json", str(delivery.pk))
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert is_signed(headers, body, secret)
    assert not is_signed(headers, body + b" ", secret)
    assert (delivery.state, delivery.last_status, delivery.sent_at) == ("sent", 204, NOW)


def test_new_secret_ends_the_one_before(edition):
    receiver = Receiver()
    with listening(receiver) as url:
        webhook = webhook_of(edition, url)
        first, second = webhooks.new_secret(webhook=webhook), webhooks.new_secret(webhook=webhook)
        queued(webhook)

        deliver_due(clock=Clock())

    assert [is_signed(*receiver.requests[0], secret) for secret in (first, second)] == [False, True]


def test_database_holds_no_secret(edition):
    webhook = webhook_of(edition, URL)

    secret = webhooks.new_secret(webhook=webhook)

    kept = " ".join(str(value) for value in Webhook.objects.values().get().values())
    assert secret.removeprefix("whsec_") not in kept
    assert webhooks.key_of(webhook) not in kept.encode()


def test_secret_survives_a_new_key_in_front_and_not_its_own_removal(edition, settings):
    receiver, clock = Receiver(), Clock()
    with listening(receiver) as url:
        webhook = webhook_of(edition, url)
        secret = webhooks.new_secret(webhook=webhook)
        settings.TICKET_KEYS = ["n" * 40, *settings.TICKET_KEYS]
        queued(webhook)
        deliver_due(clock=clock)
        assert is_signed(*receiver.requests[0], secret)
        settings.TICKET_KEYS = ["n" * 40]
        lost = queued(webhook, occasion="2")

        deliver_due(clock=clock)

    lost.refresh_from_db()
    assert (lost.state, lost.last_problem, len(receiver.requests)) == ("queued", "secret", 1)
    assert tokens.current_key_version() != webhook.secret_key_version


@pytest.mark.parametrize("status", [301, 404, 500])
def test_only_2xx_is_a_success(edition, status):
    receiver = Receiver(status)
    with listening(receiver) as url:
        delivery = queued(webhook_of(edition, url))

        assert deliver_due(clock=Clock()) == 0

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_problem, delivery.last_status) == ("queued", "status", status)
    assert delivery.due_at == NOW + timedelta(minutes=1)
    assert len(receiver.requests) == 1


def test_retry_has_the_same_id_and_another_signature(edition):
    receiver, clock = Receiver(500, 200), Clock()
    with listening(receiver) as url:
        delivery = queued(webhook_of(edition, url))
        deliver_due(clock=clock)
        clock.at += timedelta(seconds=59)
        assert deliver_due(clock=clock) == 0
        clock.at += timedelta(seconds=1)

        assert deliver_due(clock=clock) == 1

    (first, body), (second, same_body) = receiver.requests
    assert first["webhook-id"] == second["webhook-id"] == str(delivery.pk)
    assert body == same_body
    assert first["webhook-signature"] != second["webhook-signature"]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_problem) == ("sent", 2, "")


def test_pauses_grow_for_72_hours_and_then_it_is_given_up(edition):
    receiver, clock = Receiver(503), Clock()
    pauses = []
    with listening(receiver) as url:
        delivery = queued(webhook_of(edition, url))
        while delivery.state == "queued":
            clock.at = delivery.due_at
            deliver_due(clock=clock)
            delivery.refresh_from_db()
            pauses.append(delivery.due_at - clock.at)

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert timedelta(hours=64) < clock.at - NOW <= timedelta(hours=72)
    assert (delivery.state, delivery.last_status) == ("failed", 503)
    assert send_again(WebhookDelivery.objects.all(), at=clock.at) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.due_at) == ("queued", 0, clock.at)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:9/", "connection"),
        ("https://10.0.0.1/", "private"),
        ("https://nowhere.invalid/", "host"),
        ("http://10.0.0.1/", "address"),
    ],
)
def test_why_nothing_arrived(edition, url, problem):
    delivery = queued(webhook_of(edition, url))

    deliver_due(clock=Clock())

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_problem, delivery.last_status) == ("queued", problem, None)


def test_certificate_that_does_not_hold(edition):
    with listening(Receiver()) as url:  # without TLS
        delivery = queued(webhook_of(edition, url.replace("http:", "https:")))

        deliver_due(clock=Clock())

    delivery.refresh_from_db()
    assert delivery.last_problem == "certificate"


def test_receiver_that_hangs_is_asked_once_and_holds_up_nobody_else(edition, monkeypatch):
    monkeypatch.setitem(outgoing.post.__kwdefaults__, "seconds", 0.2)
    hanging, well = Receiver("hang"), Receiver(200)
    with listening(hanging) as bad, listening(well) as good:
        webhook = webhook_of(edition, bad)
        queued(webhook)
        queued(webhook, occasion="2")
        queued(webhook_of(edition, good))

        assert deliver_due(clock=Clock()) == 1

    waiting = WebhookDelivery.objects.filter(webhook=webhook).order_by("attempts")
    assert list(waiting.values_list("attempts", "last_problem")) == [(0, ""), (1, "timeout")]
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.paused_until) == (1, NOW + timedelta(minutes=1))
    assert (len(hanging.requests), len(well.requests)) == (1, 1)


def test_receiver_that_is_back_gets_all_that_has_waited(edition):
    receiver, clock = Receiver(503, 503, 200), Clock()
    with listening(receiver) as url:
        webhook = webhook_of(edition, url)
        for number in range(4):
            queued(webhook, occasion=str(number))
        for minutes, requests in ((0, 1), (0, 1), (1, 2), (2, 2), (3, 6)):
            clock.at = NOW + timedelta(minutes=minutes)
            deliver_due(clock=clock)
            assert len(receiver.requests) == requests

    webhook.refresh_from_db()
    assert (webhook.failures, webhook.paused_until) == (0, None)
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"sent"}


def test_refusal_of_one_delivery_keeps_no_other_waiting(edition):
    receiver = Receiver(400, 200)
    with listening(receiver) as url:
        webhook = webhook_of(edition, url)
        queued(webhook)
        queued(webhook, occasion="2")

        assert deliver_due(clock=Clock()) == 1

    webhook.refresh_from_db()
    assert webhook.paused_until is None


def test_what_never_had_its_turn_is_given_up_with_the_receiver(edition):
    webhook = webhook_of(edition, "http://127.0.0.1:9/")
    queued(webhook, attempts=0)
    overdue = queued(webhook, attempts=5, occasion="overdue", given_up_at=NOW)

    deliver_due(clock=Clock())

    overdue.refresh_from_db()
    assert (overdue.state, overdue.attempts, overdue.last_problem) == ("failed", 5, "connection")


@pytest.mark.parametrize("ask", ["save", "new_secret", "send_test", "send_again"])
def test_receiver_is_asked_at_once_when_somebody_sees_to_it(edition, ask):
    webhook = webhook_of(edition, URL)
    queued(webhook, state="failed")
    Webhook.objects.update(failures=4, paused_until=NOW + timedelta(minutes=15))
    asking = {
        "save": lambda: webhooks.save(webhook=webhook),
        "new_secret": lambda: webhooks.new_secret(webhook=webhook),
        "send_test": lambda: webhooks.send_test(webhook=webhook, at=NOW),
        "send_again": lambda: send_again(WebhookDelivery.objects.all(), at=NOW),
    }

    asking[ask]()

    webhook.refresh_from_db()
    assert (webhook.failures, webhook.paused_until) == (0, None)


def test_slow_receiver_takes_no_more_of_the_time_than_another(edition):
    slow, quick = Receiver(200), Receiver(200)
    quick.requests = slow.requests
    with listening(slow) as one, listening(quick) as other:
        first, second = webhook_of(edition, one, last_seconds=9), webhook_of(edition, other)
        older = [str(queued(first, occasion=str(number), due_at=NOW - timedelta(hours=1)).pk) for number in range(2)]
        newer = [str(queued(second, occasion=str(number)).pk) for number in range(2)]

        deliver_due(clock=Clock())

    told = [body["id"] for body in slow.told]
    assert (set(told[:2]), set(told[2:])) == (set(newer), set(older))
    first.refresh_from_db()
    assert first.last_seconds < 1


def test_slow_receiver_has_its_turn_while_others_have_more_than_fits(edition, monkeypatch):
    slow, quick = Receiver(200), Receiver(200)
    requests = slow.requests = quick.requests
    monkeypatch.setattr(webhook_delivery, "time", SimpleNamespace(monotonic=lambda: len(requests)))  # a second each
    with listening(slow) as one, listening(quick) as other:
        waiting = queued(webhook_of(edition, one, last_seconds=10))
        second = webhook_of(edition, other)
        for number in range(8):
            queued(second, occasion=str(number))

        deliver_due(clock=Clock(), seconds=6)

    waiting.refresh_from_db()
    assert (waiting.state, len(requests)) == ("sent", 6)


def test_those_never_tried_go_first(edition):
    webhook = webhook_of(edition, URL)
    queued(webhook, attempts=3, due_at=NOW - timedelta(hours=1))
    new = queued(webhook, occasion="new")

    assert claim(webhook_id=webhook.pk, at=NOW) == new


def test_webhook_switched_off_is_told_nothing_that_still_waits(edition):
    webhook = webhook_of(edition, URL)
    queued(webhook)
    webhook.is_active = False
    webhooks.save(webhook=webhook)

    assert claim(webhook_id=webhook.pk, at=NOW) is None


def test_run_gives_its_worker_back(edition):
    webhook = webhook_of(edition, URL)
    queued(webhook)

    assert deliver_due(clock=Clock(), seconds=0) == 0
    assert claim(webhook_id=webhook.pk, at=NOW) is not None


def test_dead_sender_is_waited_for_and_then_taken_over(edition):
    webhook = webhook_of(edition, URL)
    queued(webhook)
    first = claim(webhook_id=webhook.pk, at=NOW)

    assert claim(webhook_id=webhook.pk, at=NOW + timedelta(seconds=59)) is None
    taken_over = claim(webhook_id=webhook.pk, at=NOW + timedelta(seconds=60))

    assert (taken_over, taken_over.attempts) == (first, 2)


def test_sender_that_was_taken_over_changes_nothing(edition):
    receiver = Receiver(200)
    with listening(receiver) as url:
        delivery = queued(webhook_of(edition, url))

        def clock():
            if receiver.requests:  # while the answer is on its way
                WebhookDelivery.objects.update(claimed_at=NOW + timedelta(minutes=2))
            return NOW

        assert deliver_due(clock=clock) == 0

    delivery.refresh_from_db()
    assert delivery.state == "sending"


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_deliver_once():
    receiver = Receiver(200)
    edition = EditionFactory()
    with listening(receiver) as url:
        webhook = webhook_of(edition, url)
        for number in range(6):
            queued(webhook, occasion=str(number))

        at_once(*[lambda: deliver_due(clock=Clock())] * 4)
        deliver_due(clock=Clock())

    ids = [headers["webhook-id"] for headers, _body in receiver.requests]
    assert (len(ids), len(set(ids))) == (6, 6)
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"sent"}


def test_erased_person_has_no_reference_in_what_leaves_later(edition):
    receiver = Receiver()
    with listening(receiver) as url:
        webhook_of(edition, url, "cancelled")
        registration = registered(edition)
        privacy.erase(registration=registration, at=NOW)

        deliver_due(clock=Clock())

    assert [(told["event"], told["reference"]) for told in receiver.told] == [("cancelled", None)]
