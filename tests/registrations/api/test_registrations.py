"""What a program reads of registrations."""

from datetime import timedelta

import pytest

from registrations.models import Attendee, Export, Registration
from symposium.trail.models import TrailEntry
from tests.factories import NOW, registered
from tests.registrations.api.conftest import code_of

SCOPE, PEOPLE = "registrations:read", "people:read"


@pytest.fixture
def path(edition):
    return f"editions/{edition.slug}/registrations"


def test_registration_is_told_without_the_person(program, edition, path):
    registration = registered(edition)

    told = program(SCOPE).get(path).json()

    assert told == {
        "items": [
            {
                "id": str(registration.pk),
                "reference": registration.reference,
                "status": "confirmed",
                "mode": "onsite",
                "profile": "researcher",
                "country": "FR",
                "language": "en",
                "is_walk_in": False,
                "created_at": "2027-03-01T12:00:00Z",
                "confirmed_at": "2027-03-01T12:00:00Z",
                "cancelled_at": None,
                "person": None,
            }
        ],
        "next": None,
    }
    assert not Export.objects.exists()


def test_people_come_along_with_their_scope_and_the_page_is_recorded_as_an_export(program, edition, path):
    registered(edition)
    ours = program(SCOPE, PEOPLE)

    person = ours.get(path).json()["items"][0]["person"]

    assert person == {
        "email": "ada@example.org",
        "given_name": "Ada",
        "family_name": "Example",
        "affiliation": "University of Somewhere",
    }
    export = Export.objects.get()
    assert (export.profile, export.rows, export.exported_by) == ("api", 1, ours.token.created_by)
    assert (export.reason, export.exported_at) == ("Statistics", NOW)
    entry = TrailEntry.objects.get(kind="exported")
    assert (entry.detail, entry.counts, entry.edition_id) == ("api", {"rows": 1}, edition.pk)


def test_somebody_who_was_erased_is_nobody(program, edition, path):
    registered(edition)
    Attendee.objects.all().delete()

    assert program(SCOPE, PEOPLE).get(path).json()["items"][0]["person"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [("status=confirmed", 2), ("status=cancelled", 0), ("mode=online", 1), ("lang=en&mode=onsite", 1)],
)
def test_list_is_narrowed(program, edition, path, query, found):
    registered(edition)
    registered(edition, "b@example.org", mode="online")

    assert len(program(SCOPE).get(f"{path}?{query}").json()["items"]) == found


@pytest.mark.parametrize("query", ["status=odd", "mode=odd", "limit=0", "limit=201", "limit=x", "lang=de", "cursor=x"])
def test_odd_query_is_refused(program, path, query):
    status, _code = code_of(program(SCOPE).get(f"{path}?{query}"))

    assert status == 422


def test_pages_follow_each_other_whatever_is_added_between(program, edition, path):
    for name in "abc":
        registered(edition, f"{name}@example.org")
    ids = [str(key) for key in Registration.objects.order_by("created_at", "pk").values_list("pk", flat=True)]
    ours = program(SCOPE)

    first = ours.get(f"{path}?limit=2").json()
    later = registered(edition, "d@example.org", at=NOW + timedelta(minutes=1))
    second = ours.get(f"{path}?limit=2&cursor={first['next']}").json()

    told = [line["id"] for line in first["items"] + second["items"]]
    assert told == [*ids, str(later.pk)]
    assert second["next"] is None


def test_pages_follow_the_moment_before_the_id(program, edition, path):
    for name in "abc":
        registered(edition, f"{name}@example.org")
    by_id = list(Registration.objects.order_by("-pk"))
    for minutes, registration in enumerate(by_id):
        Registration.objects.filter(pk=registration.pk).update(created_at=NOW + timedelta(minutes=minutes))
    ours, told, cursor = program(SCOPE), [], ""

    while cursor is not None and len(told) <= len(by_id):
        page = ours.get(f"{path}?limit=1&cursor={cursor}").json()
        told, cursor = [*told, page["items"][0]["id"]], page["next"]

    assert told == [str(registration.pk) for registration in by_id]


def test_cursor_leads_on_only_where_it_came_from(program, edition, path):
    registered(edition, "a@example.org")
    registered(edition, "b@example.org")
    ours = program(SCOPE, "checkins:read")
    cursor = ours.get(f"{path}?limit=1").json()["next"]

    response = ours.get(f"editions/{edition.slug}/check-ins?cursor={cursor}")

    assert code_of(response) == (422, "cursor_unknown")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("scopes", "queries"), [([SCOPE], 4), ([SCOPE, PEOPLE], 10)])
def test_list_costs_the_same_for_one_row_and_for_three(
    program, edition, path, django_assert_num_queries, scopes, queries, rows
):
    for number in range(rows):
        registered(edition, f"{number}@example.org")
    ours = program(*scopes)

    with django_assert_num_queries(queries):
        response = ours.get(path)

    assert len(response.json()["items"]) == rows
