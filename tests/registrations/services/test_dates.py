"""Another date for an edition: what it remembers, and who is written to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from programme.models import Edition
from registrations.services.cancel import cancel
from registrations.services.dates import Dates
from registrations.services.editions import set_status
from symposium.outbox.delivery import deliver_due
from tests.checks import letters_of
from tests.factories import NOW, registered

START = NOW + timedelta(days=80)
LATER = timedelta(days=30)


def move(edition, by, status="published", **changes):
    edition.refresh_from_db()
    values = vars(Dates.of(edition)) | {"starts_at": edition.starts_at + by, "ends_at": edition.ends_at + by} | changes
    set_status(edition=edition, status=status, dates=Dates(**values), at=NOW)
    edition.refresh_from_db()


def test_new_date_is_remembered_and_told_once_to_everybody_alive(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    confirmed, waiting, gone = (registered(edition, f"person{n}@example.org") for n in range(3))
    cancel(registration=gone, at=NOW)

    for by in (LATER, timedelta()):
        move(edition, by)

    assert (edition.starts_at, edition.previous_starts_at) == (START + LATER, START)
    assert (edition.calendar_sequence, edition.is_rescheduled) == (1, True)
    assert letters_of(confirmed) == ["confirmed", "edition_rescheduled"]
    assert letters_of(waiting) == ["edition_rescheduled", "waiting"]
    assert letters_of(gone) == ["cancelled", "waiting"]


@pytest.mark.parametrize(
    ("fields", "by", "is_told"),
    [
        ({}, timedelta(minutes=14), False),
        ({}, timedelta(minutes=15), True),
        ({}, -timedelta(hours=1), True),
        ({"starts_at": datetime(2027, 5, 20, 21, 55, tzinfo=UTC), "ends_at": datetime(2027, 5, 21, tzinfo=UTC)}, timedelta(minutes=6), True),
        ({"date_precision": "day"}, timedelta(hours=1), False),
        ({"date_precision": "day"}, timedelta(days=1), True),
        ({"date_precision": "month"}, timedelta(days=1), False),
        ({"date_precision": "month"}, timedelta(days=30), True),
        ({"status": "draft"}, LATER, False),
        ({"status": "archived"}, LATER, False),
        ({}, -timedelta(days=81), False),
        ({"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=1)}, LATER, False),
    ],
    ids=["minutes", "quarter", "earlier", "midnight", "time unknown", "day", "day unknown", "month", "draft", "archived", "into the past", "over"],
)  # fmt: skip
def test_change_of_date_is_worth_a_letter(edition, fields, by, is_told):
    person = registered(edition)
    Edition.objects.update(**fields)
    edition.refresh_from_db()

    move(edition, by, status=edition.status)

    assert letters_of(person) == ["confirmed", *(["edition_rescheduled"] if is_told else [])]
    assert (edition.previous_starts_at is not None) == is_told
    assert edition.calendar_sequence == 1


def test_new_end_alone_is_told_to_nobody(edition):
    person = registered(edition)

    move(edition, timedelta(), ends_at=edition.ends_at + timedelta(hours=2))

    assert letters_of(person) == ["confirmed"]
    assert (edition.calendar_sequence, edition.previous_starts_at) == (1, None)


def test_date_that_becomes_known_is_no_new_date(edition):
    Edition.objects.update(date_precision="month")

    move(edition, timedelta(days=2), date_precision="time")

    assert edition.previous_starts_at is None


def test_postponed_edition_is_rescheduled_once_it_is_published_at_another_date(edition):
    person = registered(edition)
    set_status(edition=edition, status="postponed", at=NOW)
    for _time in range(2):
        move(edition, LATER, status="postponed")
    meanwhile = (edition.is_rescheduled, letters_of(person))

    set_status(edition=edition, status="published", at=NOW)

    edition.refresh_from_db()
    assert meanwhile == (False, ["confirmed", "edition_postponed"])
    assert (edition.starts_at, edition.previous_starts_at) == (START + 2 * LATER, START)
    assert edition.is_rescheduled
    assert letters_of(person) == ["confirmed", "edition_postponed", "edition_rescheduled"]


def test_postponed_and_moved_in_one_change_is_told_once(edition):
    person = registered(edition)

    move(edition, LATER, status="postponed")
    move(edition, timedelta())

    assert letters_of(person) == ["confirmed", "edition_postponed", "edition_rescheduled"]
    assert edition.previous_starts_at == START


def test_postponed_edition_that_keeps_its_date_after_all_is_not_rescheduled(edition):
    set_status(edition=edition, status="postponed", at=NOW)

    set_status(edition=edition, status="published", at=NOW)

    assert (edition.previous_starts_at, edition.is_rescheduled) == (None, False)


def test_edition_without_a_memory_of_its_date_is_rescheduled_from_the_one_it_has(edition):
    """One that was postponed before dates were remembered."""
    Edition.objects.update(status="postponed")

    move(edition, LATER)

    assert edition.previous_starts_at == START


def test_two_new_dates_in_a_row_leave_as_one_letter(edition):
    registered(edition, language="en")
    deliver_due(clock=lambda: NOW)
    mail.outbox = []
    move(edition, LATER)
    move(edition, LATER)

    deliver_due(clock=lambda: NOW)

    (message,) = mail.outbox
    assert message.subject == "New date of the symposium: AI and medicine"
    assert "The new date: Monday 19 July 2027, 2:00\xa0pm" in message.body
    assert "It was planned for Saturday 19 June 2027, 2:00\xa0pm." in message.body
    assert b"SEQUENCE:2" in message.attachments[-1].get_payload(decode=True)


def test_letter_to_who_waits_promises_no_ticket(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    registered(edition, language="en")
    deliver_due(clock=lambda: NOW)
    mail.outbox = []
    move(edition, LATER)

    deliver_due(clock=lambda: NOW)

    assert "Your registration is kept as it is." in mail.outbox[0].body
    assert "ticket" not in mail.outbox[0].body
