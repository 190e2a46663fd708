"""A visitor's browser, without the screen, and a visitor's mailbox."""

import email
import email.policy
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from aiosmtpd.controller import Controller

from tests.topology.processes import wait_until


@dataclass
class Page:
    status: int
    headers: dict
    text: str

    @property
    def main(self) -> dict:
        """The attributes of ``<main>``."""
        return next(attributes for tag, attributes in self._tags() if tag == "main")

    @property
    def hidden(self) -> dict:
        """The hidden fields, the token against forgery among them."""
        return {
            attributes["name"]: attributes.get("value", "")
            for tag, attributes in self._tags()
            if tag == "input" and attributes.get("type") == "hidden"
        }

    def _tags(self):
        found = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
        parser.feed(self.text)
        return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Browser:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), _NoRedirect, urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.origin, path)))

    def post(self, path: str, fields: dict) -> Page:
        url = urllib.parse.urljoin(self.origin, path)
        data = urllib.parse.urlencode(fields, doseq=True).encode()
        return self._open(urllib.request.Request(url, data, headers={"Referer": url}))

    def _open(self, request) -> Page:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Page(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as answer:
            with answer:
                return Page(answer.code, dict(answer.headers), answer.read().decode())


class Mailbox:
    """An SMTP server that keeps what it is given."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.messages = []
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((envelope.rcpt_tos, message))
        return "250 kept"

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *error) -> None:
        self._controller.stop()

    def to(self, address: str) -> list:
        return [message for receivers, message in list(self.messages) if address in receivers]

    def wait_for(self, address: str, timeout=60):
        return wait_until(lambda: self.to(address), timeout)[0]
