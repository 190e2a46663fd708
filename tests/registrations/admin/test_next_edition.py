"""Preparing the next edition from one that is there."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from programme.models import Edition, StaffRole
from symposium.trail.models import TrailEntry
from tests.factories import EditionFactory, SeatPoolFactory, SessionFactory
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import fields_of, send, shown, told

# The copy is a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source():
    begins = datetime(2027, 5, 20, 12, tzinfo=UTC)
    source = EditionFactory(slug="2027", starts_at=begins, ends_at=datetime(2027, 5, 20, 16, tzinfo=UTC))
    SeatPoolFactory(edition=source, capacity=40)
    SessionFactory(edition=source)
    return source


@pytest.fixture
def organizer(source):
    return staff(source, "organizer")


def address(edition):
    return reverse("admin:programme_edition_prepare_next", args=[edition.pk])


def test_page_says_what_is_copied_and_suggests_the_same_day_of_the_week_a_year_later(organizer, source):
    response = organizer.get(address(source))

    fields = fields_of(response, "next_form")
    assert (fields["slug"], fields["starts_on"]) == (["2028"], ["2028-05-18"])
    assert "Registrations, waiting lists, entries and letters" in shown(response)


def test_page_suggests_no_name_where_this_edition_is_not_called_by_its_year(organizer, source):
    Edition.objects.update(slug="spring")

    assert fields_of(organizer.get(address(source)), "next_form")["slug"] == [""]


def test_form_sent_makes_a_draft_whose_organizer_goes_on_with_it(organizer, source):
    response = send(organizer, address(source), "next_form", slug="2028", starts_on="2028-06-01")

    made = Edition.objects.get(slug="2028")
    change = reverse("admin:programme_edition_change", args=[made.pk])
    assert (response.status_code, response["Location"]) == (302, change)
    assert told(response) == ["The draft of the edition 2028 is made. Nobody else sees it before it is published."]
    assert (made.status, made.day, made.sessions.count()) == ("draft", date(2028, 6, 1), 1)
    assert organizer.get(change).status_code == 200
    traces = TrailEntry.objects.filter(edition_id=made.pk).order_by("id")
    assert [(one.kind, one.record_type, one.detail, one.actor_id) for one in traces] == [
        ("given", "accounts.user", "organizer", organizer.user.pk),
        ("added", "programme.edition", "", organizer.user.pk),
    ]


def test_superuser_is_given_no_role(superuser, source):
    send(superuser, address(source), "next_form", slug="2028")

    assert Edition.objects.filter(slug="2028").exists()
    assert not StaffRole.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"slug": "2027"}, "There is an edition of this name already."),
        ({"slug": "admin"}, "“admin” is a word of the site itself; choose another."),
        ({"slug": "20 28"}, "Enter a valid “slug”"),
        ({"starts_on": "2027-05-20"}, "Choose a day after that of this edition, at most twenty years later."),
        ({"starts_on": "9999-12-31"}, "Choose a day after that of this edition, at most twenty years later."),
        ({"starts_on": "tomorrow"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_said_and_makes_nothing(organizer, source, typed, words):
    response = send(organizer, address(source), "next_form", **typed)

    assert response.status_code == 422
    assert words in shown(response)
    assert Edition.objects.count() == 1


def test_edition_page_leads_here(organizer, source):
    assert address(source) in shown(organizer.get(reverse("admin:programme_edition_change", args=[source.pk])))
