"""Races at the door, with real connections, on a real PostgreSQL."""

import uuid
from functools import partial

import pytest
from django.db.models import QuerySet

from registrations.models import CheckIn
from registrations.services import cancel
from registrations.services.door import AlreadyCheckedIn, check_in
from tests.checks import broken_invariants, people_inside_twice, scans_stored_twice
from tests.factories import NOW, registered
from tests.races import at_once
from tests.registrations.scenarios import errors, ticket_is_scanned_often

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_ticket_scanned_at_fifty_doors(edition):
    registration = registered(edition)

    results = ticket_is_scanned_often(registration, 50)

    entry = CheckIn.objects.get()
    refused = [result for result in results if isinstance(result, AlreadyCheckedIn)]
    assert (len(refused), [result for result in results if isinstance(result, CheckIn)]) == (49, [entry])
    assert {refusal.check_in.gate for refusal in refused} == {entry.gate}
    assert people_inside_twice() == []


def test_one_scan_uploaded_fifty_times(edition):
    registration = registered(edition)

    results = ticket_is_scanned_often(registration, 50, scan_id=uuid.uuid4())

    assert results == [CheckIn.objects.get()] * 50
    assert scans_stored_twice() == []


def test_one_scan_is_stored_once_even_without_the_row_lock(edition, monkeypatch):
    """The id alone is enough: the database keeps it unique."""
    registration = registered(edition)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **_how: queryset)

    ticket_is_scanned_often(registration, 50, scan_id=uuid.uuid4())

    assert scans_stored_twice() == []


def test_entry_and_cancellation_at_once(edition):
    for number in range(8):
        registration = registered(edition, f"person{number}@example.org")
        results = at_once(
            partial(cancel.cancel, registration=registration, at=NOW),
            partial(check_in, registration=registration, by=None, source="qr", gate="", at=NOW),
        )
        assert errors(results) == []
    assert broken_invariants() == []
