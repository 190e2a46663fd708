"""Remind people before the day."""

from datetime import datetime, timedelta

from django.db import transaction

from programme.models import Edition
from registrations.models import Registration
from registrations.services import letters


def remind(*, at: datetime) -> int:
    """Queue the reminder of every edition whose day is near, once per registration, and return how many were queued now.

    Safe to run by several schedulers and at any pace: the date of the edition is the occasion.
    """
    reached = 0
    for edition in Edition.objects.filter(status=Edition.Status.PUBLISHED, starts_at__gt=at).order_by("id"):
        if edition.starts_at - timedelta(days=edition.reminder_days) > at:
            continue
        with transaction.atomic(durable=True):
            occasion = edition.day.isoformat()
            confirmed = Registration.objects.confirmed().filter(edition=edition, confirmed_at__lt=edition.starts_at)
            people = list(confirmed.not_written(letters.Kind.REMINDER, occasion))
            letters.send_all(people, letters.Kind.REMINDER, at=at, occasion=occasion)
            reached += len(people)
    return reached
