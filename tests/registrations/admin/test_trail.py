"""« The trail » in the administration: one list, narrowed, searched, taken along, and closed to those it does not concern."""

import csv
import io

import pytest
from django.contrib import admin
from django.urls import reverse

from programme.models import Edition
from registrations.admin.trail import field_words
from registrations.services import staff as decisions
from symposium.accounts.models import User
from symposium.trail.models import TrailEntry
from symposium.trail.writing import Kind, Source, entry, write
from tests.factories import NOW, EditionFactory, SeatPoolFactory, UserFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import shown

LIST = "/admin/trail/trailentry/"


@pytest.fixture
def decided(edition):
    """A cancellation by Olga in this edition, a role given by the administrator elsewhere, and a purge."""
    other = EditionFactory(slug="elsewhere")
    olga, ada = UserFactory(name="Olga"), UserFactory(name="Ada", is_superuser=True)
    registration = registered(edition)
    decisions.cancel(registration=registration, by=olga, at=NOW, reason="Asked by telephone", notify=False)
    write(
        entry(kind=Kind.ADDED, by=ada, at=NOW, record=other, edition_id=other.pk),
        entry(kind=Kind.GIVEN, by=ada, at=NOW, record=olga, fields=["is_staff"]),
        entry(kind=Kind.PURGED, by=Source.SCHEDULE, at=NOW, counts={"waiting": 3, "new_sort": 1}),
    )
    registration.olga, registration.other = olga, other
    return registration


def rows(client, query=""):
    """The entries that the list shows, by what they tell."""
    changes = client.get(f"{LIST}{query}").context["cl"].result_list
    page = _admin()
    return [(page.who(one), page.deed(one), page.record(one), page.edition(one)) for one in changes]


def _admin():
    return admin.site._registry[TrailEntry]


def test_a_superuser_reads_everything_in_words(superuser, decided):
    edition = decided.edition

    assert rows(superuser) == [
        ("the scheduler", "purge", "—", "—"),
        ("Ada", "right given", "User Olga", "—"),
        ("Ada", "added", "Edition elsewhere", "elsewhere"),
        ("Olga", "decision of staff: cancelled by staff", f"Registration {decided.reference}", edition.slug),
    ]
    page = shown(superuser.get(LIST))
    assert "Asked by telephone" in page
    assert "not admitted: 3, new_sort: 1" in page


def test_an_organizer_reads_their_edition_and_no_other(organizer, decided):
    assert [row[3] for row in rows(organizer)] == [organizer.user.staff_roles.get().edition.slug]
    page = shown(organizer.get(LIST))
    assert "elsewhere" not in page
    assert "Ada" not in page
    theirs, *others = TrailEntry.objects.order_by("id")
    assert organizer.get(f"{LIST}{theirs.pk}/change/").status_code == 200
    assert {organizer.get(f"{LIST}{one.pk}/change/").status_code for one in others} == {302}


def test_what_belongs_to_no_edition_is_not_for_an_organizer(organizer, decided, rf):
    request = rf.get(LIST)
    request.user = organizer.user
    theirs, elsewhere, nowhere, _purge = TrailEntry.objects.order_by("id")

    assert [_admin().has_view_permission(request, one) for one in (theirs, elsewhere, nowhere)] == [True, False, False]


@pytest.mark.parametrize("role", ["exporter", "door", "reader", "needs"])
def test_no_other_role_reads_the_trail(edition, decided, role):
    assert staff(edition, role).get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?kind__exact=decided", 1),
        ("?by={olga}", 1),
        ("?by=schedule", 1),
        ("?by=99999999999999999999999", 0),
        ("?edition=elsewhere", 1),
        ("?record=registrations.registration", 1),
        ("?q={reference}", 1),
        ("?q={pk}", 1),
        ("?q=ABCD-2345", 0),
        ("?q=+", 4),
        ("?at__gte=2027-03-01+00:00:00%2B01:00", 4),
        ("?at__gte=2027-03-02+00:00:00%2B01:00", 0),
    ],
)
def test_the_list_is_narrowed_and_searched(superuser, decided, query, count):
    values = {"olga": decided.olga.pk, "reference": decided.reference.lower(), "pk": decided.pk}

    assert len(rows(superuser, query.format(**values))) == count


