"""After an edition: its survey, to those who took part."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from programme.models import AttendanceMode, Edition
from registrations.models import CheckIn, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services.letters import letter_to
from symposium.outbox.queue import enqueue

KIND = "registration.survey"
# An outage of weeks loses nothing; an address typed months later asks nobody who has forgotten it all.
ASKED_WITHIN_DAYS = 30


def ask(*, at: datetime) -> int:
    """Queue the survey of every edition whose time it is, once per registration, and return how many were queued now.

    Safe to run by several schedulers and at any pace: nobody gets it twice.
    """
    reached = 0
    took_place = (Edition.Status.PUBLISHED, Edition.Status.ARCHIVED)
    for edition in Edition.objects.filter(status__in=took_place, ends_at__lte=at).order_by("id"):
        due_at = edition.ends_at + timedelta(days=edition.survey_days)
        if not edition.survey_url or not due_at <= at < due_at + timedelta(days=ASKED_WITHIN_DAYS):
            continue
        with transaction.atomic(durable=True):
            people = list(people_to_ask().filter(edition=edition).not_written(KIND))
            enqueue(letter_to(registration, KIND, at=at, is_bulk=True) for registration in people)
            reached += len(people)
    return reached


def people_to_ask() -> RegistrationQuerySet:
    """Return who was seen to come, and who was confirmed online; less those who want no messages, or whom none reaches."""
    came = Exists(CheckIn.objects.entries().filter(registration=OuterRef("pk")))
    return Registration.objects.confirmed().wanting_messages().filter(Q(came) | Q(mode=AttendanceMode.ONLINE))
