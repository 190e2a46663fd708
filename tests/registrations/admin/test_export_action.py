"""The registrations that staff ticked, as a file: what for, for whom, and what is noted of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import StaffRole
from registrations.exports.jobs import job_response, make_due
from registrations.models import Export, ExportJob, TickedRegistrations
from registrations.services import export_jobs
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.desk import LIST
from tests.registrations.admin.forms import shown


def export(client, *registrations, **typed):
    data = {"action": "export_attendance", "_selected_action": [str(one.pk) for one in registrations]}
    return client.post(LIST, {**data, **typed})


def test_export_asks_what_for(organizer, edition):
    registration = registered(edition)

    asked = export(organizer, registration)
    unsaid = export(organizer, registration, apply="1", profile="machine", reason="")

    assert "The file holds personal data." in shown(asked)
    assert "This field is required." in shown(unsaid)
    assert Export.objects.count() == 0


@pytest.mark.parametrize("role", ["organizer", "exporter"])
def test_export_streams_the_chosen_rows_and_is_recorded(edition, role):
    client = staff(edition, role)
    chosen = registered(edition, "chosen@example.org")
    registered(edition, "other@example.org")

    response = export(client, chosen, apply="1", profile="machine", reason="badges")

    text = b"".join(response.streaming_content).decode()
    assert response["Content-Type"].startswith("text/csv")
    assert ("chosen@example.org" in text, "other@example.org" in text) == (True, False)
    assert Export.objects.values_list("rows", "reason", "exported_by").get() == (1, "badges", client.user.pk)


def test_export_takes_everything_that_the_filters_show(organizer, edition):
    people = [registered(edition, f"{name}@example.org") for name in "abc"]
    registered(edition, "online@example.org", mode="online")
    data = {"action": "export_attendance", "_selected_action": people[0].pk, "select_across": "1"}

    asked = organizer.post(f"{LIST}?mode__exact=onsite", data)
    response = organizer.post(
        f"{LIST}?mode__exact=onsite&present=no", {**data, "apply": "1", "profile": "excel-fr", "reason": "badges"}
    )

    assert 'name="select_across" value="1"' in shown(asked)
    assert len(b"".join(response.streaming_content).decode().splitlines()) == 4


def test_large_export_of_what_is_ticked_is_written_in_the_background(organizer, edition, monkeypatch):
    monkeypatch.setattr(export_jobs, "LARGE_ROWS", 1)
    people = [registered(edition, f"{name}@example.org") for name in "abc"]

    response = export(organizer, *people[:2], apply="1", profile="machine", reason="badges")
    make_due(clock=lambda: NOW)

    job = ExportJob.objects.get()
    assert response.url == f"/admin/registrations/export/jobs/{job.pk}/"
    assert (job.state, job.rows, job.reason) == ("done", 2, "badges")
    file = b"".join(job_response(job)).decode()
    assert [one.attendee.email in file for one in people] == [True, True, False]
    assert "those ticked in the list" in shown(organizer.get(response.url))


def test_everything_across_pages_is_kept_without_a_key_leaving_the_database(organizer, edition, monkeypatch):
    monkeypatch.setattr(export_jobs, "LARGE_ROWS", 1)
    people = [registered(edition, f"{name}@example.org") for name in "abc"]
    registered(edition, "online@example.org", mode="online")
    data = {"action": "export_attendance", "_selected_action": people[0].pk, "select_across": "1"}

    with CaptureQueriesContext(connection) as captured:
        organizer.post(f"{LIST}?mode__exact=onsite", {**data, "apply": "1", "profile": "machine", "reason": "badges"})

    assert set(TickedRegistrations.objects.get().registrations) == {one.pk for one in people}
    written = [query["sql"].replace("-", "") for query in captured if not query["sql"].startswith("SELECT")]
    assert not [statement for statement in written if people[1].pk.hex in statement]


def test_large_export_of_two_editions_is_a_file_for_each(superuser, edition, monkeypatch):
    monkeypatch.setattr(export_jobs, "LARGE_ROWS", 1)
    other = EditionFactory()
    SeatPoolFactory(edition=other, mode="onsite")
    mine, theirs = registered(edition, "mine@example.org"), registered(other, "theirs@example.org")

    response = export(superuser, mine, theirs, apply="1", profile="machine", reason="badges")
    make_due(clock=lambda: NOW)

    assert response.url == "/admin/registrations/registration/export/"
    files = {job.edition_id: b"".join(job_response(job)).decode() for job in ExportJob.objects.all()}
    assert [("mine" in file, "theirs" in file) for file in (files[edition.pk], files[other.pk])] == [
        (True, False),
        (False, True),
    ]


def test_export_leaves_out_what_one_may_not_export(edition):
    """Somebody who organizes one edition has no other in their list, even by a hand-made form."""
    client = staff(edition, "organizer")
    other = EditionFactory()
    SeatPoolFactory(edition=other, mode="onsite")
    mine, theirs = registered(edition, "mine@example.org"), registered(other, "theirs@example.org")

    response = export(client, mine, theirs, apply="1", profile="machine", reason="badges")

    assert "theirs" not in b"".join(response.streaming_content).decode()


@pytest.mark.parametrize("role", ["door", "reader", "needs"])
def test_other_roles_export_nothing(edition, role):
    assert (
        export(staff(edition, role), registered(edition), apply="1", profile="machine", reason="x").status_code == 403
    )
    assert Export.objects.count() == 0


def test_exports_are_listed_for_organizers(organizer, edition):
    Export.objects.create(edition=edition, profile="machine", rows=42, exported_at=NOW, reason="badges")
    Export.objects.create(edition=edition, profile="excel-fr", rows=7, exported_at=NOW, exported_by=organizer.user)

    page = shown(organizer.get("/admin/registrations/export/"))

    expected = ["42", "badges", "the command line", organizer.user.email]
    assert [words for words in expected if words not in page] == []


def test_list_of_exports_and_scans_can_be_narrowed(organizer, edition):
    Export.objects.create(edition=edition, profile="machine", rows=42, exported_at=NOW)

    assert shown(organizer.get(f"/admin/registrations/export/?edition={edition.slug}")).count("the command line") == 1
    assert "the command line" not in shown(organizer.get("/admin/registrations/export/?edition=other"))
    assert StaffRole.objects.count() == 1
