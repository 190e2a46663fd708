"""When the organizers are sent the report: each week while registration is open, and once after the edition."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from programme.models import Edition, StaffRole
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue, mail

# An edition of long ago, entered for the record, sends nobody anything; an outage of weeks loses nothing.
FINAL_WITHIN_DAYS = 30


class Kind(StrEnum):
    FINAL = "report.final"
    WEEKLY = "report.weekly"


def send_due(*, at: datetime) -> None:
    """Queue the reports that are due, once per organizer; safe to run by several schedulers and at any pace."""
    with transaction.atomic(durable=True):
        enqueue(
            [
                report
                for edition in Edition.objects.filter(is_rehearsal=False).order_by("id")
                for report in _due(edition, at)
            ]
        )


def recipient_of(mail: OutgoingMail) -> tuple[int, int]:
    """Return the ids of the edition and of the organizer that a report is about."""
    _word, edition, user = mail.about.split(":")
    return int(edition), int(user)


def organizers_of(edition: Edition) -> Iterator[int]:
    roles = edition.staff_roles.filter(role=StaffRole.Role.ORGANIZER, user__is_active=True)
    yield from roles.order_by("user_id").values_list("user_id", flat=True)


def edition_before(edition: Edition) -> Edition | None:
    """Return the edition that a report is set against."""
    before: Edition | None = (
        Edition.objects.public().filter(starts_at__lt=edition.starts_at).order_by("-starts_at", "-id").first()
    )
    return before


def _due(edition: Edition, at: datetime) -> Iterator[OutgoingMail]:
    for kind, occasion in _occasions(edition, at):
        for user in organizers_of(edition):
            yield mail(kind=kind, about=f"report:{edition.pk}:{user}", occasion=occasion, at=at)


def _occasions(edition: Edition, at: datetime) -> Iterator[tuple[Kind, str]]:
    took_place = edition.status in {Edition.Status.PUBLISHED, Edition.Status.ARCHIVED}
    if took_place and edition.ends_at <= at < edition.ends_at + timedelta(days=FINAL_WITHIN_DAYS):
        yield Kind.FINAL, edition.local_end.date().isoformat()
    if edition.is_registration_open(at):
        today = at.astimezone(edition.zone).date()
        monday = today - timedelta(days=today.weekday())
        yield Kind.WEEKLY, monday.isoformat()
