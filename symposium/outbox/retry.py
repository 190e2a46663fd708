"""Sending again what was given up."""

from datetime import datetime

from django.db import transaction

from symposium.outbox.models import OutgoingMail, OutgoingMailQuerySet
from symposium.outbox.queue import wake


def retry_failed(mails: OutgoingMailQuerySet, *, at: datetime) -> int:
    """Queue the failed ones among ``mails`` anew, with all their attempts before them; return how many there were."""
    count = mails.failed().update(state=OutgoingMail.State.QUEUED, attempts=0, due_at=at)
    if count:
        transaction.on_commit(wake)
    return count
