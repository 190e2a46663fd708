"""What leaves a trace, told by ids and names of fields and never by what they hold."""

import io
from dataclasses import fields
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import StaffRole
from registrations.services import privacy
from registrations.tasks import purge as purge_task
from symposium.accounts.models import User
from symposium.trail.models import TrailEntry
from tests.factories import NOW, FigureFactory, SessionFactory, UserFactory, registered, with_seats
from tests.registrations.admin.conftest import logged_in, staff
from tests.registrations.admin.forms import send

LIST = "admin:registrations_registration_changelist"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def organizer(edition):
    return staff(edition, "organizer")


@pytest.fixture
def superuser(db):
    return logged_in(UserFactory(is_superuser=True))


def told(*names):
    """Each entry, by the columns named."""
    return list(TrailEntry.objects.order_by("id").values_list(*names))


def everything():
    return DjangoJSONEncoder().encode(list(TrailEntry.objects.order_by("id").values()))


def change(thing):
    meta = thing._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])


def test_registering_costs_the_trail_no_statement(edition):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        registered(edition)

    assert [query["sql"] for query in queries if "trail_" in query["sql"]] == []
    assert not TrailEntry.objects.exists()


def test_a_form_of_the_administration_leaves_names_of_fields(organizer, edition, django_capture_on_commit_callbacks):
    kept, gone = SessionFactory(edition=edition, position=1), SessionFactory(edition=edition, position=2)
    typed = {
        "title_en": "Marker of a title",
        "sessions-0-room_fr": "Marker of a room",
        "sessions-1-DELETE": "on",
        "sessions-TOTAL_FORMS": "3",
        "sessions-2-title_fr": "Marker of a session",
        "sessions-2-slug": "third",
        "sessions-2-position": "3",
        "sessions-2-kind": "session",
    }

    with django_capture_on_commit_callbacks(execute=True):
        response = send(organizer, change(edition), "edition_form", **typed)

    assert response.status_code == 302
    new = edition.sessions.get(slug="third")
    assert {(*row[:3], *row[3]) for row in told("kind", "record_type", "record_id", "fields")} == {
        ("changed", "programme.edition", str(edition.pk), "title_en"),
        ("changed", "programme.session", str(kept.pk), "room_fr"),
        ("added", "programme.session", str(new.pk)),
        ("deleted", "programme.session", str(gone.pk)),
    }
    assert set(told("source", "actor_id", "edition_id")) == {("staff", organizer.user.pk, edition.pk)}
    assert "Marker" not in everything()


def test_a_form_saved_unchanged_leaves_no_trace(superuser):
    user = UserFactory()

    superuser.post(
        change(user), {"email": user.email, "name": "", "language": "fr", "is_staff": "on", "is_active": "on"}
    )

    assert told("kind") == []


def test_a_changed_registration_leaves_no_name(organizer, edition):
    registration = registered(edition)

    send(organizer, change(registration), "registration_form", family_name="Marker")

    assert told("kind", "record_id", "fields", "edition_id") == [
        ("changed", str(registration.pk), ["family_name"], edition.pk)
    ]
    assert "Marker" not in everything()


@pytest.mark.parametrize(
    ("action", "kind", "detail"),
    [
        ("cancel_registrations", "decided", "cancel"),
        ("send_link_again", None, None),
    ],
)
def test_a_decision_leaves_one_trace_without_its_reason(organizer, edition, action, kind, detail):
    registration = registered(edition)
    data = {"action": action, "_selected_action": registration.pk, "apply": "1", "reason": "Marker"}

    organizer.post(reverse(LIST), data)

    expected = [(kind, detail, str(registration.pk), organizer.user.pk, edition.pk)] if kind else []
    assert told("kind", "detail", "record_id", "actor_id", "edition_id") == expected
    assert "Marker" not in everything()


def test_an_export_leaves_its_rows_and_its_form(organizer, edition):
    registrations = [registered(edition), registered(edition, "grace@example.org")]
    data = {"action": "export_attendance", "_selected_action": [one.pk for one in registrations], "apply": "1"}

    b"".join(organizer.post(reverse(LIST), data | {"profile": "excel-fr", "reason": "Marker"}))

    assert told("kind", "detail", "counts", "actor_id", "edition_id") == [
        ("exported", "excel-fr", {"rows": 2}, organizer.user.pk, edition.pk)
    ]
    assert "Marker" not in everything()


def test_an_export_on_the_command_line_leaves_a_trace(edition, tmp_path):
    registered(edition)

    call_command("export_attendance", edition.slug, output=str(tmp_path / "list.csv"), stdout=io.StringIO())

    assert told("kind", "source", "counts") == [("exported", "command", {"rows": 1})]


def test_roles_are_given_and_taken_by_account_and_edition(superuser, edition):
    member = UserFactory(email="olga@example.org")
    page = "/admin/programme/staffrole/"

    superuser.post(f"{page}add/", {"user": member.pk, "edition": edition.pk, "role": "door"})
    role = StaffRole.objects.get()
    changed = superuser.post(
        f"{page}{role.pk}/change/", {"user": member.pk, "edition": edition.pk, "role": "organizer"}
    )
    superuser.post(f"{page}{role.pk}/delete/", {"post": "yes"})

    assert changed.status_code == 403
    assert not StaffRole.objects.exists()
    assert told("kind", "detail", "record_type", "record_id", "edition_id") == [
        ("given", "door", "accounts.user", str(member.pk), edition.pk),
        ("taken", "door", "accounts.user", str(member.pk), edition.pk),
    ]


