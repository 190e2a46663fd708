"""Put mails into the outbox, inside the caller's transaction."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from symposium.outbox.models import OutgoingMail, OutgoingMailQuerySet
from symposium.outbox.tasks import WAKE_KEY, deliver

logger = logging.getLogger(__name__)
WAKE_PENDING_SECONDS = 5
GATHER_SECONDS = 0.3
# After a failure this process leaves the broker alone, so that only one request in so long waits for its time-out.
BROKER_PAUSE_SECONDS = 10
_broker_left_alone_until = 0.0


def mail(
    *,
    kind: str,
    about: str,
    at: datetime,
    occasion: str = "",
    belongs_to: str = "",
    context: dict[str, Any] | None = None,
    is_bulk: bool = False,
) -> OutgoingMail:
    """Return an unsaved mail, due at once; one in bulk lets all others go first."""
    return OutgoingMail(
        kind=kind,
        about=about,
        occasion=occasion,
        belongs_to=belongs_to,
        context=context or {},
        created_at=at,
        due_at=at,
        is_bulk=is_bulk,
    )


def enqueue(mails: Iterable[OutgoingMail]) -> None:
    """Store mails; one that is already there, by (about, kind, occasion), is left as it is.

    To be called in the transaction of what the mails tell; the worker is woken when it commits.
    """
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=1000)
    # Robust: what the mails tell is committed, and its request must not fail for want of a faster delivery.
    transaction.on_commit(wake, robust=True)


def hold(mails: OutgoingMailQuerySet) -> int:
    """Keep those that still wait from being sent, and return how many; one that a worker has taken already goes on."""
    return mails.queued().update(state=OutgoingMail.State.HELD)


def release(mails: OutgoingMailQuerySet, *, at: datetime) -> int:
    """Let those go that were held back, in the caller's transaction, and return how many."""
    count = mails.filter(state=OutgoingMail.State.HELD).update(state=OutgoingMail.State.QUEUED, due_at=at)
    transaction.on_commit(wake, robust=True)
    return count


def wake() -> None:
    """Ask a worker to deliver now, once per sleep."""
    if not _is_broker_left_alone() and cache.add(WAKE_KEY, 1, WAKE_PENDING_SECONDS):
        # A little later: what a rush writes meanwhile goes out in the same batch, at half the cost. Seventy registrations
        # a second fill one in this time, and a single person hardly notices it.
        _ask(partial(deliver.apply_async, retry=False, expires=60, countdown=GATHER_SECONDS))


def start(task: str) -> None:
    """Ask a worker to run a task now, by its name; the scheduler runs it too."""
    if not _is_broker_left_alone():
        _ask(partial(current_app.send_task, task, retry=False, expires=60))


def _is_broker_left_alone() -> bool:
    return time.monotonic() < _broker_left_alone_until


def _ask(send: Callable[[], object]) -> None:
    """Losing this costs seconds, not a mail: beat asks too. So a broker that is away is no reason to fail or to wait."""
    global _broker_left_alone_until  # noqa: PLW0603  of this process: the shared cache is the broker's neighbour, and away with it
    try:
        send()
    except (OperationalError, RedisError, OSError):
        _broker_left_alone_until = time.monotonic() + BROKER_PAUSE_SECONDS
        logger.warning("The broker is away; the scheduler will see to it.")
