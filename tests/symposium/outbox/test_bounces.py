"""What a notice of failure tells, and what a stranger may write there without telling anything."""

import uuid
from datetime import timedelta

import pytest

from symposium.outbox import bounces, kinds
from symposium.outbox.bounces import Outcome, sender_of, take
from symposium.outbox.queue import mail
from tests.factories import NOW
from tests.symposium.outbox.notices import notice

KIND = "test.bounce"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def told(settings, monkeypatch):
    """What whoever wrote the mail was told."""
    settings.BOUNCE_ADDRESS = "bounces@symposium.example.org"
    told = []
    came_back = lambda row, status, at: told.append((row.pk, status, at))  # noqa: E731
    monkeypatch.setitem(kinds._kinds, KIND, kinds.Kind(lambda _mails: {}, came_back=came_back))
    return told


@pytest.fixture
def row(db):
    row = mail(kind=KIND, about=f"note:{uuid.uuid4()}", at=NOW)
    row.save()
    return row


def kept(row):
    row.refresh_from_db()
    return row.bounce_status, row.bounced_at


@pytest.mark.parametrize(
    ("status", "action", "outcome"),
    [
        ("5.1.1", "failed", Outcome.PERMANENT),
        ("5.0.0 (unknown, says the server)", "Failed", Outcome.PERMANENT),
        ("4.4.7", "failed", Outcome.TEMPORARY),
        ("4.2.2", "delayed", Outcome.TEMPORARY),
    ],
)
def test_notice_of_failure_is_noted_and_told(row, told, status, action, outcome):
    assert take(notice(row, status, action), at=NOW) == outcome

    assert kept(row) == (status[:5], NOW)
    assert told == [(row.pk, status[:5], NOW)]


def test_same_notice_again_changes_nothing_and_a_worse_one_does(row, told):
    outcomes = [take(notice(row, status), at=LATER) for status in ("4.4.1", "4.4.1", "5.4.4", "5.4.4", "4.4.1")]

    assert outcomes == ["temporary", "repeated", "permanent", "repeated", "repeated"]
    assert [status for _pk, status, _at in told] == ["4.4.1", "5.4.4"]


@pytest.mark.parametrize(
    ("status", "action"),
    [("2.0.0", "delivered"), ("5.1.1", "delayed"), ("5.1.1", "relayed"), ("5.1", "failed"), ("5.1.1111", "failed"),
     ("five", "failed"), ("", "failed"), ("5.1.1", "")],
)  # fmt: skip
def test_notice_that_tells_no_failure_is_left(row, told, status, action):
    assert take(notice(row, status, action), at=NOW) == Outcome.OTHER

    assert (kept(row), told) == (("", None), [])


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_address_is_read_where_servers_write_it(row, header):
    raw = notice(row, to="undisclosed-recipients:;").replace(
        b"To: undisc", f"{header}: {sender_of(row)}\nTo: undisc".encode()
    )

    assert take(raw.lower().replace(b"failed", b"FAILED"), at=NOW) == Outcome.PERMANENT


def test_forged_token_is_ignored(row, told):
    ours = sender_of(row)
    local, _at, domain = ours.partition("@")
    strange = [
        ours.replace("example.org", "example.org.evil.example"),
        f"{local}0@{domain}",
        f"{local[:-1]}@{domain}",
        f"bounces+{'0' * 53}@{domain}",
        f"bounces@{domain}",
        f"other+{local.partition('+')[2]}@{domain}",
    ]

    assert [take(notice(row, to=to), at=NOW) for to in strange] == [Outcome.OTHER] * len(strange)
    assert (kept(row), told) == (("", None), [])


def test_token_of_a_mail_that_is_gone_is_ignored(row):
    raw = notice(row)
    row.delete()

    assert take(raw, at=NOW) == Outcome.OTHER


def test_mail_that_nobody_waits_for_is_noted_alone(row, monkeypatch):
    monkeypatch.setitem(kinds._kinds, KIND, kinds.Kind(lambda _mails: {}))
    assert take(notice(row, "4.4.7"), at=NOW) == Outcome.TEMPORARY

    monkeypatch.delitem(kinds._kinds, KIND)
    assert take(notice(row, "5.4.7"), at=NOW) == Outcome.PERMANENT
    assert kept(row) == ("5.4.7", NOW)


def automatic(row):
    return f"To: {sender_of(row)}\nAuto-Submitted: auto-replied\nSubject: I am away\n\nStatus: 5.1.1\n".encode()


def nested(row):
    """Deeper than the parser goes without an error."""
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    return f"To: {sender_of(row)}\n{deep}".encode()


def hidden(row):
    """A notice inside a mail that is none."""
    return f"To: {sender_of(row)}\nContent-Type: message/rfc822\n\n".encode() + notice(row)


@pytest.mark.parametrize(
    "make",
    [
        automatic,
        nested,
        hidden,
        lambda row: b"",
        lambda row: b"\x00\xff" * 1000,
        lambda row: notice(row).replace(b"message/delivery-status", b"text/plain"),
        lambda row: notice(row).replace(b"boundary", b"border"),
        lambda row: notice(row)[:300],
    ],
    ids=["automatic", "nested", "hidden", "empty", "bytes", "no status part", "no boundary", "cut"],
)
def test_what_is_no_notice_is_left(row, told, make):
    assert take(make(row), at=NOW) == Outcome.OTHER

    assert (kept(row), told) == (("", None), [])


def test_notice_with_hostile_headers_tells_what_it_tells(row):
    raw = b"Subject: =?utf-8?b?//8=?= \xff\r\nX-A: \x00\r\nDelivered-To: \xff\xfe\r\n" + notice(row)

    assert take(raw, at=NOW) == Outcome.PERMANENT


def test_no_mail_comes_back_where_bounces_are_not_read(row, settings):
    settings.BOUNCE_ADDRESS = ""

    assert bounces.sender_of(row) is None
