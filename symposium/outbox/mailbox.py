"""Read the mails of the demo back from their files."""

import re
from base64 import b64encode
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings

from symposium.lib.text import normalise_email

# What a mail may show by itself; anything else is downloaded as bytes that mean nothing.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif"})
HARMLESS = IMAGES | {"text/calendar", "application/pdf"}
END_OF_SENTENCE = ".,;:!?)»"


class NoSuchMail(Exception):
    """There is no mail of this name, or no such part in it."""


@dataclass(frozen=True)
class Part:
    """Something that a mail carries beside its text."""

    number: int
    filename: str
    content_type: str
    content_id: str
    content: bytes

    @property
    def is_image(self) -> bool:
        return self.content_type in IMAGES

    @property
    def safe_type(self) -> str:
        return self.content_type if self.content_type in HARMLESS else "application/octet-stream"

    @property
    def data_address(self) -> str:
        return f"data:{self.content_type};base64,{b64encode(self.content).decode()}"


@dataclass(frozen=True)
class StoredMail:
    """One file of the folder."""

    name: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "").strip()

    @property
    def recipients(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def sent_at(self) -> datetime | None:
        header = self.message["Date"]
        moment: datetime | None = header.datetime if header else None
        # « -0000 » is read as a time without a zone; it means UTC.
        return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def links(self) -> list[str]:
        """Return the addresses of this site in the text: they alone become links."""
        found = re.findall(rf"{re.escape(settings.PUBLIC_ORIGIN)}/[^\s<>\"]*", self.text)
        return list(dict.fromkeys(address.rstrip(END_OF_SENTENCE) for address in found))

    @property
    def html(self) -> str:
        """Return the HTML part with its pictures inside it, and its links leading out of the frame it is shown in."""
        html = self._body("html")
        for part in self.parts:
            if part.is_image and part.content_id:
                html = html.replace(f"cid:{part.content_id}", part.data_address)
        return re.sub(r"<head[^>]*>", lambda head: f'{head[0]}<base target="_blank">', html, count=1)

    @property
    def parts(self) -> list[Part]:
        bodies = [self.message.get_body((kind,)) for kind in ("plain", "html")]
        leaves = [part for part in self.message.walk() if not part.is_multipart() and part not in bodies]
        return [_part(number, leaf) for number, leaf in enumerate(leaves, start=1)]

    def part(self, number: int) -> Part:
        """:raises NoSuchMail: the mail has fewer parts."""
        for part in self.parts:
            if part.number == number:
                return part
        raise NoSuchMail(self.name)

    def _body(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


def names() -> list[str]:
    """Return the names of all mails, the newest first."""
    if not settings.EMAIL_FILE_PATH:
        return []
    return sorted((path.stem for path in Path(settings.EMAIL_FILE_PATH).glob("*.eml")), reverse=True)


def read_bytes(name: str) -> bytes:
    """:raises NoSuchMail: there is none of this name."""
    if name not in names():  # so that no name can lead anywhere else
        raise NoSuchMail(name)
    return (Path(settings.EMAIL_FILE_PATH) / f"{name}.eml").read_bytes()


def read(name: str) -> StoredMail:
    """:raises NoSuchMail: there is none of this name."""
    return parse(name, read_bytes(name))


def parse(name: str, source: bytes) -> StoredMail:
    return StoredMail(name, BytesParser(EmailMessage, policy=policy.default).parsebytes(source))


def forget(addresses: Collection[str]) -> None:
    """Delete the mails to normalised addresses. Elsewhere than in the demo they have left, and there is nothing here."""
    for name in names():
        path = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
        with suppress(FileNotFoundError), path.open("rb") as file:
            head = BytesHeaderParser(policy=policy.default).parse(file)
            receivers = {normalise_email(address) for _name, address in getaddresses(map(str, head.get_all("To", [])))}
            if receivers & set(addresses):
                path.unlink(missing_ok=True)


def _part(number: int, leaf: EmailMessage) -> Part:
    payload = leaf.get_payload(decode=True)
    return Part(
        number=number,
        filename=leaf.get_filename() or f"part-{number}",
        content_type=leaf.get_content_type(),
        content_id=str(leaf["Content-ID"] or "").strip("<> "),
        content=payload if isinstance(payload, bytes) else b"",
    )
