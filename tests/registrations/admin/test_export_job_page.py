"""The page of an export in the background: how far it is, and its file, for whoever asked for it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from registrations.models import Export, ExportJob
from registrations.services import export_jobs
from tests.factories import NOW, UserFactory, registered
from tests.registrations.admin.conftest import logged_in, staff
from tests.registrations.admin.forms import send, shown, told
from tests.registrations.admin.test_export_page import FORM, rows
from tests.registrations.admin.test_export_page import page as page_of_edition
from tests.registrations.test_export_jobs import make


@pytest.fixture
def exporter(edition):
    registered(edition)
    return staff(edition, "exporter")


def new_job(edition, client, **chosen):
    return ExportJob.objects.create(
        edition=edition,
        asked_by=client.user,
        asked_at=NOW,
        profile="machine",
        reason="Badges",
        **chosen,
    )


def page(job):
    return reverse("admin:registrations_export_job", args=[job.pk])


def test_a_large_list_is_asked_for_and_its_page_leads_to_the_file(edition, exporter, monkeypatch):
    monkeypatch.setattr(export_jobs, "LARGE_ROWS", 0)
    choices = {"columns": ["email"], "for_status": "confirmed", "profile": "machine", "reason": "Badges"}
    assert "A file of more than 0 rows is written in the background" in shown(exporter.get(page_of_edition(edition)))

    asked = send(exporter, page_of_edition(edition), FORM, do="export", **choices)

    job = ExportJob.objects.get()
    assert asked.url == page(job)
    assert (job.asked_by, job.columns, job.for_status, job.reason) == (exporter.user, ["email"], "confirmed", "Badges")
    assert not Export.objects.exists()
    assert page(job) in shown(exporter.get(page_of_edition(edition)))
    make()
    assert "The file is deleted on Tuesday 2 March 2027" in shown(exporter.get(page(job)))
    assert rows(exporter.post(page(job))) == ["email", "ada@example.org"]
    assert Export.objects.get().reason == "Badges"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"state": "queued"}, "It is begun within a minute."),
        ({"state": "running", "claimed_at": NOW, "rows": 1000, "total": 20000}, "1,000 of 20,000 rows"),
        ({"state": "done", "finished_at": NOW, "rows": 3}, "3 rows. The file is deleted on"),
        ({"state": "done", "finished_at": NOW - timedelta(hours=24)}, "A file is kept for 24 hours."),
        ({"state": "expired"}, "A file is kept for 24 hours."),
        ({"state": "failed"}, "The file could not be written."),
    ],
)
def test_page_says_how_far_it_is(edition, exporter, state, words):
    said = shown(exporter.get(page(new_job(edition, exporter, **state))))

    assert words in said
    assert ("Look again" in said, "Download" in said) == (
        state["state"] in {"queued", "running"},
        state.get("finished_at") == NOW,
    )


def test_page_says_what_was_chosen_and_names_columns_that_are_gone(edition, exporter):
    chosen = {"for_status": "confirmed", "for_mode": "online", "for_presence": "absent"}
    narrow = shown(exporter.get(page(new_job(edition, exporter, columns=["email", "q_1"], **chosen))))
    wide = shown(exporter.get(page(new_job(edition, exporter))))
    gone = shown(exporter.get(page(new_job(edition, exporter, columns=["email", "q_1", "q_2"]))))

    assert "<dd>confirmed, online, not present</dd>" in narrow
    assert "<dd>E-mail</dd>" in narrow
    assert "A column of this choice does not exist any more: q_1." in narrow
    assert "Columns of this choice do not exist any more: q_1, q_2." in gone
    assert ("<dd>everybody</dd>" in wide, "<dd>all</dd>" in wide) == (True, True)


def test_a_file_that_is_not_there_is_said_and_not_recorded(edition, exporter):
    job = new_job(edition, exporter)

    response = exporter.post(page(job))

    assert (response.url, told(response)) == (page(job), ["There is no file at present."])
    assert not Export.objects.exists()


def test_link_is_useless_to_everybody_else(edition, exporter):
    job = new_job(edition, exporter)
    make()

    for client in (staff(edition, "organizer"), logged_in(UserFactory(is_superuser=True))):
        assert client.get(page(job)).status_code == client.post(page(job)).status_code == 404


def test_whoever_lost_the_role_is_refused(edition, exporter):
    job = new_job(edition, exporter)
    make()
    exporter.user.staff_roles.update(role="reader")

    assert exporter.get(page(job)).status_code == exporter.post(page(job)).status_code == 403
    assert not Export.objects.exists()
