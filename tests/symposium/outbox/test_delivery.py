"""From the outbox to a real mail server, and all that can go wrong on the way (TRUST R7-R9)."""

import email
import logging
import re
import socket
import uuid
from datetime import timedelta
from itertools import pairwise

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage

from programme.models import Edition
from registrations.models import Attendee
from symposium.outbox import bounces, delivery, kinds
from symposium.outbox.delivery import Delivered, claim, deliver_due
from symposium.outbox.models import CLAIM_VALID_MINUTES, OutgoingMail
from symposium.outbox.queue import enqueue, mail
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered
from tests.races import at_once
from tests.symposium.outbox.servers import Sink, free_port, listening, scripted

KIND = "test.note"


def render(mails):
    """A mail to the address of its context; « dropped » is left out, « broken » raises."""
    messages = {}
    for row in mails:
        if row.context["to"] == "broken":
            raise ZeroDivisionError
        if row.context["to"] != "dropped":
            recipients = [row.context["to"]] if row.context["to"] else []
            messages[row.pk] = EmailMessage(row.context.get("subject", "Note"), "Words.", to=recipients)
    return messages


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    accepted = []
    monkeypatch.setitem(kinds._kinds, KIND, kinds.Kind(render, accepted=lambda row, at: accepted.append((row.pk, at))))
    return accepted


