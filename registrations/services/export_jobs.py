"""Exports that a worker writes, so that nobody waits for a large one before an open page.

The file is kept in the database, in pieces: web and worker share it already, where a folder would be one more volume to mount,
to guard and to back up, and where an erasure would have to reach across two machines. PostgreSQL deletes it in the
transaction that erases a person. Who is erased while a file holds them has it written anew without them.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import F, Func, UUIDField

from programme.models import Edition
from registrations.models import ExportJob, ExportPiece, ExportSchedule, TickedRegistrations
from registrations.models.export_jobs import ExportJobQuerySet
from registrations.models.registrations import RegistrationQuerySet
from registrations.services.export_rows import ROLES, ExportNotAllowed, of_edition, record_rows, who_were_chosen
from symposium.accounts.models import User
from symposium.outbox import queue
from symposium.trail import writing as trail
from symposium.trail.models import TrailEntry

# More rows than this are written by a worker: they would keep a thread of the web server for a second or more.
LARGE_ROWS = 10_000
READY = "export.ready"
TASK = "registrations.tasks.make_exports"
MOST_ATTEMPTS = 3
State = ExportJob.State


class FileGone(Exception):
    """The file is not written yet, or has been deleted."""


class Superseded(Exception):
    """Another worker has the export in hand, it is to be written anew, or it is gone."""


def may_export(user: User, edition: Edition) -> bool:
    return user.is_staff and Edition.objects.for_role(user, *ROLES).filter(pk=edition.pk).exists()


def registrations_of(job: ExportJob) -> RegistrationQuerySet:
    if job.is_ticked:
        keys = Func(F("registrations"), function="unnest", output_field=UUIDField())
        ticked = TickedRegistrations.objects.filter(job=job).values_list(keys)
        return of_edition(job.edition).filter(pk__in=ticked)
    return who_were_chosen(job.edition, for_status=job.for_status, for_mode=job.for_mode, for_presence=job.for_presence)


def ask(*, job: ExportJob, at: datetime, ticked: RegistrationQuerySet | None = None) -> None:
    """Have a worker write what ``job``, which is not stored yet, has chosen, or those of its edition that were ticked.

    The database keeps the keys of those by itself: they neither leave it nor come back as parameters.

    :raises ExportNotAllowed: who asks may not export of this edition.
    """
    if not may_export(job.asked_by, job.edition):
        raise ExportNotAllowed
    with transaction.atomic(durable=True):
        job.asked_at, job.is_ticked = at, ticked is not None
        job.save()
        if ticked is not None:
            keys = ticked.filter(edition=job.edition).order_by().values("pk")
            TickedRegistrations.objects.create(job=job)
            TickedRegistrations.objects.filter(job=job).update(registrations=ArraySubquery(keys))
        trail.write(trace(job, job.asked_by, at))
        transaction.on_commit(partial(queue.start, TASK), robust=True)


def claim(*, at: datetime) -> ExportJob | None:
    """Take the export that has waited longest, and nobody else does; what a worker before left of it is thrown away.

    One is given up if it may not leave any more, or if workers have died of it again and again.
    """
    with transaction.atomic(durable=True):
        due = ExportJob.objects.due(at).select_related("edition", "asked_by")
        job = due.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at", "pk").first()
        if job is None:
            return None
        job.pieces.all().delete()
        job.attempts += 1
        job.claimed_at, job.rows, job.total = at, 0, registrations_of(job).count()
        is_allowed = may_export(job.asked_by, job.edition) and job.attempts <= MOST_ATTEMPTS
        job.state = State.RUNNING if is_allowed else State.FAILED
        job.save(update_fields=["attempts", "claimed_at", "rows", "total", "state"])
        if not is_allowed:
            _forget_ticked([job.pk])
    return job


def go_on(job: ExportJob) -> None:
    """Tell how many rows are written.

    :raises Superseded: they are not wanted any more.
    """
    if not _in_hand(job).update(rows=job.rows):
        raise Superseded(job.pk)


def keep(*, job: ExportJob, position: int, data: bytes) -> None:
    """Store a piece of the file.

    :raises Superseded: it is not wanted any more.
    """
    with transaction.atomic():
        go_on(job)
        ExportPiece.objects.create(job=job, position=position, data=data)


def finish(*, job: ExportJob, at: datetime) -> None:
    """Make the file ready, and write to whoever has it made again and again.

    :raises Superseded: it is not wanted any more.
    """
    with transaction.atomic(durable=True):
        if not _in_hand(job).update(state=State.DONE, rows=job.rows, finished_at=at):
            raise Superseded(job.pk)
        if job.schedule_id is not None:
            queue.enqueue([queue.mail(kind=READY, about=f"exportjob:{job.pk}", at=at)])


def give_up(*, job: ExportJob) -> None:
    _in_hand(job).update(state=State.FAILED)
    _forget_ticked([job.pk])


def record_download(*, job: ExportJob, by: User, at: datetime) -> None:
    """Write down that the file leaves.

    :raises ExportNotAllowed: it is somebody else's, or they may not export any more.
    :raises FileGone: there is none.
    """
    if by != job.asked_by or not may_export(by, job.edition):
        raise ExportNotAllowed
    if not job.has_file(at):
        raise FileGone(job.pk)
    record_rows({job.edition_id: job.rows}, profile=job.profile, by=by, at=at, reason=job.reason, columns=job.columns)


def outlived(at: datetime) -> ExportJobQuerySet:
    return ExportJob.objects.outlived(at)


def delete_outlived(*, at: datetime) -> int:
    """Delete the files that have been kept for a day, in the caller's transaction, and return how many."""
    keys = _locked(outlived(at))
    ExportPiece.objects.filter(job__in=keys).delete()
    _forget_ticked(keys)
    return ExportJob.objects.filter(pk__in=keys).update(state=State.EXPIRED)


