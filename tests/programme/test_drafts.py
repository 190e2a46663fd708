"""A draft at its public addresses: there for its organizers, and for nobody else."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from programme.models import Edition
from symposium.accounts.models import User
from tests.factories import EditionFactory, SessionFactory, UserFactory
from tests.registrations.admin.conftest import logged_in, staff

MARK = "Preview of a draft"


@pytest.fixture
def draft(db):
    draft = EditionFactory(slug="2028", status=Edition.Status.DRAFT)
    SessionFactory(edition=draft, slug="data")
    return draft


def pages():
    with override("en"):
        return [
            reverse("programme:edition", args=["2028"]),
            reverse("programme:programme", args=["2028"]),
            reverse("programme:session", args=["2028", "data"]),
        ]


def test_draft_is_shown_to_its_organizer_marked_and_kept_by_nobody(draft):
    organizer = staff(draft, "organizer")

    for page in pages():
        response = organizer.get(page)

        assert response.status_code == 200
        assert MARK in response.content.decode()
        assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")


@pytest.mark.parametrize("role", ["reader", "exporter", "door", "needs"])
def test_draft_is_not_there_for_other_roles(draft, role):
    somebody = staff(draft, role)

    assert [somebody.get(page).status_code for page in pages()] == [404, 404, 404]


def test_draft_is_not_there_for_organizers_of_another_edition(draft):
    elsewhere = staff(EditionFactory(), "organizer")

    assert [elsewhere.get(page).status_code for page in pages()] == [404, 404, 404]


def test_draft_is_not_there_for_who_left_the_staff(draft):
    organizer = staff(draft, "organizer")
    User.objects.filter(pk=organizer.user.pk).update(is_staff=False)

    assert [organizer.get(page).status_code for page in pages()] == [404, 404, 404]


def test_draft_seen_by_its_organizer_stays_hidden_from_a_stranger(draft, client):
    staff(draft, "organizer").get(pages()[0])

    assert [client.get(page).status_code for page in pages()] == [404, 404, 404]


def test_draft_is_shown_to_a_superuser(draft):
    assert logged_in(UserFactory(is_superuser=True)).get(pages()[0]).status_code == 200


def test_published_edition_has_no_mark_even_for_its_organizer(draft):
    organizer = staff(draft, "organizer")
    Edition.objects.update(status=Edition.Status.PUBLISHED)

    response = organizer.get(pages()[0])

    assert MARK not in response.content.decode()
    assert "X-Robots-Tag" not in response
