"""The one task of the outbox."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from symposium.outbox.delivery import deliver_due

WAKE_KEY = "outbox-wake"


@shared_task
def deliver() -> None:
    # Before looking, so that a mail committed from now on wakes somebody again.
    cache.delete(WAKE_KEY)
    deliver_due(clock=timezone.now)
