"""Would the tests notice? The same races and the same checks, on code that was spoiled (TRUST R17)."""

import threading
import uuid

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import QuerySet
from django.db.models.signals import pre_save

from registrations.models import CheckIn
from registrations.services import cancel, letters, seats
from tests.checks import (
    broken_invariants,
    people_inside_twice,
    people_not_written_to_once,
    scans_stored_twice,
    seats_beyond_capacity,
)
from tests.factories import NOW, members_of, registered, send_group
from tests.registrations.scenarios import (
    crowd_comes,
    errors,
    form_is_sent_often,
    mails_beyond_one,
    modes_are_swapped,
    ticket_is_scanned_often,
)

pytestmark = pytest.mark.django_db(transaction=True)

# What is read here was true when the statement began, not when its turn came.
COUNT_THEN_TAKE = """
    WITH seen AS MATERIALIZED (
        SELECT p.id, p.capacity IS NULL OR p.capacity > (
            SELECT count(*) FROM registrations_claim c WHERE c.pool_id = p.id AND c.is_held) AS is_free
        FROM programme_seatpool p WHERE p.id = %s
    )
    UPDATE programme_seatpool p SET
        taken = taken + CASE WHEN is_free THEN 1 ELSE 0 END,
        waiting = waiting + CASE WHEN is_free THEN 0 ELSE 1 END,
        last_position = last_position + CASE WHEN is_free THEN 0 ELSE 1 END
    FROM seen WHERE p.id = seen.id
    RETURNING CASE WHEN is_free THEN 0 ELSE waiting END, last_position
"""


def without_row_locks(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **_how: queryset)


@pytest.fixture
def no_unique_scan_id(transactional_db):
    table = CheckIn._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")


@pytest.fixture
def all_read_before_one_writes():
    """Fifty scans meet between looking and writing, which the scheduler of a busy machine would not always let them."""
    barrier = threading.Barrier(50)

    def wait_for_the_others(**_sent):
        barrier.wait(timeout=60)

    pre_save.connect(wait_for_the_others, sender=CheckIn)
    yield
    pre_save.disconnect(wait_for_the_others, sender=CheckIn)


def test_counting_before_taking_a_seat_is_noticed(edition, monkeypatch):
    monkeypatch.setattr(seats, "ASK", COUNT_THEN_TAKE)

    answers = crowd_comes(edition, 40)

    assert answers.count("confirmed") > 10
    assert seats_beyond_capacity() != []


def test_group_given_its_seats_in_part_is_noticed(edition, monkeypatch):
    edition.seat_pools.filter(mode="onsite").update(capacity=5)
    holder, *_others = [registered(edition, f"holder{number}@example.org") for number in range(3)]
    send_group(edition, 4)
    monkeypatch.setattr(seats, "_without_part_of_a_group", lambda claims, free: claims[:free])

    cancel.cancel(registration=holder, at=NOW)

    assert {person.status for person in members_of(edition, 4)} == {"confirmed", "waiting"}


def test_pools_without_a_lock_are_noticed(edition, monkeypatch):
    """Two people who change places wait for each other's pool until the database ends it."""
    without_row_locks(monkeypatch)

    assert "deadlock" in str(errors(modes_are_swapped(edition, 4)))


@pytest.mark.usefixtures("all_read_before_one_writes")
def test_door_without_a_lock_is_noticed(edition, monkeypatch):
    registration = registered(edition)
    without_row_locks(monkeypatch)

    ticket_is_scanned_often(registration, 50)

    assert people_inside_twice() != []
    assert "nobody entered twice without leaving" in broken_invariants()


@pytest.mark.usefixtures("no_unique_scan_id", "all_read_before_one_writes")
def test_scan_ids_that_repeat_are_noticed(edition, monkeypatch):
    registration = registered(edition)
    without_row_locks(monkeypatch)

    ticket_is_scanned_often(registration, 50, scan_id=uuid.uuid4())

    assert scans_stored_twice() != []


def test_mail_sent_past_the_outbox_is_noticed(edition, monkeypatch):
    """What a transaction sends is sent, even if the transaction loses its race and is undone."""

    def send_at_once(registrations, _kind, **_details):
        for registration in registrations:
            EmailMessage("Your place", "It is yours.", to=[f"{registration.pk}@example.org"]).send()

    monkeypatch.setattr(letters, "send_all", send_at_once)

    form_is_sent_often(edition, 50)

    assert mails_beyond_one() != []
    assert people_not_written_to_once() != []
    assert "whoever has a place was written to" in broken_invariants()