def forget_outlived(*, at: datetime) -> None:
    """Do it every minute, and not only at night, so that a day is a day; leave the proof."""
    with transaction.atomic(durable=True):
        count = delete_outlived(at=at)
        if count:
            source, counts = trail.Source.SCHEDULE, {"exports": count}
            trail.write(trail.entry(kind=trail.Kind.PURGED, by=source, at=at, counts=counts))


def write_anew(*, editions: Iterable[int]) -> None:
    """Throw away the files that may hold somebody who is being erased, in that transaction; workers write them anew.

    What waits is locked as well, so that no worker begins on what is not erased yet.
    """
    keys = _locked(ExportJob.objects.filter(edition__in=editions, state__in=[State.QUEUED, State.RUNNING, State.DONE]))
    ExportPiece.objects.filter(job__in=keys).delete()
    ExportJob.objects.filter(pk__in=keys).update(
        state=State.QUEUED, claimed_at=None, attempts=0, rows=0, finished_at=None
    )


def _forget_ticked(keys: list[int]) -> None:
    TickedRegistrations.objects.filter(job__in=keys).delete()


def _locked(jobs: ExportJobQuerySet) -> list[int]:
    return list(jobs.select_for_update().order_by("pk").values_list("pk", flat=True))


def _in_hand(job: ExportJob) -> ExportJobQuerySet:
    """Return the row as long as it is ours: whoever claims it, or has it written anew, changes ``claimed_at``."""
    return ExportJob.objects.filter(pk=job.pk, state=State.RUNNING, claimed_at=job.claimed_at)


def trace(job: ExportJob | ExportSchedule, by: trail.Actor, at: datetime) -> TrailEntry:
    return trail.entry(
        kind=trail.Kind.ADDED,
        by=by,
        at=at,
        record=job,
        edition_id=job.edition_id,
        detail=job.profile,
        fields=job.columns,
    )
