"""Into the outbox, in the transaction of what the mail tells, with or without a broker."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from kombu.exceptions import OperationalError

from symposium.outbox import kinds, queue, tasks
from symposium.outbox.delivery import claim
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue, hold, mail, release
from symposium.outbox.tasks import WAKE_KEY, deliver
from tests.factories import NOW
from tests.symposium.outbox.servers import free_port, scripted

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    """No wake is pending, and this process has not met a broker that is away."""
    cache.clear()
    monkeypatch.setattr(queue, "_broker_left_alone_until", 0.0)


@pytest.fixture
def broker(monkeypatch):
    """What a broker is sent; an exception in ``broker.answer`` is raised."""

    class Broker:
        sent = 0
        answer = None

        def take(self, **options):
            self.sent += 1
            if self.answer:
                raise self.answer

    broker = Broker()
    monkeypatch.setattr(deliver, "apply_async", broker.take)
    return broker


def note(occasion="", about="note:1"):
    return mail(kind="test.note", about=about, occasion=occasion, at=NOW)


def test_mail_is_stored_as_due_at_once(db):
    enqueue([mail(kind="test.note", about="note:1", occasion="x", context={"rank": 3}, at=NOW)])

    stored = OutgoingMail.objects.get()
    assert (stored.kind, stored.about, stored.occasion, stored.context) == ("test.note", "note:1", "x", {"rank": 3})
    assert (stored.state, stored.due_at, stored.created_at, stored.attempts) == ("queued", NOW, NOW, 0)


def test_same_occasion_is_stored_once(db):
    enqueue([note("a"), note("a"), note("b")])
    enqueue([note("a"), note("a", about="note:2")])

    stored = OutgoingMail.objects.values_list("about", "occasion")
    assert sorted(stored) == [("note:1", "a"), ("note:1", "b"), ("note:2", "a")]


def test_nothing_to_store_is_fine(db):
    enqueue([])

    assert not OutgoingMail.objects.exists()


def test_worker_is_woken_when_the_transaction_commits(db, broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue([note()])
        assert broker.sent == 0

    assert broker.sent == 1


@pytest.mark.django_db(transaction=True)
def test_transaction_undone_leaves_no_mail_and_wakes_nobody(broker):
    with transaction.atomic():
        enqueue([note()])
        transaction.set_rollback(True)

    assert (OutgoingMail.objects.count(), broker.sent) == (0, 0)


def test_worker_is_woken_once_a_sleep(broker):
    for _time in range(3):
        queue.wake()
    assert broker.sent == 1
    cache.delete(WAKE_KEY)
    queue.wake()
    assert broker.sent == 2


@pytest.mark.parametrize("error", [OperationalError(), ConnectionRefusedError(), TimeoutError()])
def test_broker_that_is_away_is_left_alone_for_a_moment(broker, monkeypatch, error):
    broker.answer = error
    for _time in range(3):
        queue.wake()
        cache.delete(WAKE_KEY)
    assert broker.sent == 1

    monkeypatch.setattr(queue, "_broker_left_alone_until", 0.0)  # the moment has passed
    broker.answer = None
    queue.wake()

    assert broker.sent == 2


def test_another_task_is_started_by_its_name_unless_the_broker_is_away(broker, monkeypatch):
    started = []
    monkeypatch.setattr(queue.current_app, "send_task", lambda name, **_options: started.append(name))

    queue.start("some.task")
    broker.answer = OperationalError()
    queue.wake()
    queue.start("some.task")

    assert started == ["some.task"]


@pytest.mark.django_db(transaction=True)
def test_error_of_waking_never_reaches_what_is_committed(broker, caplog):
    broker.answer = RuntimeError("something new in a library")

    enqueue([note()])

    assert OutgoingMail.objects.count() == 1
    assert "something new in a library" in caplog.text


def test_task_delivers_and_lets_itself_be_woken_again(db, monkeypatch, mailoutbox):
    monkeypatch.setitem(
        kinds._kinds,
        "test.note",
        kinds.Kind(lambda rows: {row.pk: EmailMessage(to=["ada@example.org"]) for row in rows}),
    )
    enqueue([mail(kind="test.note", about="note:1", at=tasks.timezone.now())])
    cache.add(WAKE_KEY, 1, 5)

    deliver()

    assert (len(mailoutbox), cache.get(WAKE_KEY)) == (1, None)


WAKE_THREE_TIMES = """
import time, django
django.setup()
from symposium.outbox.queue import wake
for _time in range(3):
    started = time.monotonic()
    wake()
    print(time.monotonic() - started)
"""


def seconds_to_wake(redis_port):
    """Of three wakes, in a process whose cache and broker are at this port."""
    environment = {
        **os.environ,
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "DJANGO_SETTINGS_MODULE": "symposium.settings",
    }
    result = subprocess.run(
        [sys.executable, "-c", WAKE_THREE_TIMES],
        check=False,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return [float(line) for line in result.stdout.split()]


def test_broker_that_refuses_costs_no_time():
    assert max(seconds_to_wake(free_port())) < 1


def test_broker_that_says_nothing_costs_one_request_its_time_out():
    with scripted(greeting=None) as port:
        first, *others = seconds_to_wake(port)

    assert first < 8
    assert max(others) < 0.1


def test_what_was_written_in_bulk_lets_everything_else_go_first(db):
    enqueue([mail(kind="test.note", about="note:1", at=NOW, is_bulk=True)])
    enqueue([mail(kind="test.note", about="note:2", at=NOW + timedelta(minutes=1))])

    claimed = [claim(at=NOW + timedelta(minutes=2), limit=1)[0].about for _time in range(2)]

    assert claimed == ["note:2", "note:1"]


def test_mails_held_back_are_not_claimed_until_they_are_let_go(db, broker, django_capture_on_commit_callbacks):
    enqueue([note("1"), note("2")])
    OutgoingMail.objects.filter(occasion="2").update(state="sending", claimed_at=NOW)
    everything = OutgoingMail.objects.all()

    assert hold(everything) == 1

    assert claim(at=NOW, limit=5) == []
    later = NOW + timedelta(minutes=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert release(everything, at=later) == 1
    assert broker.sent == 1
    assert [(one.occasion, one.due_at) for one in claim(at=later, limit=5)] == [("1", later)]
