from datetime import timedelta

import pytest

from registrations.services import cancel
from registrations.services.reminders import remind
from symposium.outbox.models import OutgoingMail
from tests.checks import letters_of
from tests.factories import registered


@pytest.fixture
def near(edition):
    return edition.starts_at - timedelta(days=2)


def test_remind_writes_once_to_the_confirmed(edition, near):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    confirmed, waiting = registered(edition), registered(edition, "next@example.org")

    assert [remind(at=at) for at in (near, near + timedelta(minutes=10))] == [1, 0]

    assert (letters_of(confirmed), letters_of(waiting)) == (["confirmed", "reminder"], ["waiting"])
    assert OutgoingMail.objects.get(kind="registration.reminder").occasion == edition.day.isoformat()


def test_remind_asks_as_often_for_many_as_for_one(edition, near, django_assert_num_queries):
    for number in range(8):
        registered(edition, f"person{number}@example.org")

    with django_assert_num_queries(5):  # the edition, its transaction, the people and their mails
        assert remind(at=near) == 8


def test_remind_leaves_out_who_cancelled(edition, near):
    registration = registered(edition)
    cancel.cancel(registration=registration, at=near)

    assert remind(at=near) == 0


def test_remind_again_when_the_date_moves(edition, near):
    registration = registered(edition)
    remind(at=near)
    edition.starts_at += timedelta(days=30)
    edition.ends_at += timedelta(days=30)
    edition.save()

    assert remind(at=near) == 0
    remind(at=near + timedelta(days=30))

    assert letters_of(registration) == ["confirmed", "reminder", "reminder"]


@pytest.mark.parametrize(
    ("status", "moved"),
    [("published", timedelta(microseconds=-1)), ("published", timedelta(days=2)), ("postponed", timedelta(0))],
)
def test_remind_neither_too_early_nor_too_late_nor_of_what_is_off(edition, near, status, moved):
    registered(edition)
    edition.status = status
    edition.save()

    assert remind(at=near + moved) == 0