def test_one_entry_is_read_and_nothing_is_changed(superuser, decided):
    first = TrailEntry.objects.earliest("id")
    page = f"{LIST}{first.pk}/change/"

    assert "Asked by telephone" in shown(superuser.get(page))
    assert superuser.post(page, {"kind": "purged"}).status_code == 403
    assert superuser.post(f"{LIST}{first.pk}/delete/", {"post": "yes"}).status_code == 403
    assert superuser.get(f"{LIST}add/").status_code == 403
    assert superuser.get(f"{LIST}999999/change/").status_code == 302


def test_what_is_gone_keeps_its_number(superuser, db):
    write(
        entry(kind=Kind.DELETED, by=UserFactory(pk=4711), at=NOW, record=EditionFactory(pk=815), edition_id=815),
        entry(kind=Kind.EXPORTED, by=Source.COMMAND, at=NOW, detail="excel-fr", counts={"rows": 2}),
    )
    TrailEntry.objects.bulk_create(
        [TrailEntry(at=NOW, kind="added", source="command", record_type="old.thing", record_id="3")]
    )
    Edition.objects.all().delete()
    User.objects.filter(pk=4711).delete()

    assert rows(superuser) == [
        ("the command line", "added", "old.thing 3", "—"),
        ("the command line", "export: for Excel in French", "—", "—"),
        ("account 4711", "deleted", "Edition 815", "815"),
    ]


def test_the_trail_is_taken_along_as_it_is_kept_and_that_leaves_a_trace(superuser, decided):
    keys = list(TrailEntry.objects.values_list("pk", flat=True))

    response = superuser.post(LIST, {"action": "export_trail", "_selected_action": keys})
    lines = list(csv.DictReader(io.StringIO(b"".join(response).decode())))

    assert [line["kind"] for line in lines] == ["decided", "added", "given", "purged"]
    assert lines[0]["record_id"] == str(decided.pk)
    assert lines[2]["fields"] == "is_staff"
    assert lines[3]["counts"] == '{"new_sort": 1, "waiting": 3}'
    assert "attachment" in response["Content-Disposition"]
    last = TrailEntry.objects.latest("id")
    assert (last.kind, last.detail, last.counts) == ("exported", "trail", {"rows": 4})


def test_an_organizer_takes_nothing_along(organizer, decided):
    before = TrailEntry.objects.count()
    key = TrailEntry.objects.earliest("id").pk

    response = organizer.post(LIST, {"action": "export_trail", "_selected_action": key})

    assert "attachment" not in response.headers.get("Content-Disposition", "")
    assert TrailEntry.objects.count() == before


@pytest.mark.parametrize("more", [1, 5])
def test_the_list_costs_the_same_however_long_it_is(superuser, edition, django_assert_num_queries, more):
    SeatPoolFactory(edition=EditionFactory(), mode="onsite")
    for number in range(more):
        registration = registered(edition, f"p{number}@example.org")
        decisions.cancel(registration=registration, by=UserFactory(), at=NOW, reason="x", notify=False)

    with django_assert_num_queries(14):  # one asks for the contents whether the legal notice is written
        superuser.get(LIST)


def test_the_contents_lead_to_it(organizer, edition):
    assert reverse("admin:trail_trailentry_changelist") in shown(organizer.get("/admin/"))


def test_fields_are_called_as_on_their_forms_and_others_by_their_own_name(edition):
    written = entry(kind=Kind.CHANGED, by=Source.COMMAND, at=NOW, record=edition, fields=["status", "secret_issue"])
    exported = entry(kind=Kind.EXPORTED, by=Source.COMMAND, at=NOW, fields=["email"])

    assert _admin().details(written) == "secret_issue, status"
    assert field_words("programme.edition", "ends_at") == "ends"
    assert _admin().details(exported) == "email"
