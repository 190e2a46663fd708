"""When a helper may stand at the door: around the event, and at no other time."""

from datetime import timedelta

import pytest
import time_machine

from registrations.models import CheckIn
from tests.factories import UserFactory, registered
from tests.registrations.admin.conftest import logged_in, staff

A_MINUTE = timedelta(minutes=1)


def opened(client, edition, at, method="get", **data):
    with time_machine.travel(at, tick=False):
        return getattr(client, method)(f"/checkin/{edition.slug}/", data)


@pytest.mark.parametrize(
    ("begin", "away", "status"),
    [
        ("starts_at", -timedelta(days=2) - A_MINUTE, 403),
        ("starts_at", -timedelta(days=2), 200),
        ("ends_at", timedelta(days=1), 200),
        ("ends_at", timedelta(days=1) + A_MINUTE, 403),
    ],
)
def test_a_helper_opens_the_door_from_two_days_before_to_one_after(edition, begin, away, status):
    at = getattr(edition, begin) + away
    with time_machine.travel(at, tick=False):
        client = staff(edition, "door")

    assert opened(client, edition, at).status_code == status


def test_a_helper_who_comes_too_early_reads_when_and_sees_nobody(edition):
    registration = registered(edition)
    at = edition.starts_at - timedelta(days=30)
    with time_machine.travel(at, tick=False):
        client = staff(edition, "door")
    client.cookies["language"] = "en"

    response = opened(client, edition, at, "post", q=registration.reference)

    page = response.content.decode()
    assert response.status_code == 403
    assert "The door is not open" in page
    assert "18 May 2027" in page
    assert "21 May 2027" in page
    assert "Ada" not in page
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("role", ["organizer", "superuser"])
def test_organizers_come_at_any_time(edition, role):
    at = edition.starts_at - timedelta(days=70)
    with time_machine.travel(at, tick=False):
        client = logged_in(UserFactory(is_superuser=True)) if role == "superuser" else staff(edition, role)

    assert opened(client, edition, at).status_code == 200


def test_the_door_of_a_sample_is_tried_at_any_time(edition):
    edition.is_sample = True
    edition.save()
    at = edition.starts_at - timedelta(days=70)
    with time_machine.travel(at, tick=False):
        client = staff(edition, "door")

    assert opened(client, edition, at).status_code == 200
