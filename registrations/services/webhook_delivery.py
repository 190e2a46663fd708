"""Claim due deliveries and send them to their webhooks, signed as https://www.standardwebhooks.com/ has it."""

import base64
import hmac
import json
import logging
import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from registrations.models import Webhook, WebhookDelivery
from registrations.models.webhooks import WebhookDeliveryQuerySet
from registrations.services.webhooks import TRIED_FOR, key_of
from symposium.lib import outgoing
from symposium.lib.tokens import UnknownKeyVersion

logger = logging.getLogger(__name__)
State = WebhookDelivery.State
Problem = WebhookDelivery.Problem
# A run gives its worker back after that, if there is more to do than it can.
RUN_SECONDS = 30
# Growing pauses; the last is repeated until the 72 hours are over.
PAUSES_MINUTES = (1, 2, 5, 15, 30, 60, 120, 240, 480)
# Of a receiver that is not reached, whatever waits for it; short, so that it gets all soon after it is back.
RECEIVER_PAUSES_MINUTES = (1, 2, 5, 15)
# A receiver, or what stands before it, that would refuse anything now: too many requests, or a fault of its own.
AWAY = {429, *range(500, 600)}
NOTED_SECONDS = 0.5
KEPT_DAYS = 90
# The first that fits.
PROBLEMS: tuple[tuple[type[Exception], Problem], ...] = (
    (UnknownKeyVersion, Problem.SECRET),
    (outgoing.UnknownHost, Problem.HOST),
    (outgoing.NotPublic, Problem.PRIVATE),
    (outgoing.BadAddress, Problem.ADDRESS),
    (TimeoutError, Problem.TIMEOUT),
    (ssl.SSLError, Problem.CERTIFICATE),
    (OSError, Problem.CONNECTION),
)


def deliver_due(*, clock: Callable[[], datetime], seconds: float = RUN_SECONDS) -> int:
    """Send what is due until nothing is, or the time is over, and return how many were taken.

    Each receiver gets as much of the time as any other: one that takes long over each delivery gets few. It begins behind
    by what it took last, so that those that answer at once are not kept waiting until it has had its turn; by no more than
    an equal share of the time, so that it has its turn however much they are sent.

    Safe to run many times at once: one goes on and the others leave, so that receivers that hang never hold more than
    one worker from the mails.
    """
    ends = time.monotonic() + seconds
    receivers = Webhook.objects.waiting(clock()).order_by("last_seconds", "pk").values_list("pk", "last_seconds")
    spent = {receiver: min(took, seconds / len(receivers)) for receiver, took in receivers}
    sent = 0
    while spent and time.monotonic() < ends:
        receiver = min(spent, key=spent.__getitem__)
        delivery = claim(webhook_id=receiver, at=clock())
        if delivery is None:
            del spent[receiver]
            continue
        began = time.monotonic()
        sent += _send(delivery, clock)
        took = time.monotonic() - began
        spent[receiver] += took
        _note_time(delivery.webhook, took)
    return sent


def claim(*, webhook_id: UUID, at: datetime) -> WebhookDelivery | None:
    """Take a due delivery for ourselves, those never tried first; no two callers get the same one."""
    with transaction.atomic():
        if WebhookDelivery.objects.in_flight(at).exists():
            return None
        is_asked = Q(webhook__paused_until=None) | Q(webhook__paused_until__lte=at)
        due = WebhookDelivery.objects.due(at).filter(is_asked, webhook=webhook_id).order_by("attempts", "due_at", "id")
        # Its key alone, in the order of an index: thousands may wait, and the first of them is wanted.
        first = due.select_for_update(skip_locked=True, of=("self",)).only("pk").first()
        if first is None:
            return None
        delivery = WebhookDelivery.objects.select_related("webhook__edition", "registration").get(pk=first.pk)
        delivery.state, delivery.claimed_at = State.SENDING, at
        delivery.attempts += 1
        delivery.save(update_fields=["state", "claimed_at", "attempts"])
    return delivery


def body_of(delivery: WebhookDelivery) -> bytes:
    """Return what is told: no name, no address. Whoever was erased meanwhile has no reference any more."""
    registration = delivery.registration
    told = {
        "id": str(delivery.pk),
        "event": delivery.event,
        "edition": delivery.webhook.edition.slug,
        "reference": registration and registration.reference,
        "status": delivery.status or None,
        "mode": delivery.mode or None,
        "at": delivery.happened_at.isoformat(),
    }
    return json.dumps(told).encode()


