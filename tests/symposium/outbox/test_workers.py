"""Workers that are killed, sleep or work at once: each mail goes, and once."""

import email
from datetime import timedelta

import pytest

from symposium.outbox import delivery
from symposium.outbox.delivery import Delivered, claim
from symposium.outbox.models import CLAIM_VALID_MINUTES, OutgoingMail
from tests.factories import NOW
from tests.races import at_once
from tests.symposium.outbox.notes import deliver, queue, recipients, state


def test_mail_of_a_killed_worker_is_taken_over_with_the_same_id(db, sink):
    (row,) = queue("ada@example.org")
    killed = claim(at=NOW, limit=1)
    assert killed == [row]

    soon = deliver(NOW + timedelta(minutes=CLAIM_VALID_MINUTES, microseconds=-1))
    later = deliver(NOW + timedelta(minutes=CLAIM_VALID_MINUTES))

    assert (soon, later) == (Delivered(), Delivered(sent=1))
    assert (state(row), row.attempts) == ("sent", 2)
    assert email.message_from_bytes(sink.messages[0][1])["Message-ID"] == f"<{row.pk}@symposium.example.org>"


def test_mail_of_a_killed_worker_waits_longer_than_a_batch_and_less_than_five_minutes(db, sink):
    queue("ada@example.org")
    claim(at=NOW, limit=1)

    assert deliver(NOW + timedelta(seconds=delivery.BATCH_VALID_SECONDS + 60)) == Delivered()
    assert deliver(NOW + timedelta(minutes=5)) == Delivered(sent=1)


def test_worker_thought_dead_changes_nothing_when_it_wakes(db, sink, kind):
    """It has sent its copy, but the row belongs to whoever took it over."""
    queue("ada@example.org")
    (slow,) = claim(at=NOW, limit=1)
    (taken_over,) = claim(at=NOW + timedelta(minutes=CLAIM_VALID_MINUTES), limit=1)

    done = Delivered()
    delivery._send_batch([slow], lambda: NOW, done)
    after_slow = (state(taken_over), len(sink.messages))
    delivery._send_batch([taken_over], lambda: NOW, done)

    assert after_slow == ("sending", 1)
    assert (done, state(taken_over), len(kind)) == (Delivered(sent=1), "sent", 1)
    identifiers = {email.message_from_bytes(content)["Message-ID"] for _to, content in sink.messages}
    assert len(identifiers) == 1


def test_dropped_by_two_counts_once(db, sink):
    queue("dropped")
    (slow,) = claim(at=NOW, limit=1)
    claim(at=NOW + timedelta(minutes=CLAIM_VALID_MINUTES), limit=1)

    done = Delivered()
    delivery._send_batch([slow], lambda: NOW, done)

    assert done == Delivered()


@pytest.mark.django_db(transaction=True)
def test_deliverers_at_once_send_each_mail_once(sink, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 7)
    rows = queue(*(f"person{number}@example.org" for number in range(60)))

    results = at_once(*(deliver for _worker in range(5)))

    assert sum(result.sent for result in results) == 60
    assert sorted(to[0] for to in recipients(sink)) == sorted(row.context["to"] for row in rows)
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_workers_killed_at_random_lose_no_mail(sink, monkeypatch):
    """Each worker takes mails and dies: before sending, or after the server took the mail and before it was noted."""
    monkeypatch.setattr(delivery, "BATCH", 5)
    rows = queue(*(f"person{number}@example.org" for number in range(40)))

    class Killed(BaseException):
        pass

    def die_at(position):
        finish, count = delivery._finish, iter(range(1000))

        def dying(*row, **changes):
            if next(count) == position:
                raise Killed
            return finish(*row, **changes)

        monkeypatch.setattr(delivery, "_finish", dying)
        with pytest.raises(Killed):
            deliver(at)
        monkeypatch.setattr(delivery, "_finish", finish)

    at = NOW + timedelta(seconds=1)
    for position in (0, 3, 11):
        die_at(position)
        claim(at=at, limit=3)
        at += timedelta(minutes=CLAIM_VALID_MINUTES)
    deliver(at + timedelta(minutes=CLAIM_VALID_MINUTES))

    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}
    by_recipient = {}
    for to, content in sink.messages:
        by_recipient.setdefault(to[0], []).append(email.message_from_bytes(content)["Message-ID"])
    assert {to: set(ids) for to, ids in by_recipient.items()} == {
        row.context["to"]: {f"<{row.pk}@symposium.example.org>"} for row in rows
    }
