"""Exports that come again and again: asked for once, with one reason, until the edition is over or the right is gone."""

from datetime import datetime

from django.db import transaction

from registrations.models import ExportJob, ExportSchedule
from registrations.services.export_jobs import may_export, trace
from registrations.services.export_rows import ExportNotAllowed
from symposium.trail import writing as trail

CHOSEN = ("edition_id", "asked_by_id", "reason", "profile", "columns", "for_status", "for_mode", "for_presence")


class EditionOver(Exception):
    """Nobody registers for it or comes to it any more."""


def begin(*, schedule: ExportSchedule, at: datetime) -> None:
    """Store a schedule; it is kept from its next moment on.

    :raises ExportNotAllowed: who asks may not export of this edition.
    :raises EditionOver: there would be nothing new.
    """
    if not may_export(schedule.asked_by, schedule.edition):
        raise ExportNotAllowed
    if schedule.edition.is_over(at):
        raise EditionOver(schedule.edition_id)
    with transaction.atomic(durable=True):
        schedule.asked_at = at
        schedule.save()
        trail.write(trace(schedule, schedule.asked_by, at))


def stop(*, schedule: ExportSchedule, by: trail.Actor, at: datetime) -> None:
    """Keep it no more; stopping twice is stopping once."""
    with transaction.atomic(durable=True):
        _stop(schedule, by, at)


def ask_due(*, at: datetime) -> None:
    """Ask for each export whose moment has come, once for each date, whoever else does so; after an outage, for the last.

    A schedule ends with its edition, and as soon as its owner may not export any more.
    """
    for schedule in ExportSchedule.objects.running().select_related("edition", "asked_by").order_by("pk"):
        with transaction.atomic(durable=True):
            if schedule.edition.is_over(at) or not may_export(schedule.asked_by, schedule.edition):
                _stop(schedule, trail.Source.SCHEDULE, at)
            else:
                _ask(schedule, at)


def _ask(schedule: ExportSchedule, at: datetime) -> None:
    due_date = schedule.due_date(at)
    if due_date is None:
        return
    chosen = {name: getattr(schedule, name) for name in CHOSEN}
    job, is_new = ExportJob.objects.get_or_create(
        schedule=schedule, due_date=due_date, defaults={**chosen, "asked_at": at}
    )
    if is_new:
        trail.write(trace(job, trail.Source.SCHEDULE, at))


def _stop(schedule: ExportSchedule, by: trail.Actor, at: datetime) -> None:
    if ExportSchedule.objects.running().filter(pk=schedule.pk).update(stopped_at=at):
        trail.write(
            trail.entry(
                kind=trail.Kind.CHANGED,
                by=by,
                at=at,
                record=schedule,
                edition_id=schedule.edition_id,
                fields=("stopped_at",),
            )
        )