def headers_of(delivery: WebhookDelivery, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers, with a signature of this moment: what was recorded cannot be sent again much later.

    :raises UnknownKeyVersion: the key of the secret was removed from TICKET_KEYS.
    """
    timestamp = str(int(at.timestamp()))
    signed = b".".join([str(delivery.pk).encode(), timestamp.encode(), body])
    signature = base64.b64encode(hmac.digest(key_of(delivery.webhook), signed, "sha256")).decode()
    return {
        "content-type": "application/json",
        "user-agent": "Symposium",
        "webhook-id": str(delivery.pk),  # of the row, not of the attempt: who gets it twice knows it
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def _send(delivery: WebhookDelivery, clock: Callable[[], datetime]) -> bool:
    """Return whether the receiver took it."""
    body = body_of(delivery)
    try:
        headers = headers_of(delivery, body, clock())
        status = outgoing.post(outgoing.find(delivery.webhook.url), body, headers)
    except tuple(kind for kind, _problem in PROBLEMS) as error:
        problem = next(problem for kind, problem in PROBLEMS if isinstance(error, kind))
        _delay(delivery, clock(), problem, None)
        _pause(delivery.webhook, clock(), problem)
        return False
    if not 200 <= status < 300:
        _delay(delivery, clock(), Problem.STATUS, status)
        if status in AWAY:
            _pause(delivery.webhook, clock(), Problem.STATUS)
        return False
    if delivery.webhook.failures:
        Webhook.objects.filter(pk=delivery.webhook_id).unpause()
    return _finish(delivery, State.SENT, last_problem="", last_status=status, sent_at=clock())


def _delay(delivery: WebhookDelivery, at: datetime, problem: Problem, status: int | None) -> None:
    pause = PAUSES_MINUTES[min(delivery.attempts, len(PAUSES_MINUTES)) - 1]
    delivery.due_at = at + timedelta(minutes=pause)
    state = State.QUEUED if delivery.due_at <= delivery.given_up_at else State.FAILED
    _finish(delivery, state, last_problem=problem, last_status=status, due_at=delivery.due_at)
    logger.warning("Webhook %s: %s %s, attempt %s", delivery.webhook_id, problem, status, delivery.attempts)


def _pause(webhook: Webhook, at: datetime, problem: Problem) -> None:
    """Leave a receiver alone for a while: what else waits for it would only fail as well, and is tried when it is back.

    What was to be tried until now is given up, although its turn has not come.
    """
    failures = min(webhook.failures + 1, len(RECEIVER_PAUSES_MINUTES))
    until = at + timedelta(minutes=RECEIVER_PAUSES_MINUTES[failures - 1])
    Webhook.objects.filter(pk=webhook.pk).update(failures=failures, paused_until=until)
    overdue = WebhookDelivery.objects.filter(webhook=webhook, state=State.QUEUED, given_up_at__lte=at)
    overdue.update(state=State.FAILED, last_problem=problem)


def _note_time(webhook: Webhook, seconds: float) -> None:
    """Keep how long a receiver takes, where it is quite another time than before."""
    if abs(seconds - webhook.last_seconds) >= NOTED_SECONDS:
        Webhook.objects.filter(pk=webhook.pk).update(last_seconds=seconds)


def _finish(delivery: WebhookDelivery, state: State, **changes: object) -> bool:
    """Change a delivery that is still ours; one that was taken over meanwhile is not."""
    ours = WebhookDelivery.objects.filter(pk=delivery.pk, state=State.SENDING, claimed_at=delivery.claimed_at)
    return ours.update(state=state, **changes) == 1


def send_again(deliveries: WebhookDeliveryQuerySet, *, at: datetime) -> int:
    """Queue those that were given up anew, with all their time before them, and return how many there were."""
    Webhook.objects.filter(pk__in=deliveries.failed().order_by().values("webhook")).unpause()
    return deliveries.failed().update(state=State.QUEUED, attempts=0, due_at=at, given_up_at=at + TRIED_FOR)


def old_deliveries(at: datetime) -> WebhookDeliveryQuerySet:
    return WebhookDelivery.objects.filter(happened_at__lte=at - timedelta(days=KEPT_DAYS))
