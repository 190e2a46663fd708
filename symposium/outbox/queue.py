"""Put mails into the outbox, inside the caller's transaction."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from symposium.outbox.models import OutgoingMail
from symposium.outbox.tasks import WAKE_KEY, deliver

logger = logging.getLogger(__name__)
WAKE_PENDING_SECONDS = 5


def mail(
    *, kind: str, about: str, at: datetime, occasion: str = "", context: dict[str, Any] | None = None
) -> OutgoingMail:
    """Return an unsaved mail, due at once."""
    return OutgoingMail(kind=kind, about=about, occasion=occasion, context=context or {}, created_at=at, due_at=at)


def enqueue(mails: Iterable[OutgoingMail]) -> None:
    """Store mails; one that is already there, by (about, kind, occasion), is left as it is.

    To be called in the transaction of what the mails tell; the worker is woken when it commits.
    """
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=1000)
    transaction.on_commit(wake)


def wake() -> None:
    """Ask a worker to deliver now, once per sleep.

    Losing this costs seconds, not a mail: beat asks too. So a broker that is away is no reason to fail or to wait.
    """
    if not cache.add(WAKE_KEY, 1, WAKE_PENDING_SECONDS):
        return
    try:
        deliver.apply_async(retry=False, expires=60)
    except (OperationalError, RedisError, OSError):
        # The key stays for its few seconds: until then nobody else tries to reach the broker.
        logger.warning("The broker is away; the scheduler will deliver.")