def test_roles_on_the_page_of_an_edition_leave_the_same_traces(superuser, edition, django_capture_on_commit_callbacks):
    member = UserFactory()
    StaffRole.objects.create(user=member, edition=edition, role="reader")
    typed = {
        "staff_roles-0-DELETE": "on",
        "staff_roles-TOTAL_FORMS": "2",
        "staff_roles-1-user": member.pk,
        "staff_roles-1-role": "exporter",
    }

    with django_capture_on_commit_callbacks(execute=True):
        response = send(superuser, change(edition), "edition_form", **typed)

    assert response.status_code == 302
    assert set(told("kind", "detail", "record_type", "record_id")) == {
        ("taken", "reader", "accounts.user", str(member.pk)),
        ("given", "exporter", "accounts.user", str(member.pk)),
    }


def test_whoever_creates_an_edition_is_seen_to_become_its_organizer(organizer, edition):
    typed = {"title_fr": "Nouvelle", "title_en": "New", "slug": "nouvelle", "ordinal": "9"}
    moments = {"starts_at_0": "2028-05-20", "starts_at_1": "09:00", "ends_at_0": "2028-05-20", "ends_at_1": "17:00"}

    response = send(organizer, "/admin/programme/edition/add/", "edition_form", **typed, **moments)

    assert response.status_code == 302
    assert ("given", "organizer", "accounts.user", str(organizer.user.pk)) in told(
        "kind", "detail", "record_type", "record_id"
    )


def test_rights_of_an_account_are_told_as_given_and_taken(superuser):
    new = {"email": "olga@example.org", "name": "Marker", "language": "fr", "is_staff": "on", "is_active": "on"}

    superuser.post("/admin/accounts/user/add/", new)
    user = User.objects.get(email="olga@example.org")
    superuser.post(change(user), {"email": user.email, "name": "Marker", "language": "en", "is_superuser": "on"})

    assert set(map(str, told("kind", "fields"))) == {
        "('added', [])",
        "('given', ['is_staff'])",
        "('given', ['is_active'])",
        "('changed', ['is_active', 'is_staff', 'is_superuser', 'language'])",
        "('taken', ['is_staff'])",
        "('taken', ['is_active'])",
        "('given', ['is_superuser'])",
    }
    assert "Marker" not in everything()
    assert "olga" not in everything()


MARKER = "mxqzjv"


def test_erasing_leaves_the_trail_as_it_was_and_nothing_of_the_person_in_it(organizer, edition):
    registration = registered(edition, f"{MARKER}@example.org", given_name=MARKER)
    reference = registration.reference
    send(organizer, change(registration), "registration_form", family_name=MARKER, affiliation=MARKER)
    data = {"action": "cancel_registrations", "_selected_action": registration.pk, "apply": "1", "reason": MARKER}
    organizer.post(reverse(LIST), data)
    call_command("person_export", f"{MARKER}@example.org", stdout=io.StringIO())
    before = told(*(field.name for field in TrailEntry._meta.fields))

    call_command("person_erase", f"{MARKER}@example.org", stdout=io.StringIO())

    assert [row[4] for row in before] == ["changed", "decided", "disclosed"]
    assert told(*(field.name for field in TrailEntry._meta.fields))[:-1] == before
    assert told("kind", "source", "record_id")[-1] == ("erased", "command", str(registration.pk))
    assert MARKER not in everything()
    assert reference not in everything()


def test_a_person_who_erases_themselves_is_told_apart(client, edition):
    registration = registered(edition)

    client.post(f"/en/registrations/{registration.page_token}/erase/")

    assert told("kind", "source", "edition_id") == [("erased", "person", edition.pk)]


def test_each_purge_leaves_its_proof(edition):
    registered(edition)

    purge_task()
    planned = privacy.purge(at=edition.ends_at + timedelta(days=400), dry_run=True)
    call_command("purge", at=(edition.ends_at + timedelta(days=400)).isoformat(), stdout=io.StringIO())

    none = {field.name: 0 for field in fields(privacy.Purged)}
    assert told("kind", "source", "counts") == [
        ("purged", "schedule", none),
        ("purged", "command", none | {"identified": 1, "forms": 1}),
    ]
    assert planned == privacy.Purged(**none | {"identified": 1, "forms": 1})


def test_a_figure_that_is_signed_off_leaves_a_trace(organizer, edition):
    figure = FigureFactory(edition=edition)

    organizer.post("/admin/programme/figure/", {"action": "sign_off_figures", "_selected_action": figure.pk})

    assert told("kind", "record_type", "fields", "edition_id") == [
        ("changed", "programme.figure", ["signed_off_at"], edition.pk)
    ]


def test_seats_of_a_session_leave_the_names_of_the_limits(organizer, edition, django_capture_on_commit_callbacks):
    session = with_seats(edition, 5)

    with django_capture_on_commit_callbacks(execute=True):
        send(organizer, change(edition), "edition_form", **{"seat_pools-2-capacity": "7"})

    assert told("kind", "record_type", "record_id", "fields") == [
        ("changed", "programme.seatpool", str(session.seat_pool.pk), ["capacity"])
    ]
