"""Letting people in, and who came."""

import uuid
from datetime import timedelta

import pytest

from registrations.models import CheckIn, KeptReply
from registrations.services import cancel
from tests.factories import NOW, EditionFactory, registered, with_seats
from tests.registrations.api.conftest import code_of

READ, WRITE = "checkins:read", "checkins:write"


@pytest.fixture
def path(edition):
    return f"editions/{edition.slug}/check-ins"


def scan_of(registration, **fields):
    return {"id": str(uuid.uuid4()), "code": registration.ticket_token, **fields}


def test_scan_lets_somebody_in(program, edition, path):
    registration, ours = registered(edition), program(READ, WRITE)
    scan = scan_of(registration, gate="A", scanned_at="2027-03-01T12:50:00+01:00")

    response = ours.post(path, scan)

    assert response.status_code == 201
    assert response.json() == {
        "id": scan["id"],
        "registration": str(registration.pk),
        "session": None,
        "direction": "entry",
        "source": "qr",
        "gate": "A",
        "scanned_at": "2027-03-01T11:50:00Z",
        "received_at": "2027-03-01T12:00:00Z",
    }
    assert CheckIn.objects.get().scanned_by == ours.token.created_by
    assert ours.get(path).json() == {"items": [response.json()], "next": None}


def test_scan_at_the_door_of_a_session_names_it(program, edition, path):
    session, registration = with_seats(edition, 5, slug="talk"), registered(edition)
    ours = program(READ, WRITE)

    assert ours.post(path, scan_of(registration, session="talk")).json()["session"] == "talk"
    assert ours.get(path).json()["items"][0]["session"] == "talk"
    assert CheckIn.objects.get().session == session


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "one"}])
def test_same_scan_sent_again_is_the_same_entry(program, edition, path, headers):
    ours, scan = program(WRITE), scan_of(registered(edition))

    first, again = ours.post(path, scan, **headers), ours.post(path, scan, **headers)

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert CheckIn.objects.count() == 1


def test_refusal_sent_again_under_its_key_is_the_same_refusal(program, edition, path):
    registration, ours = registered(edition), program(WRITE)
    cancel.cancel(registration=registration, at=NOW)
    scan = scan_of(registration, code=registration.reference)
    first = ours.post(path, scan, **{"idempotency-key": "one"})
    type(registration).objects.update(status="confirmed")

    again = ours.post(path, scan, **{"idempotency-key": "one"})

    assert code_of(first) == code_of(again) == (409, "not_confirmed")
    assert first.json()["registration_status"] == "cancelled"


def test_key_belongs_to_one_request_of_one_program_for_a_day(program, edition, path, time_machine):
    ours, others, registration = program(WRITE), program(WRITE), registered(edition)
    key = {"idempotency-key": "one"}
    ours.post(path, scan_of(registration), **key)
    another = scan_of(registered(edition, "b@example.org"))

    assert code_of(ours.post(path, another, **key)) == (422, "key_of_another_request")
    assert others.post(path, another, **key).status_code == 201
    time_machine.move_to(NOW + timedelta(hours=24), tick=False)

    assert ours.post(path, another, **key).status_code == 201


def test_kept_reply_names_nobody(program, edition, path):
    registration = registered(edition)

    program(WRITE).post(path, scan_of(registration), **{"idempotency-key": "Ada"})

    kept = KeptReply.objects.get()
    assert registration.reference not in str(kept.content)
    assert "Ada" not in str(vars(kept))


def test_second_entry_names_the_first(program, edition, path):
    registration, ours = registered(edition), program(WRITE)
    first = ours.post(path, scan_of(registration, gate="A"))

    refusal = ours.post(path, scan_of(registration, gate="B"))

    assert code_of(refusal) == (409, "already_checked_in")
    assert refusal.json()["check_in"] == first.json()


def test_scan_id_of_another_ticket_is_refused(program, edition, path):
    ours, scan = program(WRITE), scan_of(registered(edition))
    ours.post(path, scan)
    other = scan_of(registered(edition, "b@example.org"), id=scan["id"])

    assert code_of(ours.post(path, other)) == (409, "scan_id_taken")


def test_ticket_of_another_edition_is_unknown(program, edition, path):
    other = EditionFactory()
    other.seat_pools.create(mode="onsite")

    assert code_of(program(WRITE).post(path, scan_of(registered(other)))) == (422, "code_unknown")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "nothing"}, "code_unknown"),
        ({"session": "nothing"}, "session_unknown"),
        ({"scanned_at": "2026-01-01T00:00:00Z"}, "clock_off"),
        ({"scanned_at": "0001-01-01T00:00:00+14:00"}, "clock_off"),
        ({"scanned_at": "9999-12-31T23:59:59-14:00"}, "clock_off"),
        ({"scanned_at": "2027-03-01T12:00:00"}, "invalid"),
        ({"id": "1"}, "invalid"),
        ({"code": ""}, "invalid"),
        ({"code": "a\x00b"}, "invalid"),
        ({"code": "\ud800"}, "invalid"),
        ({"gate": "x" * 41}, "invalid"),
        ({"source": "odd"}, "invalid"),
        ({"session": "a\x00"}, "invalid"),
    ],
)
def test_odd_scan_is_refused(program, edition, path, change, code):
    scan = scan_of(registered(edition), **change)

    assert code_of(program(WRITE).post(path, scan)) == (422, code)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b"NaN"])
def test_body_that_is_no_scan_is_refused(program, path, body):
    status, _code = code_of(program(WRITE).post(path, body))

    assert status in {400, 422}


def test_invalid_scan_is_not_repeated_to_whoever_reads_the_answer(program, edition, path):
    response = program(WRITE).post(path, {"id": "secret-id", "code": "secret-code"})

    assert response.json()["errors"][0]["at"] == "body.scan.id"
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_for_three(program, edition, path, django_assert_num_queries, rows):
    session = with_seats(edition, 5)
    for number in range(rows):
        registration = registered(edition, f"{number}@example.org")
        registration.check_ins.create(session=session, scanned_at=NOW, received_at=NOW, source="qr")
    ours = program(READ)

    with django_assert_num_queries(4):
        response = ours.get(path)

    assert len(response.json()["items"]) == rows
