"""What the scheduler starts; each is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from registrations.exports.jobs import make_due
from registrations.services import (
    export_jobs,
    export_schedules,
    holds,
    messages,
    metrics,
    privacy,
    reminders,
    report_schedule,
    still_coming,
    survey,
    webhook_delivery,
)


@shared_task
def expire_holds() -> None:
    holds.expire_everywhere(at=timezone.now())


@shared_task
def heartbeat() -> None:
    metrics.note_beat(at=timezone.now())


@shared_task
def remind() -> None:
    reminders.remind(at=timezone.now())


@shared_task
def ask_who_is_coming() -> None:
    still_coming.ask(at=timezone.now())


@shared_task
def free_silent_seats() -> None:
    still_coming.free_silent_seats(at=timezone.now())


@shared_task
def send_survey() -> None:
    survey.ask(at=timezone.now())


@shared_task
def purge() -> None:
    privacy.purge(at=timezone.now())


@shared_task
def send_reports() -> None:
    report_schedule.send_due(at=timezone.now())


@shared_task
def send_messages() -> None:
    messages.send_due(at=timezone.now())
    messages.finish(at=timezone.now())


@shared_task
def deliver_webhooks() -> None:
    webhook_delivery.deliver_due(clock=timezone.now)


@shared_task
def make_exports() -> None:
    export_jobs.forget_outlived(at=timezone.now())
    export_schedules.ask_due(at=timezone.now())
    make_due(clock=timezone.now)
