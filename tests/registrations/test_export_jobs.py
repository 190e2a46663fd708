"""Exports that a worker writes: asked for, claimed once, written in pieces, handed out for a day."""

from datetime import timedelta

import pytest
from django.db import connection

from programme.models import StaffRole
from registrations import tasks
from registrations.exports import jobs
from registrations.exports.jobs import job_response, make_due
from registrations.models import Export, ExportJob, ExportPiece, Registration, TickedRegistrations
from registrations.services import export_jobs, privacy
from registrations.services.export_jobs import FileGone, Superseded, ask, claim, finish, keep, record_download
from registrations.services.export_rows import ExportNotAllowed
from symposium.trail.models import TrailEntry
from tests.factories import NOW, EditionFactory, SeatPoolFactory, UserFactory, registered
from tests.races import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
LATER = timedelta(minutes=15)


@pytest.fixture
def exporter(edition):
    user = UserFactory()
    StaffRole.objects.create(user=user, edition=edition, role="exporter")
    return user


@pytest.fixture
def asked(edition, exporter):
    """Ask for an export, of one person unless there are more."""

    def new(**chosen):
        registered(edition, mode="online")
        job = ExportJob(edition=edition, asked_by=exporter, **{"profile": "machine", "reason": "Badges", **chosen})
        ask(job=job, at=NOW)
        return job

    return new


def make(at=NOW):
    make_due(clock=lambda: at)


def state_of(job):
    return ExportJob.objects.get(pk=job.pk).state


def file_of(job):
    return b"".join(job_response(ExportJob.objects.get(pk=job.pk)))


def test_an_export_is_asked_for_written_and_taken(asked, exporter, edition):
    job = asked(columns=["email", "mode"], for_mode="online")

    make()

    job.refresh_from_db()
    assert (job.state, job.rows, job.total, job.finished_at) == ("done", 1, 1, NOW)
    assert file_of(job) == b"email,mode\r\nada@example.org,online\r\n"
    record_download(job=job, by=exporter, at=NOW)
    left = Export.objects.get()
    assert (left.edition, left.rows, left.reason, left.exported_by) == (edition, 1, "Badges", exporter)
    told = TrailEntry.objects.filter(edition_id=edition.pk).order_by("pk").values_list("kind", "fields", "counts")
    assert list(told) == [("added", ["email", "mode"], {}), ("exported", ["email", "mode"], {"rows": 1})]


