"""The page from which the attendance list of an edition leaves, and the choices of columns kept there."""

import pytest
from django.urls import reverse

from registrations.models import ColumnSet, Export, ExportJob, ExportSchedule
from symposium.trail.models import TrailEntry
from tests.factories import NOW, EditionFactory, registered
from tests.registrations.admin.conftest import logged_in, staff
from tests.registrations.admin.forms import fields_of, send, shown, told
from tests.registrations.attendance_lists import scan

CHOOSE = "/admin/registrations/registration/export/"
FORM = "export_form"


def page(edition):
    return reverse("admin:programme_edition_export", args=[edition.pk])


def rows(response):
    return b"".join(response).decode("utf-8-sig").splitlines()


def export(client, edition, **typed):
    return send(client, page(edition), FORM, **{"do": "export", "profile": "machine", "reason": "Badges", **typed})


@pytest.fixture(params=["organizer", "exporter"])
def member(edition, request):
    return staff(edition, request.param)


def test_the_usual_columns_are_ticked_at_first_and_the_whole_list_leaves(edition, member):
    registered(edition)

    header, row = rows(export(member, edition))

    assert header.split(",") == fields_of(member.get(page(edition)), FORM)["columns"]
    assert ",ada@example.org," in row
    left = Export.objects.get()
    assert (left.rows, left.reason, left.exported_by) == (1, "Badges", member.user)
    assert TrailEntry.objects.get(kind="exported").fields == []


def test_everything_leaves_with_what_is_not_ticked_at_first(edition, organizer):
    registered(edition)
    ticked = fields_of(organizer.get(page(edition)), FORM)["columns"]

    header, _row = rows(export(organizer, edition, columns=[*ticked, "still_coming"]))

    assert sorted(header.split(",")) == sorted([*ticked, "still_coming"])
    assert "still_coming" in TrailEntry.objects.get(kind="exported").fields


def test_chosen_columns_of_chosen_people_leave_and_are_named_in_the_trail(edition, organizer):
    for number, (mode, is_present) in enumerate((("onsite", True), ("onsite", False), ("online", True))):
        registration = registered(edition, f"p{number}@example.org", mode=mode)
        if is_present:
            scan(registration, NOW)
    waiting = registered(edition, "p3@example.org")
    type(waiting).objects.filter(pk=waiting.pk).update(status="waiting")

    def leaving(**chosen):
        header, *emails = rows(export(organizer, edition, columns=["email"], **chosen))
        return header, sorted(email[:2] for email in emails)

    assert leaving() == ("email", ["p0", "p1", "p2", "p3"])
    assert leaving(for_status="waiting") == ("email", ["p3"])
    assert leaving(for_mode="online") == ("email", ["p2"])
    assert leaving(for_presence="present", for_mode="onsite") == ("email", ["p0"])
    assert leaving(for_presence="absent", for_status="confirmed") == ("email", ["p1"])
    assert {tuple(entry.fields) for entry in TrailEntry.objects.filter(kind="exported")} == {("email",)}


def test_a_choice_is_kept_by_name_and_picked_again(edition, member):
    columns = ["email", "status"]

    response = send(member, page(edition), FORM, do="save", name="Badges", columns=columns)

    kept = ColumnSet.objects.get()
    assert (kept.edition, kept.name, kept.columns) == (edition, "Badges", columns)
    assert str(kept) == f"column set {kept.pk} of {edition.pk}"
    assert response.url == f"{page(edition)}?column_set={kept.pk}"
    assert told(response) == ["The choice of columns is kept."]
    assert fields_of(member.get(response.url), FORM)["columns"] == columns
    entry = TrailEntry.objects.get(record_type="registrations.columnset")
    assert (entry.kind, entry.fields, entry.edition_id) == ("added", columns, edition.pk)


def test_a_choice_of_the_same_name_is_replaced(edition, organizer):
    for columns in (["email"], ["status"]):
        send(organizer, page(edition), FORM, do="save", name="Badges", columns=columns)

    assert [kept.columns for kept in ColumnSet.objects.all()] == [["status"]]
    assert TrailEntry.objects.latest("pk").kind == "changed"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (["email", "q_1"], "A column of this choice does not exist any more: q_1."),
        (["email", "q_1", "q_2"], "Columns of this choice do not exist any more: q_1, q_2."),
    ],
)
def test_columns_that_are_gone_are_named_and_the_others_ticked(edition, organizer, columns, words):
    kept = ColumnSet.objects.create(edition=edition, name="Old", columns=columns)

    response = organizer.get(f"{page(edition)}?column_set={kept.pk}")

    assert words in shown(response)
    assert fields_of(response, FORM)["columns"] == ["email"]


def test_a_choice_is_deleted(edition, organizer):
    kept = ColumnSet.objects.create(edition=edition, name="Old", columns=["email"])

    response = organizer.post(page(edition), {"do": "forget", "column_set": kept.pk})

    assert (response.url, told(response)) == (page(edition), ["The choice of columns is deleted."])
    assert not ColumnSet.objects.exists()
    assert TrailEntry.objects.latest("pk").kind == "deleted"


