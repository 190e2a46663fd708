"""Exports that come again and again: each once a date, until the edition is over or the right is gone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from programme.models import StaffRole
from registrations import tasks
from registrations.mails.exports import render
from registrations.models import Export, ExportJob, ExportSchedule, Registration
from registrations.services import export_jobs, privacy
from registrations.services.export_rows import ExportNotAllowed
from registrations.services.export_schedules import EditionOver, ask_due, begin, stop
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import NOW, UserFactory, registered
from tests.races import at_once
from tests.registrations.test_export_jobs import make, state_of

pytestmark = pytest.mark.django_db
# NOW is a Monday, 13:00 in Paris.
DAY = timedelta(days=1)
Every = ExportSchedule.Every


@pytest.fixture
def exporter(edition):
    user = UserFactory(language="en")
    StaffRole.objects.create(user=user, edition=edition, role="exporter")
    return user


def schedule_of(edition, user, **fields):
    chosen = {"profile": "machine", "reason": "Badges", "every": Every.DAY, "due_time": time(8), "columns": ["email"]}
    return ExportSchedule(edition=edition, asked_by=user, **{**chosen, **fields})


@pytest.fixture
def begun(edition, exporter):
    def new(**fields):
        schedule = schedule_of(edition, exporter, **fields)
        begin(schedule=schedule, at=NOW)
        return schedule

    return new


def dates():
    return list(ExportJob.objects.order_by("due_date").values_list("due_date", flat=True))


def test_an_export_is_made_each_day_from_its_next_moment_on(begun):
    schedule = begun()

    for hours in range(48):
        ask_due(at=NOW + timedelta(hours=hours))

    assert dates() == [date(2027, 3, 2), date(2027, 3, 3)]
    job = ExportJob.objects.first()
    assert (job.schedule, job.reason, job.columns, job.state) == (schedule, "Badges", ["email"], "queued")
    told = TrailEntry.objects.order_by("pk").values_list("kind", "source", "record_type")
    assert list(told) == [
        ("added", "staff", "registrations.exportschedule"),
        *[("added", "schedule", "registrations.exportjob")] * 2,
    ]


def test_a_moment_later_on_the_same_day_is_the_first(begun):
    begun(due_time=time(14))

    ask_due(at=NOW + timedelta(minutes=59))
    assert dates() == []
    ask_due(at=NOW + timedelta(minutes=60))

    assert dates() == [date(2027, 3, 1)]


@pytest.mark.parametrize(
    ("every", "due"),
    [(Every.MONDAY, [date(2027, 3, 8), date(2027, 3, 15)]), (Every.SUNDAY, [date(2027, 3, 7), date(2027, 3, 14)])],
)
def test_an_export_is_made_on_its_day_of_the_week(begun, every, due):
    begun(every=every)

    for days in range(15):
        ask_due(at=NOW + days * DAY)

    assert dates() == due


def test_after_an_outage_the_last_is_made_alone(begun):
    begun()

    ask_due(at=NOW + 10 * DAY)

    assert dates() == [date(2027, 3, 11)]


def test_the_clock_is_that_of_the_edition(edition, begun):
    begun()
    edition.time_zone = "America/New_York"
    edition.save()

    ask_due(at=datetime(2027, 3, 1, 12, 59, tzinfo=UTC))
    assert dates() == []
    ask_due(at=datetime(2027, 3, 1, 13, 0, tzinfo=UTC))

    assert dates() == [date(2027, 3, 1)]


@pytest.mark.parametrize("loses", ["role", "place among the staff", "account"])
def test_a_schedule_ends_with_the_right_of_its_owner(begun, exporter, loses):
    schedule = begun()
    if loses == "role":
        exporter.staff_roles.all().delete()
    exporter.is_staff, exporter.is_active = loses != "place among the staff", loses != "account"
    exporter.save()

    for _time in range(2):
        ask_due(at=NOW + DAY)

    schedule.refresh_from_db()
    assert (schedule.stopped_at, dates()) == (NOW + DAY, [])
    ended = TrailEntry.objects.get(kind="changed")
    assert (ended.source, ended.fields, ended.record_id) == ("schedule", ["stopped_at"], str(schedule.pk))


def test_a_schedule_ends_with_its_edition(begun, edition):
    schedule = begun()

    ask_due(at=edition.ends_at)

    schedule.refresh_from_db()
    assert (schedule.stopped_at, dates()) == (edition.ends_at, [])


def test_a_schedule_is_stopped_once(begun, exporter):
    schedule = begun()

    for _time in range(2):
        stop(schedule=schedule, by=exporter, at=NOW)
    ask_due(at=NOW + DAY)

    assert (dates(), TrailEntry.objects.filter(kind="changed").count()) == ([], 1)
    assert str(schedule) == f"scheduled export {schedule.pk}"


def test_nobody_begins_what_may_not_leave_or_will_not_come(edition, exporter):
    with pytest.raises(ExportNotAllowed):
        begin(schedule=schedule_of(edition, UserFactory()), at=NOW)
    with pytest.raises(EditionOver):
        begin(schedule=schedule_of(edition, exporter), at=edition.ends_at)

    assert not ExportSchedule.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_ask_once(begun):
    begun()

    assert at_once(*[lambda: ask_due(at=NOW + DAY)] * 4) == [None] * 4

    assert dates() == [date(2027, 3, 2)]


def made(time_machine, at=NOW + DAY):
    time_machine.move_to(at, tick=False)
    tasks.make_exports()
    return OutgoingMail.objects.get(kind="export.ready")


def test_the_mail_leads_to_the_page_and_holds_no_file(begun, edition, exporter, time_machine):
    begun()
    registered(edition)

    mail = made(time_machine)

    (message,) = render([mail]).values()
    job = ExportJob.objects.get()
    assert (message.to, message.subject) == ([exporter.email], f"Edition {edition.slug}: your export is ready")
    assert f"/admin/registrations/export/jobs/{job.pk}/" in message.body
    assert "Wednesday 3 March 2027" in message.body
    assert (message.attachments, "ada@example.org" in message.message().as_string()) == ([], False)
    assert not Export.objects.exists()


def test_the_mail_is_in_the_language_of_who_reads_it(begun, exporter, time_machine):
    begun()
    exporter.language = "fr"
    exporter.save()

    (message,) = render([made(time_machine)]).values()

    assert "votre export est prêt" in message.subject


@pytest.mark.parametrize("gone", ["file", "role", "export"])
def test_a_mail_that_leads_nowhere_is_dropped(begun, exporter, time_machine, gone):
    begun()
    mail = made(time_machine)
    if gone == "file":
        time_machine.move_to(NOW + 2 * DAY, tick=False)
    elif gone == "role":
        exporter.staff_roles.all().delete()
    else:
        ExportJob.objects.all().delete()

    assert render([mail]) == {}


def test_a_file_written_anew_after_an_erasure_is_not_announced_again(begun, edition, time_machine):
    begun()
    registered(edition)
    made(time_machine)

    privacy.erase(registration=Registration.objects.get(), at=NOW + DAY)
    make(NOW + DAY)

    assert state_of(ExportJob.objects.get()) == "done"
    assert OutgoingMail.objects.filter(kind=export_jobs.READY).count() == 1
