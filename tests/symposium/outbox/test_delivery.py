"""From the outbox to a real mail server: what is sent, what is dropped, and what cannot be made (TRUST R7-R9)."""

import email
import logging
import re
from datetime import timedelta

import pytest

from programme.models import Edition
from registrations.models import Attendee
from symposium.outbox import bounces, delivery, kinds
from symposium.outbox.delivery import Delivered, claim
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue, mail
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered
from tests.symposium.outbox.notes import KIND, deliver, queue, recipients, render, state
from tests.symposium.outbox.servers import Sink, listening


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