def test_the_worker_is_woken_when_it_is_asked_for(asked, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr("symposium.outbox.queue.start", woken.append)

    with django_capture_on_commit_callbacks(execute=True):
        asked()

    assert woken == [tasks.make_exports.name]


@pytest.mark.parametrize("profile", ["excel-fr", "xlsx", "machine"])
def test_file_is_named_as_of_its_beginning_and_kept_by_no_cache(asked, profile):
    job = asked(profile=profile)
    make()

    job.refresh_from_db()
    response = job_response(job)

    assert response["Content-Disposition"].count("_2027-03-01T1300_Europe-Paris.") == 2
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == jobs.PROFILES[profile].form.content_type


def test_who_may_not_export_cannot_ask(edition):
    job = ExportJob(edition=edition, asked_by=UserFactory(), profile="machine", reason="x")

    with pytest.raises(ExportNotAllowed):
        ask(job=job, at=NOW)

    assert not ExportJob.objects.exists()


@pytest.mark.parametrize("loses", ["role", "place among the staff", "account"])
def test_whoever_loses_the_right_gets_no_file(asked, exporter, loses):
    before = asked()
    make()
    if loses == "role":
        exporter.staff_roles.all().delete()
    exporter.is_staff, exporter.is_active = loses != "place among the staff", loses != "account"
    exporter.save()
    after = ExportJob.objects.create(
        edition=before.edition, asked_by=exporter, asked_at=NOW, profile="machine", reason="x"
    )

    make()

    assert state_of(after) == "failed"
    with pytest.raises(ExportNotAllowed):
        record_download(job=ExportJob.objects.get(pk=before.pk), by=exporter, at=NOW)
    assert not Export.objects.exists()


def test_the_file_is_for_nobody_else(asked, edition):
    job = asked()
    make()
    other = UserFactory(is_superuser=True)

    with pytest.raises(ExportNotAllowed):
        record_download(job=ExportJob.objects.get(pk=job.pk), by=other, at=NOW)


def test_the_file_is_there_for_a_day(asked, exporter):
    job = asked()
    with pytest.raises(FileGone):
        record_download(job=job, by=exporter, at=NOW)
    make()
    job.refresh_from_db()

    record_download(job=job, by=exporter, at=NOW + DAY - timedelta(seconds=1))
    with pytest.raises(FileGone):
        record_download(job=job, by=exporter, at=NOW + DAY)


def test_files_are_deleted_after_a_day_with_the_proof(asked):
    job = asked()
    make()

    export_jobs.forget_outlived(at=NOW + DAY - timedelta(seconds=1))
    assert ExportPiece.objects.exists()
    for _time in range(2):
        export_jobs.forget_outlived(at=NOW + DAY)

    assert (state_of(job), ExportPiece.objects.count()) == ("expired", 0)
    assert [entry.counts for entry in TrailEntry.objects.filter(kind="purged")] == [{"exports": 1}]


def test_the_nightly_purge_counts_and_deletes_them_too(asked):
    job = asked()
    make()

    planned = privacy.purge(at=NOW + DAY, dry_run=True)
    assert (planned.exports, state_of(job)) == (1, "done")
    assert privacy.purge(at=NOW + DAY) == planned

    assert (state_of(job), ExportPiece.objects.count()) == ("expired", 0)


def test_whoever_is_erased_is_in_no_file(asked, edition):
    done = asked()
    make()
    assert b"ada@example.org" in file_of(done)

    privacy.erase(registration=Registration.objects.get(), at=NOW)

    assert (state_of(done), ExportPiece.objects.count()) == ("queued", 0)
    make(NOW + LATER)
    assert state_of(done) == "done"
    assert b"ada@example.org" not in file_of(done)
    assert ExportJob.objects.get().rows == 1


def test_a_file_in_the_making_is_left_by_its_worker_when_somebody_is_erased(asked):
    asked()
    job = claim(at=NOW)
    keep(job=job, position=0, data=b"ada@example.org")

    privacy.erase(registration=Registration.objects.get(), at=NOW)

    for late in (lambda: keep(job=job, position=1, data=b"x"), lambda: finish(job=job, at=NOW)):
        with pytest.raises(Superseded):
            late()
    assert not ExportPiece.objects.exists()


def test_erasing_in_one_edition_leaves_the_files_of_another(asked, exporter):
    done = asked()
    make()
    other = EditionFactory()
    SeatPoolFactory(edition=other, mode="onsite")

    privacy.erase(registration=registered(other), at=NOW)

    assert state_of(done) == "done"


def test_what_a_dead_worker_left_is_taken_over_after_a_while_and_begun_anew(asked):
    job = asked()
    dead = claim(at=NOW)
    keep(job=dead, position=0, data=b"half")

    make(NOW + LATER - timedelta(seconds=1))
    assert state_of(job) == "running"
    make(NOW + LATER)

    assert state_of(job) == "done"
    assert b"half" not in file_of(job)
    with pytest.raises(Superseded):
        finish(job=dead, at=NOW + LATER)


def test_an_export_of_which_workers_die_is_given_up(asked):
    job = asked()
    for attempt in range(3):
        claim(at=NOW + attempt * LATER)

    make(NOW + 3 * LATER)

    assert state_of(job) == "failed"


@pytest.mark.parametrize("end", ["expired", "without columns", "without the right"])
def test_who_was_ticked_is_forgotten_with_the_file(exporter, edition, end):
    registered(edition)
    job = ExportJob(edition=edition, asked_by=exporter, profile="machine", reason="Badges")
    job.columns = ["q_1"] if end == "without columns" else []
    ask(job=job, at=NOW, ticked=Registration.objects.all())
    if end == "without the right":
        StaffRole.objects.all().delete()

    make()
    export_jobs.forget_outlived(at=NOW + DAY)

    assert state_of(job) == ("expired" if end == "expired" else "failed")
    assert TickedRegistrations.objects.count() == 0


def test_an_export_of_columns_that_are_all_gone_is_given_up(asked):
    job = asked(columns=["q_1"])

    make()

    assert (state_of(job), ExportPiece.objects.count()) == ("failed", 0)


def test_a_worker_that_is_overtaken_stops(asked, caplog):
    asked()
    job = claim(at=NOW)
    export_jobs.write_anew(editions=[job.edition_id])

    with caplog.at_level("INFO"):
        jobs._make(job, lambda: NOW)

    assert (state_of(job), "was taken over" in caplog.text) == ("queued", True)


def test_progress_is_told_while_rows_are_read(asked, monkeypatch):
    job = asked()
    monkeypatch.setattr(jobs, "CHUNK_ROWS", 1)
    rows = jobs._counted(claim(at=NOW), [("a",), ("b",)])

    next(rows), next(rows)

    assert ExportJob.objects.get(pk=job.pk).rows == 1


def test_the_task_writes_and_deletes_what_is_due(asked, time_machine):
    time_machine.move_to(NOW, tick=False)
    job = asked()

    tasks.make_exports()
    tasks.make_exports()
    assert state_of(job) == "done"
    time_machine.move_to(NOW + DAY, tick=False)
    tasks.make_exports()

    assert state_of(job) == "expired"


def test_names_in_logs_and_lists_tell_nobody(asked):
    job = asked()
    make()

    assert str(job) == f"export in the background {job.pk}"
    assert str(ExportPiece.objects.get()) == f"piece 0 of export {job.pk}"
    assert str(TickedRegistrations(job=job)) == f"ticked registrations of export {job.pk}"


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_export(asked):
    job = asked()

    taken = at_once(*[lambda: claim(at=NOW)] * 4)

    assert [one.pk for one in taken if one] == [job.pk]
    assert ExportJob.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_reader_sees_how_far_it_is_and_the_rows_of_one_moment(asked, monkeypatch):
    """Outside a transaction of the test, as in a worker."""
    job = asked()
    seen = []

    def keep_and_look(**piece):
        keep(**piece)
        seen.append((connection.in_atomic_block, ExportJob.objects.get(pk=job.pk).rows))

    monkeypatch.setattr(export_jobs, "keep", keep_and_look)
    make()

    assert seen == [(False, 1)]
    assert file_of(job).count(b"\r\n") == 2
