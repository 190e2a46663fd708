"""Mail servers that do as they are told."""

import asyncio
import socket
import socketserver
import threading
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Sink:
    """Keeps what it accepts; ``answers`` maps the beginning of an address to what is said instead of 250.

    ``at`` is the command at which it is said: MAIL, RCPT or DATA. The answers « cut » and « hang » are acts.
    """

    def __init__(self, answers=None, at="RCPT"):
        self.answers = answers or {}
        self.at = at
        self.messages = []
        self.senders = []

    def _answer(self, command, address):
        if command != self.at:
            return None
        return next((answer for start, answer in self.answers.items() if address.startswith(start)), None)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if answer := self._answer("RCPT", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self._answer("DATA", envelope.rcpt_tos[0])
        if answer == "cut":
            server.transport.abort()
        elif answer == "hang":
            await asyncio.sleep(5)
        elif answer:
            return answer
        else:
            self.messages.append((envelope.rcpt_tos, envelope.content))
            self.senders.append(envelope.mail_from)
        return "250 OK"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def listening(sink):
    """Run a sink on a free port of this machine, and yield the port."""
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop(no_assert=True)


class Scripted(socketserver.StreamRequestHandler):
    """Answers each command by its first word, in raw bytes; None is silence."""

    greeting = b"220 ready\r\n"
    script = {}

    def handle(self):
        if self.greeting is None:
            self.rfile.read()
            return
        self.wfile.write(self.greeting)
        is_data = False
        for line in self.rfile:
            word = line.strip().upper()[:4].decode("latin-1")
            if is_data and line != b".\r\n":
                continue
            is_data = word == "DATA"
            answer = self.script.get(
                "." if line == b".\r\n" else word, b"354 go on\r\n" if is_data else b"250 fine\r\n"
            )
            self.wfile.write(answer)


@contextmanager
def scripted(script=None, greeting=b"220 ready\r\n"):
    """Run a server that answers by a script, and yield its port."""
    handler = type("Handler", (Scripted,), {"script": script or {}, "greeting": greeting})
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
