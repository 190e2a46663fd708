"""A mail server that refuses: one mail, for a while or for good, and what staff read of it."""

from datetime import timedelta
from itertools import pairwise

import pytest

from symposium.outbox import kinds
from symposium.outbox.delivery import Delivered
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW
from tests.symposium.outbox.notes import KIND, deliver, queue, recipients, render, state
from tests.symposium.outbox.servers import Sink, listening, scripted


@pytest.mark.parametrize(
    ("at", "answer", "expected"),
    [
        ("RCPT", "550 no such user", ["550"]),
        ("RCPT", "554 5.1.1 no such user", ["5.1.1"]),
        ("RCPT", "550 5.7.1 relaying denied", []),
        ("RCPT", "450 4.2.1 not now", []),
        ("DATA", "550 5.1.1 no such words", []),
    ],
)
def test_address_that_is_refused_at_once_is_told(db, smtp, monkeypatch, at, answer, expected):
    told = []
    came_back = lambda row, status, moment: told.append((row.pk, status, moment))  # noqa: E731
    monkeypatch.setitem(kinds._kinds, KIND, kinds.Kind(render, came_back=came_back))
    with listening(Sink({"bad": answer}, at=at)) as port:
        smtp(port)
        (row,) = queue("bad@example.org")
        deliver(NOW)

    assert told == [(row.pk, status, NOW) for status in expected]


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 come back later", "450 greylisted", "451 try again", "452 full"])
def test_temporary_refusal_is_tried_again(db, smtp, at, answer):
    sink = Sink({"bad": answer}, at=at)
    with listening(sink) as port:
        smtp(port)
        bad, good = queue("bad@example.org", "good@example.org")

        done = deliver()
        sink.answers = {}
        again = deliver(NOW + timedelta(minutes=2))

    assert (done, again) == (Delivered(sent=1, delayed=1), Delivered(sent=1))
    assert recipients(sink) == [["good@example.org"], ["bad@example.org"]]
    assert (state(bad), bad.attempts, bad.last_error) == ("sent", 2, answer)
    assert state(good) == "sent"


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["550 no such user", "554 refused", "552 too big"])
def test_final_refusal_is_final_and_holds_up_nobody(db, smtp, at, answer):
    sink = Sink({"bad": answer}, at=at)
    with listening(sink) as port:
        smtp(port)
        first, bad, last = queue("first@example.org", "bad@example.org", "last@example.org")

        done = deliver()
        again = deliver(NOW + timedelta(days=10))

    assert (done, again) == (Delivered(sent=2, failed=1), Delivered())
    assert [state(row) for row in (first, bad, last)] == ["sent", "failed", "sent"]
    assert (bad.last_error, bad.sent_at) == (answer, None)
    assert OutgoingMail.objects.failed().get() == bad


@pytest.mark.parametrize(("code", "expected"), [("451", "queued"), ("421", "queued"), ("550", "failed")])
def test_sender_refused(db, smtp, code, expected):
    with scripted({"MAIL": f"{code} not you\r\n".encode()}) as port:
        smtp(port)
        (row,) = queue("ada@example.org")
        deliver()

    assert (state(row), row.last_error) == (expected, f"{code} not you")


def test_what_staff_read_holds_no_address_and_nothing_unreadable(db, smtp):
    with scripted({"RCPT": b"550 5.1.1 <ada@example.org>: no\x00 such \x07user \xff" + b"x" * 400 + b"\r\n"}) as port:
        smtp(port)
        (row,) = queue("ada@example.org")
        deliver()

    assert state(row) == "failed"
    assert row.last_error.startswith("550 5.1.1 no such user \ufffdxxx")
    assert len(row.last_error) == 300


@pytest.mark.parametrize(
    "name", ["<Ada.Lovelace@example.org>:", "ada.lovelace", "(ADA.LOVELACE)", "ada.lovelace=40example.org", "ada.lovelace%40example.org,"]
)  # fmt: skip
@pytest.mark.parametrize(("code", "expected"), [("451", "queued"), ("550", "failed")])
def test_what_is_kept_of_a_refusal_does_not_say_whom(db, smtp, name, code, expected):
    with scripted({"RCPT": f"{code} 5.1.1 {name} no such user, adalovelace\r\n".encode()}) as port:
        smtp(port)
        (row,) = queue("Ada <ada.lovelace@example.org>")
        deliver()

    assert (state(row), row.last_error) == (expected, f"{code} 5.1.1 no such user, adalovelace")


def test_pauses_grow_for_three_days_and_more_before_giving_up(db, smtp):
    sink = Sink({"": "451 not now"})
    tried = []
    with listening(sink) as port:
        smtp(port)
        (row,) = queue("ada@example.org")
        while state(row) == "queued":
            tried.append(row.due_at)
            deliver(row.due_at)

    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[0] <= timedelta(minutes=1)
    assert tried[-1] - tried[0] >= timedelta(hours=72)
    assert (state(row), row.last_error) == ("failed", "451 not now")
    assert row.attempts == len(tried)
