"""``manage.py outbox``: what waits, since when and why."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.utils import timezone

from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def store(**fields):
    stored = mail(kind=fields.pop("kind", "test.outbox"), about=fields.pop("about", "test:1"), at=NOW)
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.save()
    return stored


def run(*arguments):
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def letter():
    """A kind that renders every mail, for as long as the test."""

    def render(mails):
        return {m.pk: EmailMessage("Subject", "Body", to=["somebody@example.org"]) for m in mails}

    kinds.register("test.outbox", kinds.Kind(render))
    yield
    del kinds._kinds["test.outbox"]


def test_status_says_what_waits_since_when_and_why():
    store(about="test:1")
    store(about="test:2", created_at=NOW - timedelta(hours=2), attempts=3, last_error="451 greylisted")
    store(about="test:3", state=OutgoingMail.State.FAILED, attempts=1, last_error="550 no such user")
    store(about="test:4", state=OutgoingMail.State.SENT, sent_at=NOW)

    lines = run().splitlines()

    now, two_hours_ago = "2027-03-01 13:00:00+01:00", "2027-03-01 11:00:00+01:00"
    assert lines == [
        "2 queued, 0 sending, 1 sent, 1 failed, 0 dropped, 0 held, 0 kept",
        f"queued        1  test.outbox  since {two_hours_ago}; 3 attempts; next attempt {now}: 451 greylisted",
        f"queued        1  test.outbox  since {now}; 0 attempts; next attempt {now}: not tried yet",
        f"failed        1  test.outbox  since {now}; 1 attempts: 550 no such user",
    ]


def test_status_as_json_groups_mails_by_kind_and_reason():
    store(about="test:1")
    store(about="test:2")

    answer = json.loads(run("status", "--json"))

    assert answer["totals"]["queued"] == 2
    assert [(group["kind"], group["mails"]) for group in answer["waiting"]] == [("test.outbox", 2)]
    assert answer["failed"] == []


def test_status_costs_the_same_for_one_mail_and_for_many(django_assert_num_queries):
    store(about="test:1")
    store(about="test:2", last_error="451")

    with django_assert_num_queries(3):
        run("status")


@pytest.mark.usefixtures("letter")
def test_deliver_sends_what_is_due(mailoutbox):
    store(due_at=timezone.now())

    answer = json.loads(run("deliver", "--json"))

    assert answer == {"sent": 1, "failed": 0, "delayed": 0, "dropped": 0, "kept": 0}
    assert [message.subject for message in mailoutbox] == ["Subject"]


def test_deliver_says_in_words_what_it_did():
    assert run("deliver") == "0 sent, 0 failed, 0 delayed, 0 dropped, 0 kept\n"


def test_retry_queues_failed_mails_again_with_all_their_attempts():
    failed = store(state=OutgoingMail.State.FAILED, attempts=19, last_error="550 no such user")
    sent = store(about="test:2", state=OutgoingMail.State.SENT, sent_at=NOW)

    assert run("retry") == "1 retried\n"

    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.attempts) == (OutgoingMail.State.QUEUED, 0)
    assert failed.due_at <= timezone.now()
    assert sent.state == OutgoingMail.State.SENT


def test_retry_without_failed_mails_does_nothing():
    queued = store(due_at=NOW + timedelta(hours=1))

    assert json.loads(run("retry", "--json")) == {"retried": 0}

    queued.refresh_from_db()
    assert queued.due_at == NOW + timedelta(hours=1)


def test_another_word_is_refused():
    with pytest.raises(CommandError):
        run("explode")