@pytest.mark.parametrize("value", ["theirs", "x", "9" * 30])
def test_a_choice_of_another_edition_is_neither_picked_nor_deleted(edition, organizer, value):
    theirs = ColumnSet.objects.create(edition=EditionFactory(), name="Theirs", columns=["email"])
    number = theirs.pk if value == "theirs" else value

    organizer.post(page(edition), {"do": "forget", "column_set": number})

    assert ColumnSet.objects.exists()
    assert len(fields_of(organizer.get(page(edition), {"column_set": number}), FORM)["columns"]) > 1


@pytest.mark.parametrize(
    "typed",
    [
        {"columns": None},
        {"columns": ["gone"]},
        {"reason": ""},
        {"profile": "pdf"},
        {"for_status": "x"},
        {"do": "save"},
        {"do": "save", "name": "x" * 61},
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_leaves(edition, organizer, typed):
    response = export(organizer, edition, **typed)

    assert response.status_code == 422
    assert "errorlist" in shown(response)
    assert not Export.objects.exists()
    assert not ColumnSet.objects.exists()


@pytest.mark.parametrize("role", ["reader", "door", "needs"])
def test_for_the_other_roles_there_is_no_such_page(edition, role):
    client = staff(edition, role)

    assert client.get(page(edition)).status_code == client.post(page(edition)).status_code == 404


def test_an_exporter_of_another_edition_finds_nothing(edition):
    assert staff(EditionFactory(), "exporter").get(page(edition)).status_code == 404


@pytest.mark.parametrize("kept", [1, 3])
def test_page_costs_the_same_however_much_is_kept(edition, organizer, kept, django_assert_num_queries):
    job = {"edition": edition, "asked_by": organizer.user, "asked_at": NOW, "profile": "machine", "reason": "Badges"}
    for number in range(kept):
        ColumnSet.objects.create(edition=edition, name=f"Set {number}", columns=["email"])
        ExportJob.objects.create(**job)
    organizer.get(page(edition))

    with django_assert_num_queries(10):
        said = shown(organizer.get(page(edition)))

    assert (said.count(">Set "), said.count("waiting for its turn")) == (kept, kept)


def test_who_only_exports_finds_the_page_from_the_list_of_registrations(edition):
    other, client = EditionFactory(), staff(edition, "exporter")

    assert f'href="{CHOOSE}?edition={edition.slug}"' in shown(
        client.get("/admin/registrations/registration/", {"edition": edition.slug})
    )
    assert client.get(CHOOSE, {"edition": edition.slug}).url == page(edition)
    asked = shown(client.get(CHOOSE, {"edition": other.slug}))
    assert f'<a href="?edition={edition.slug}">' in asked
    assert f'<a href="?edition={other.slug}">' not in asked
    assert client.post(CHOOSE).status_code == 405
    assert staff(edition, "reader").get(CHOOSE).status_code == 403


def test_page_is_in_french_for_who_reads_french(edition, organizer):
    asked = organizer.get(page(edition), headers={"accept-language": "fr"})

    assert "<h1>Exporter la liste de présence</h1>" in shown(asked)


def schedule(client, edition, **typed):
    chosen = {"do": "schedule", "reason": "Badges", "every": "0", "due_time": "08:30", "columns": ["email"]}
    return send(client, page(edition), FORM, **{**chosen, **typed})


def test_an_export_is_made_again_and_again_until_it_is_stopped(edition, member):
    begun = schedule(member, edition)

    running = ExportSchedule.objects.get()
    assert told(begun) == ["The export is made from its next moment on; each time a mail tells you."]
    assert (running.asked_by, running.every, str(running.due_time)) == (member.user, 0, "08:30:00")
    assert (running.columns, running.reason) == (["email"], "Badges")
    assert "Every Monday, 8:30\u00a0am" in shown(member.get(page(edition)))

    stopped = member.post(page(edition), {"do": "stop", "schedule": running.pk})

    assert told(stopped) == ["The export is stopped."]
    assert not ExportSchedule.objects.running().exists()
    assert "Every Monday" not in shown(member.get(page(edition)))


def test_who_exports_stops_their_own_and_an_organizer_everybodys(edition, organizer):
    schedule(staff(edition, "exporter"), edition)
    running, other = ExportSchedule.objects.get(), staff(edition, "exporter")

    other.post(page(edition), {"do": "stop", "schedule": running.pk})
    assert ExportSchedule.objects.running().exists()
    assert "Every Monday" not in shown(other.get(page(edition)))
    organizer.post(page(edition), {"do": "stop", "schedule": running.pk})

    assert not ExportSchedule.objects.running().exists()


@pytest.mark.parametrize(
    "typed", [{"every": "8"}, {"every": ""}, {"due_time": "25:00"}, {"due_time": ""}, {"reason": ""}]
)
def test_a_moment_that_is_wrong_is_said_at_its_field(edition, organizer, typed):
    response = schedule(organizer, edition, **typed)

    assert (response.status_code, ExportSchedule.objects.exists()) == (422, False)


def test_nothing_more_comes_of_an_edition_that_is_over(edition, organizer, time_machine):
    time_machine.move_to(edition.ends_at, tick=False)
    organizer = logged_in(organizer.user)

    assert told(schedule(organizer, edition)) == ["The edition is over: nothing more will come."]
    assert not ExportSchedule.objects.exists()
