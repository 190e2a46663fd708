"""A mail server that hangs, hangs up or is away: it costs time, and no mail."""

import logging
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from symposium.outbox import delivery
from symposium.outbox.delivery import Delivered
from tests.factories import NOW
from tests.symposium.outbox.notes import deliver, queue, state
from tests.symposium.outbox.servers import Sink, free_port, listening, scripted


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


def test_server_that_leaves_rudely_is_no_error(db, smtp, caplog):
    caplog.set_level(logging.INFO, "symposium.outbox.delivery")
    with scripted({"QUIT": b"221 " + b"x" * 9000 + b"\r\n"}) as port:
        smtp(port)
        queue("ada@example.org")

        assert deliver() == Delivered(sent=1)

    assert "hung up before we did" in caplog.text
