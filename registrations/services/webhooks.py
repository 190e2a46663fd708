"""Which programs elsewhere are told what, as rows that leave later. How they leave is ``webhook_delivery``."""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from programme.models import Edition
from registrations.models import Registration, Webhook, WebhookDelivery
from symposium.lib import tokens

Event = Webhook.Event
TRIED_FOR = timedelta(hours=72)

# For one registration or many, in one statement; what is said of them is what holds at this moment of the transaction.
TELL = """
    INSERT INTO registrations_webhookdelivery (
        id, webhook_id, registration_id, event, occasion, status, mode, happened_at,
        state, attempts, last_problem, due_at, given_up_at
    )
    SELECT gen_random_uuid(), webhook.id, registration.id, told.event, registration.issue || %(occasion)s,
        registration.status, registration.mode, %(at)s, 'queued', 0, '', %(at)s, %(given_up_at)s
    FROM registrations_registration AS registration
    JOIN registrations_webhook AS webhook ON webhook.edition_id = registration.edition_id AND webhook.is_active
    JOIN unnest(%(events)s::text[]) AS told(event) ON told.event = ANY(webhook.events)
    WHERE registration.id = ANY(%(registrations)s) AND (told.event <> 'confirmed' OR registration.status = 'confirmed')
    ON CONFLICT DO NOTHING
"""


def tell(
    edition: Edition, registrations: Iterable[Registration], *events: Event, at: datetime, occasion: str = ""
) -> None:
    """Queue what happened to registrations for every webhook that wants to know, in the caller's transaction.

    ``CONFIRMED`` is told of those alone who are. An edition without webhooks costs no statement: its own row, which
    everybody has read, says that it has none. Nobody is woken: the scheduler looks every five seconds, which is soon
    enough for a program.
    """
    told = [registration.pk for registration in registrations] if edition.has_webhooks else []
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            TELL,
            {
                "registrations": told,
                "events": [event.value for event in events],
                "occasion": f" {occasion}".rstrip(),
                "at": at,
                "given_up_at": at + TRIED_FOR,
            },
        )


def save(*, webhook: Webhook) -> None:
    """Write a webhook; its edition says from now on whether it has any. In the caller's transaction."""
    webhook.secret_key_version = webhook.secret_key_version or tokens.current_key_version()
    webhook.failures, webhook.paused_until = 0, None
    webhook.save()
    _note(webhook.edition_id)


def delete(*, webhook: Webhook) -> None:
    """Delete a webhook with what it was told, in the caller's transaction."""
    webhook.delete()
    _note(webhook.edition_id)


def _note(edition_id: int) -> None:
    active = Webhook.objects.filter(edition=OuterRef("pk"), is_active=True)
    Edition.objects.filter(pk=edition_id).update(has_webhooks=Exists(active))


def new_secret(*, webhook: Webhook) -> str:
    """Make a new secret and return it, as receivers write it; the one before signs nothing any more."""
    with transaction.atomic(durable=True):
        webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
        webhook.secret_issue += 1
        webhook.secret_key_version = tokens.current_key_version()
        webhook.failures, webhook.paused_until = 0, None
        webhook.save(update_fields=["secret_issue", "secret_key_version", "failures", "paused_until"])
    return f"whsec_{base64.b64encode(key_of(webhook)).decode()}"


def key_of(webhook: Webhook) -> bytes:
    """Return what the webhook signs with.

    :raises UnknownKeyVersion: the key was removed from TICKET_KEYS.
    """
    return tokens.webhook_key(webhook.pk, webhook.secret_issue, webhook.secret_key_version)


def send_test(*, webhook: Webhook, at: datetime) -> WebhookDelivery:
    """Queue a delivery about nobody, even to a receiver that is left alone for a while."""
    Webhook.objects.filter(pk=webhook.pk).unpause()
    return WebhookDelivery.objects.create(
        webhook=webhook,
        event=WebhookDelivery.Event.TEST,
        occasion=at.isoformat(),
        happened_at=at,
        due_at=at,
        given_up_at=at + TRIED_FOR,
    )
