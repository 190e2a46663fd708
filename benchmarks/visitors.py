"""Many visitors at once: each opens the form, sends it, and reads the answer page, on one connection of their own.

Made of bare streams, so that on a machine of two cores the load costs little beside what it loads.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|nonce)" value="([^"]+)"')
COOKIE = re.compile(rb"(?im)^set-cookie: ([^;\r]+)")
LOCATION = re.compile(rb"(?im)^location: ([^\r]+)")
LENGTH = re.compile(rb"(?im)^content-length: (\d+)")
STATUS = re.compile(rb'<main[^>]* data-status="(\w+)"')
REQUEST_TIMEOUT_SECONDS = 60


class Unanswered(Exception):
    """A page came without what the visitor needs from it, or with an error."""


@dataclass
class Visit:
    """What one person saw; moments are of the monotonic clock."""

    email: str
    seen: str = ""
    failure: str = ""
    began: float = 0.0
    sent_at: float = 0.0
    answered_at: float = 0.0
    seconds: list[float] = field(default_factory=list)


class Connection:
    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies = b""

    async def __aenter__(self):
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1_000_000)
        return self

    async def __aexit__(self, *error) -> None:
        self._writer.close()

    async def ask(self, method: str, path: str, fields: dict | None = None) -> tuple[int, bytes, bytes]:
        body = urlencode(fields).encode() if fields else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self._cookies.decode()}\r\n"
        if fields:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(answer)
        text = await self._reader.readexactly(int(length[1])) if length else b""
        self._cookies = b"; ".join(COOKIE.findall(answer)) or self._cookies
        return int(answer[9:12]), answer, text


async def visit(port: int, edition: str, visit: Visit) -> None:
    path = f"/fr/{edition}/register/"
    visit.began = time.monotonic()
    async with Connection(port) as connection:
        _head, page = await _timed(visit, 200, connection.ask("GET", path))
        fields = {name.decode(): value.decode() for name, value in TOKEN.findall(page)}
        visit.sent_at = time.monotonic()
        head, _page = await _timed(visit, 303, connection.ask("POST", path, fields | _person(visit.email)))
        visit.answered_at = time.monotonic()
        _head, page = await _timed(visit, 200, connection.ask("GET", LOCATION.search(head)[1].decode()))
        visit.seen = STATUS.search(page)[1].decode()


async def _timed(visit: Visit, expected: int, asking) -> tuple[bytes, bytes]:
    started = time.monotonic()
    status, head, page = await asyncio.wait_for(asking, REQUEST_TIMEOUT_SECONDS)
    visit.seconds.append(time.monotonic() - started)
    if status != expected:
        message = f"{status} instead of {expected}"
        raise Unanswered(message)
    return head, page


def _person(email: str) -> dict[str, str]:
    return {
        "email": email,
        "given_name": "Camille",
        "family_name": f"Exemple {email.partition('@')[0]}",
        "affiliation": "Institut exemplaire",
        "country": "FR",
        "profile": "researcher",
        "attendance_mode": "onsite",
    }


async def crowd(port: int, edition: str, people: int, connections: int, name: str = "person") -> list[Visit]:
    """Let ``people`` visit, ``connections`` at a time, the next as soon as one is done."""
    visits = [Visit(f"{name}{number}@example.org") for number in range(people)]
    waiting = iter(visits)

    async def gate() -> None:
        for one in waiting:
            try:
                await visit(port, edition, one)
            except (OSError, EOFError, Unanswered, TimeoutError, TypeError) as error:
                one.failure = f"{type(error).__name__}: {error}"

    await asyncio.gather(*(gate() for _number in range(connections)))
    return visits
