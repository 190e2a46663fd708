import uuid
from datetime import timedelta

import pytest

from registrations.models import CheckIn
from registrations.services import cancel
from registrations.services.door import AlreadyCheckedIn, NotConfirmed, ScanIdTaken, check_in
from tests.checks import people_inside_twice
from tests.factories import NOW, UserFactory, registered, with_seats

LATER = NOW + timedelta(minutes=5)


def scan(registration, **fields):
    ordinary = {"by": None, "source": "qr", "gate": "A", "at": NOW}
    return check_in(registration=registration, **{**ordinary, **fields})


def test_check_in_is_stored_as_it_happened(edition):
    registration, helper, scan_id = registered(edition), UserFactory(), uuid.uuid4()

    scan(registration, by=helper, scan_id=scan_id, scanned_at=NOW - timedelta(minutes=3), gate="B", source="search")

    stored = CheckIn.objects.get()
    assert (stored.pk, stored.registration, stored.scanned_by) == (scan_id, registration, helper)
    assert (stored.scanned_at, stored.received_at) == (NOW - timedelta(minutes=3), NOW)
    assert (stored.direction, stored.gate, stored.source, stored.session) == ("entry", "B", "search", None)


def test_same_scan_sent_again_is_the_same_entry(edition):
    registration, scan_id = registered(edition), uuid.uuid4()

    first = scan(registration, scan_id=scan_id)
    again = scan(registration, scan_id=scan_id, at=LATER, gate="B")

    assert (again, again.gate, CheckIn.objects.count()) == (first, "A", 1)


def test_same_scan_sent_again_after_cancelling_is_the_same_entry(edition):
    registration, scan_id = registered(edition), uuid.uuid4()
    first = scan(registration, scan_id=scan_id)
    cancel.cancel(registration=registration, at=NOW)

    assert scan(registration, scan_id=scan_id, at=LATER) == first


def test_second_entry_names_the_first(edition):
    registration = registered(edition)
    first = scan(registration)

    with pytest.raises(AlreadyCheckedIn) as refusal:
        scan(registration, at=LATER, gate="B")

    assert (refusal.value.check_in, refusal.value.check_in.gate) == (first, "A")


def test_entry_after_leaving_is_an_entry(edition):
    registration = registered(edition)
    scan(registration)
    CheckIn.objects.create(registration=registration, direction="exit", scanned_at=NOW, received_at=LATER, source="qr")

    scan(registration, at=LATER + timedelta(minutes=1))

    assert CheckIn.objects.entries().at_the_door().count() == 2
    assert people_inside_twice() == []


def test_session_has_a_door_of_its_own(edition):
    session = with_seats(edition, 5)
    registration = registered(edition, sessions=[session])

    scan(registration)
    scan(registration, session=session)

    assert (CheckIn.objects.count(), CheckIn.objects.at_the_door().count()) == (2, 1)


@pytest.mark.parametrize("status", ["waiting", "cancelled"])
def test_entry_without_a_seat_is_refused(edition, status):
    edition.seat_pools.filter(mode="onsite").update(capacity=0 if status == "waiting" else 1)
    registration = registered(edition)
    if status == "cancelled":
        cancel.cancel(registration=registration, at=NOW)

    with pytest.raises(NotConfirmed) as refusal:
        scan(registration)

    assert refusal.value.status == status
    assert not CheckIn.objects.exists()


def test_id_of_another_persons_scan_is_refused(edition):
    scan_id = uuid.uuid4()
    scan(registered(edition), scan_id=scan_id)

    with pytest.raises(ScanIdTaken):
        scan(registered(edition, "next@example.org"), scan_id=scan_id)

    assert CheckIn.objects.count() == 1
