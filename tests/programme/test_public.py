"""Public answers that are given again, and those that must not be."""

from datetime import timedelta

import pytest
import time_machine

from programme.models import Document, Edition, Person
from programme.services.freshness import public_version
from tests.factories import (
    NOW,
    AccessibilityAuditFactory,
    AccessibilityPlanFactory,
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    SeatPoolFactory,
    SessionFactory,
    UserFactory,
    send_form,
)

PATHS = [
    "/fr/",
    "/fr/{}/",
    "/fr/{}/programme/",
    "/fr/{}/programme/embed/",
    "/fr/accents.css",
    "/fr/sitemap/",
    "/sitemap.xml",
]


@pytest.mark.parametrize("path", PATHS)
def test_warm_page_asks_the_database_once(edition, client, django_assert_num_queries, path):
    first = client.get(path.format(edition.slug))

    with django_assert_num_queries(1):
        again = client.get(path.format(edition.slug))

    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers == first.headers


@pytest.mark.parametrize("path", PATHS)
def test_reader_who_has_the_page_is_told_so(edition, client, path):
    etag = client.get(path.format(edition.slug))["ETag"]

    response = client.get(path.format(edition.slug), headers={"if-none-match": etag})

    assert (response.status_code, response.content) == (304, b"")


def test_page_is_asked_for_each_time(edition, client):
    assert client.get(f"/fr/{edition.slug}/")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "factory",
    [
        AccessibilityAuditFactory, AccessibilityPlanFactory, AppearanceFactory, DocumentFactory, EditionFactory,
        FigureFactory, OrganisationFactory, PartnershipFactory, PersonFactory, SeatPoolFactory, SessionFactory,
    ],
)  # fmt: skip
def test_version_follows_each_table(db, factory):
    before = public_version()

    row = factory()
    added = public_version()
    row.save()
    changed = public_version()

    assert len({before, added, changed}) == 3
    assert public_version() == changed


def test_version_follows_what_is_deleted(db):
    DocumentFactory()
    before = public_version()

    Document.objects.all().delete()

    assert public_version() != before


def test_seats_are_never_stale(edition, client):
    edition.seat_pools.filter(mode="online").delete()
    assert "10 seats left on site" in client.get(f"/en/{edition.slug}/").content.decode()

    send_form(edition)

    assert "9 seats left on site" in client.get(f"/en/{edition.slug}/").content.decode()


def test_change_shows_at_once(edition, client):
    AppearanceFactory(session=SessionFactory(edition=edition), person=PersonFactory(family_name="Before"))
    assert "Before" in client.get(f"/en/{edition.slug}/").content.decode()

    Person.objects.update(family_name="After")

    assert "After" in client.get(f"/en/{edition.slug}/").content.decode()


def test_clock_is_noticed_within_seconds(edition, client):
    opening = NOW + timedelta(seconds=2)
    Edition.objects.update(registration_opens_at=opening)

    assert 'class="btn"' not in client.get(f"/en/{edition.slug}/").content.decode()
    with time_machine.travel(NOW + timedelta(seconds=6), tick=False):
        assert 'class="btn"' in client.get(f"/en/{edition.slug}/").content.decode()


def test_page_of_somebody_with_a_session_is_not_kept(edition, client, django_assert_max_num_queries):
    client.force_login(UserFactory())
    client.get(f"/fr/{edition.slug}/")
    client.logout()

    with pytest.raises(pytest.fail.Exception), django_assert_max_num_queries(2):
        client.get(f"/fr/{edition.slug}/")


def test_somebody_with_a_session_is_given_a_page_of_their_own(edition, client, django_assert_max_num_queries):
    client.get(f"/fr/{edition.slug}/")
    client.force_login(UserFactory())

    with pytest.raises(pytest.fail.Exception), django_assert_max_num_queries(2):
        client.get(f"/fr/{edition.slug}/")


def test_any_query_is_answered_and_none_fills_the_cache(edition, client, django_assert_max_num_queries):
    client.get(f"/fr/{edition.slug}/?page=1")

    with pytest.raises(pytest.fail.Exception), django_assert_max_num_queries(2):
        client.get(f"/fr/{edition.slug}/?page=1")


def test_forms_are_not_kept(edition, client):
    first, again = (client.get(f"/fr/{edition.slug}/register/").content for _time in range(2))

    assert first != again