@pytest.fixture
def smtp(settings):
    """Point Django at a port, as EMAIL_URL does."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 1
    settings.DEFAULT_FROM_EMAIL = "The Symposium <desk@symposium.example.org>"

    def use(port):
        settings.EMAIL_PORT = port

    return use


@pytest.fixture
def sink(smtp):
    sink = Sink()
    with listening(sink) as port:
        smtp(port)
        yield sink


def queue(*recipients, at=NOW, **context):
    """Put a mail to each recipient into the outbox, in this order."""
    rows = [
        mail(
            kind=KIND,
            about=f"note:{uuid.uuid4()}",
            at=at + timedelta(microseconds=place),
            context={"to": to, **context},
        )
        for place, to in enumerate(recipients)
    ]
    enqueue(rows)
    return rows


def deliver(at=NOW + timedelta(seconds=1), **how):
    return deliver_due(clock=lambda: at, **how)


def state(row):
    row.refresh_from_db()
    return row.state


def recipients(sink):
    return [to for to, _content in sink.messages]


def test_mail_is_sent_with_what_every_mail_carries(db, sink, kind):
    (row,) = queue("ada@example.org")
    at = NOW + timedelta(seconds=1)

    done = deliver(at)

    ((to, content),) = sink.messages
    message = email.message_from_bytes(content)
    assert (done, to) == (Delivered(sent=1), ["ada@example.org"])
    assert (state(row), row.sent_at, row.attempts, row.last_error) == ("sent", at, 1, "")
    assert message["Message-ID"] == f"<{row.pk}@symposium.example.org>"
    assert (message["Auto-Submitted"], message["From"]) == (
        "auto-generated",
        "The Symposium <desk@symposium.example.org>",
    )
    assert kind == [(row.pk, at)]


def test_mail_comes_back_to_an_address_of_its_own_where_bounces_are_read(db, sink, settings):
    settings.BOUNCE_ADDRESS = "bounces@back.example.org"
    one, other = queue("ada@example.org", "bob@example.org")

    deliver()

    assert sink.senders == [bounces.sender_of(one), bounces.sender_of(other)]
    assert re.fullmatch(r"bounces\+[0-9A-Z]{53}@back\.example\.org", sink.senders[0])
    assert len(sink.senders[0].partition("@")[0]) <= 64
    for _to, content in sink.messages:
        message = email.message_from_bytes(content)
        assert message.get_all("From") == ["The Symposium <desk@symposium.example.org>"]


def test_mail_comes_back_to_the_desk_where_bounces_are_not_read(db, sink):
    queue("ada@example.org")

    deliver()

    assert sink.senders == ["desk@symposium.example.org"]


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


def test_mail_is_sent_once_however_often_it_is_asked_for(db, sink):
    queue("ada@example.org")

    results = [deliver() for _time in range(3)]

    assert results == [Delivered(sent=1), Delivered(), Delivered()]
    assert len(sink.messages) == 1


def test_mail_not_due_yet_stays(db, sink):
    queue("ada@example.org", at=NOW + timedelta(minutes=1))

    assert deliver() == Delivered()
    assert deliver(NOW + timedelta(minutes=2)) == Delivered(sent=1)


def test_kind_need_not_be_told_of_acceptance(db, sink, monkeypatch):
    monkeypatch.setitem(kinds._kinds, KIND, kinds.Kind(render))
    queue("ada@example.org")

    assert deliver() == Delivered(sent=1)


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


def test_line_cut_while_sending_is_temporary(db, smtp):
    sink = Sink({"bad": "cut"}, at="DATA")
    with listening(sink) as port:
        smtp(port)
        bad, good = queue("bad@example.org", "good@example.org")
        done = deliver()

    assert done == Delivered(sent=1, delayed=1)
    assert (state(bad), bad.last_error, state(good)) == ("queued", "SMTPServerDisconnected", "sent")


def test_server_that_hangs_on_one_mail_is_temporary(db, smtp):
    sink = Sink({"bad": "hang"}, at="DATA")
    with listening(sink) as port:
        smtp(port)
        bad, good = queue("bad@example.org", "good@example.org")
        done = deliver()

    assert done == Delivered(sent=1, delayed=1)
    assert (state(bad), state(good)) == ("queued", "sent")
    assert bad.last_error in {"TimeoutError", "SMTPServerDisconnected"}


def test_server_that_says_nothing_is_away(db, smtp):
    with scripted(greeting=None) as port:
        smtp(port)
        rows = queue("ada@example.org", "bob@example.org")
        done = deliver()

    assert done == Delivered(delayed=2)
    assert {(state(row), row.attempts) for row in rows} == {("queued", 1)}


@pytest.mark.parametrize("greeting", [b"421 busy\r\n", b"554 no service\r\n"])
def test_server_that_refuses_everybody_is_away(db, smtp, greeting):
    with scripted(greeting=greeting) as port:
        smtp(port)
        (row,) = queue("ada@example.org")
        done = deliver()

    assert (done, state(row)) == (Delivered(delayed=1), "queued")
    assert row.last_error == greeting.decode().strip()


def test_server_away_costs_one_batch_and_no_mail(db, smtp, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 3)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        smtp(closed.getsockname()[1])
        rows = queue(*(f"person{number}@example.org" for number in range(5)))
        done = deliver()

    assert done == Delivered(delayed=3)
    assert [(state(row), row.attempts, row.last_error) for row in rows] == [
        *[("queued", 1, "ConnectionRefusedError")] * 3,
        *[("queued", 0, "")] * 2,
    ]
    with listening(sink := Sink()) as port:
        smtp(port)
        assert deliver(NOW + timedelta(minutes=2)) == Delivered(sent=5)
    assert len(sink.messages) == 5


def test_server_that_goes_away_amid_a_batch(db, smtp):
    """The mail that was cut and those behind it wait; what was sent is sent."""

    class Dying(Sink):
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            if self.messages:
                controller.server.close()
                server.transport.abort()
            return await super().handle_DATA(server, session, envelope)

    controller = Controller(Dying(), hostname="127.0.0.1", port=free_port())
    controller.start()
    smtp(controller.port)
    rows = queue("a@example.org", "b@example.org", "c@example.org")
    try:
        done = deliver()
    finally:
        controller.stop(no_assert=True)

    assert done == Delivered(sent=1, delayed=2)
    assert [state(row) for row in rows] == ["sent", "queued", "queued"]
    assert rows[2].last_error == "ConnectionRefusedError"


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


def test_mail_whose_message_cannot_be_made_holds_up_nobody(db, sink):
    broken, good = queue("broken", "good@example.org")

    done = deliver()

    assert done == Delivered(sent=1, delayed=1)
    assert (state(broken), broken.last_error) == ("queued", "cannot be rendered: ZeroDivisionError")
    assert state(good) == "sent"


def test_mail_that_can_never_be_made_fails_in_the_end(db, sink):
    (broken,) = queue("broken")

    while state(broken) == "queued":
        deliver(broken.due_at)

    assert (broken.state, broken.due_at - NOW >= timedelta(hours=72)) == ("failed", True)


@pytest.mark.parametrize("newline", ["\n", "\r", "\r\n"])
def test_line_break_in_a_header_sends_nothing_and_holds_up_nobody(db, sink, newline):
    (broken,) = queue("ada@example.org", subject=f"Hello{newline}Bcc: eve@example.org")
    queue("good@example.org", at=NOW + timedelta(milliseconds=1))

    done = deliver()

    assert (done, recipients(sink)) == (Delivered(sent=1, delayed=1), [["good@example.org"]])
    assert (state(broken), broken.last_error) == ("queued", "cannot be written: BadHeaderError")


def test_address_that_cannot_be_written_holds_up_nobody(db, sink):
    broken, good = queue("ada@" + "x" * 70 + "\u00e9.example.org", "good@example.org")

    done = deliver()

    assert (done.sent, recipients(sink)) == (1, [["good@example.org"]])
    assert (state(broken), state(good)) == ("queued", "sent")
    assert broken.last_error.startswith("cannot be written: ")


def test_unknown_kind_waits_for_the_release_that_knows_it(db, sink, monkeypatch):
    stranger = mail(kind="test.unknown", about="note:1", at=NOW)
    enqueue([stranger])
    (good,) = queue("good@example.org")

    done = deliver()
    monkeypatch.setitem(kinds._kinds, "test.unknown", kinds.Kind(render))
    OutgoingMail.objects.filter(pk=stranger.pk).update(context={"to": "late@example.org"})
    again = deliver(NOW + timedelta(minutes=2))

    assert (done, again) == (Delivered(sent=1, delayed=1), Delivered(sent=1))
    assert (state(stranger), stranger.last_error, state(good)) == ("sent", "unknown kind", "sent")


def test_mail_overtaken_by_events_is_dropped(db, sink):
    dropped, good = queue("dropped", "good@example.org")

    assert deliver() == Delivered(sent=1, dropped=1)
    assert (state(dropped), state(good), len(sink.messages)) == ("dropped", "sent", 1)


def test_mail_to_nobody_is_dropped_and_not_sent(db, sink):
    (row,) = queue("")

    assert deliver() == Delivered(dropped=1)
    assert (state(row), row.sent_at) == ("dropped", None)


def test_batch_that_takes_too_long_gives_the_rest_back_untried(db, sink, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH_VALID_SECONDS", -1)
    rows = queue("a@example.org", "dropped", "b@example.org")

    done = deliver(batches=3)

    assert done == Delivered(dropped=1)
    assert [(state(row), row.attempts) for row in rows] == [("queued", 0), ("dropped", 1), ("queued", 0)]
    monkeypatch.setattr(delivery, "BATCH_VALID_SECONDS", 90)
    assert deliver() == Delivered(sent=2)


def test_batches_go_on_until_nothing_is_due(db, sink, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    queue(*(f"person{number}@example.org" for number in range(5)))

    assert deliver() == Delivered(sent=5)
    assert [to[0] for to in recipients(sink)] == [f"person{number}@example.org" for number in range(5)]


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


def test_server_that_leaves_rudely_is_no_error(db, smtp, caplog):
    caplog.set_level(logging.INFO, "symposium.outbox.delivery")
    with scripted({"QUIT": b"221 " + b"x" * 9000 + b"\r\n"}) as port:
        smtp(port)
        queue("ada@example.org")

        assert deliver() == Delivered(sent=1)

    assert "hung up before we did" in caplog.text


def test_log_holds_no_address(db, smtp, caplog):
    caplog.set_level(logging.DEBUG, "symposium")
    with listening(Sink({"bad": "550 <bad@example.org> unknown"})) as port:
        smtp(port)
        queue("broken", "bad@example.org", "ada@\u00e9" + "x" * 70 + ".example.org")
        deliver()

    assert "cannot be rendered" in caplog.text
    assert "cannot be written" in caplog.text
    assert "@" not in caplog.text.replace("@symposium.example.org", "")


def test_texts_of_people_and_editions_begin_no_header(db, sink):
    """The real letters, with line breaks wherever somebody may write."""
    hostile = "Ada\r\nBcc: eve@example.org\r\n\r\nHello"
    edition = EditionFactory(title_fr=hostile, title_en=hostile, contact_email="desk@example.org")
    SeatPoolFactory(edition=edition)
    registered(edition, given_name=hostile, family_name=hostile, affiliation=hostile)
    Attendee.objects.update(given_name=hostile, family_name=hostile)

    done = deliver()

    ((to, content),) = sink.messages
    message = email.message_from_bytes(content)
    assert (done.sent, to) == (1, ["ada@example.org"])
    assert "Bcc" not in message
    assert "Bcc: eve@example.org" in str(email.header.make_header(email.header.decode_header(message["Subject"])))
    assert Edition.objects.get().title == hostile


def test_folder_keeps_each_mail_as_a_file(db, settings, tmp_path):
    settings.EMAIL_BACKEND = "symposium.outbox.backends.FolderBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    rows = queue("ada@example.org", "bob@example.org")

    assert deliver() == Delivered(sent=2)

    files = sorted((tmp_path / "mail").iterdir())
    assert {file.suffix for file in files} == {".eml"}
    contents = [file.read_bytes() for file in files]
    assert [email.message_from_bytes(content)["To"] for content in contents] == ["ada@example.org", "bob@example.org"]
    assert str(rows[0].pk).encode() in contents[0]
    assert all(b"\r\n" in content and b"\n" not in content.replace(b"\r\n", b"") for content in contents)


def test_names_of_rows_hold_no_address():
    assert str(mail(kind=KIND, about="note:1", at=NOW)) == "test.note about note:1"


def test_querysets_read_as_they_say(db, sink):
    rows = queue("ada@example.org", "bob@example.org", "dropped")
    claim(at=NOW + timedelta(seconds=1), limit=1)

    assert [row in OutgoingMail.objects.queued() for row in rows] == [False, True, True]
    assert set(OutgoingMail.objects.waiting()) == set(rows)
    assert OutgoingMail.objects.due(NOW + timedelta(seconds=1)).count() == 2
