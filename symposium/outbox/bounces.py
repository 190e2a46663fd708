"""Mails that come back: each has an envelope sender of its own, and what is written to it says why (RFC 3464)."""

import email
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from symposium.lib import tokens
from symposium.outbox.kinds import UnknownKind, kind_of
from symposium.outbox.models import OutgoingMail

# A notice repeats what it is about, and our mails are smaller.
NOTICE_BYTES = 2_000_000
# Where mail servers say for whom a notice came in.
ADDRESSED_BY = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
STATUS = re.compile(r"\s*([45]\.\d{1,3}\.\d{1,3})(?![\d.])")


class Outcome(StrEnum):
    """What a notice told; ``OTHER`` is an answer by a machine, a forged token, or what nobody can read."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    REPEATED = "repeated"
    OTHER = "other"


def sender_of(mail: OutgoingMail) -> str | None:
    """Return the address to which a mail comes back, where the installation reads what comes back."""
    if not settings.BOUNCE_ADDRESS:
        return None
    local, _at, domain = settings.BOUNCE_ADDRESS.partition("@")
    return f"{local}+{tokens.signed_id('bounce', mail.pk)}@{domain}"


def take(raw: bytes, *, at: datetime) -> Outcome:
    """Note on a mail that it came back, and tell whoever wrote it; the same notice again changes nothing.

    All in it is the word of a stranger but the token, which is ours: without a valid one it says nothing.
    """
    found = _read(raw)
    if found is None:
        return Outcome.OTHER
    mail_id, status = found
    with transaction.atomic(durable=True):
        mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id).first()
        if mail is None:
            return Outcome.OTHER
        if mail.bounce_status[:1] >= status[:1]:
            return Outcome.REPEATED
        mail.bounced_at, mail.bounce_status = at, status
        mail.save(update_fields=["bounced_at", "bounce_status"])
        tell(mail, status, at)
    return Outcome.PERMANENT if status.startswith("5") else Outcome.TEMPORARY


def tell(mail: OutgoingMail, status: str, at: datetime) -> None:
    """Tell whoever wrote a mail that it did not reach its reader."""
    try:
        came_back = kind_of(mail).came_back
    except UnknownKind:
        return
    if came_back:
        came_back(mail, status, at)


def _read(raw: bytes) -> tuple[uuid.UUID, str] | None:
    """Return the mail that a notice of failure is about, and its status; None if it is no such notice, or about none of ours."""
    try:
        notice = email.message_from_bytes(raw)
        status = max(_statuses(notice), default=None)
        mail_id = next(_mails_named(notice), None)
    except Exception:  # noqa: BLE001  A stranger's bytes: whatever they make the parser raise, they tell nothing.
        return None
    return (mail_id, status) if mail_id and status else None


def _statuses(notice: Message) -> Iterator[str]:
    if notice.get_content_type() != "multipart/report":
        return
    for part in _parts(notice):
        if part.get_content_type() != "message/delivery-status":
            continue
        for recipient in _parts(part):
            action = str(recipient.get("Action", "")).strip().lower()
            status = STATUS.match(str(recipient.get("Status", "")))
            if status and (action == "failed" or (action == "delayed" and status[1].startswith("4"))):
                yield status[1]


def _parts(message: Message) -> list[Message]:
    return [part for part in message.get_payload() if isinstance(part, Message)]


def _mails_named(notice: Message) -> Iterator[uuid.UUID]:
    local, _at, domain = settings.BOUNCE_ADDRESS.partition("@")
    address = re.compile(rf"{re.escape(local)}\+([0-9A-Z]+)@{re.escape(domain)}(?![\w.-])", re.IGNORECASE)
    for name in ADDRESSED_BY:
        for value in notice.get_all(name, []):
            for match in address.finditer(str(value)):
                mail_id = tokens.read_signed_id("bounce", match[1])
                if mail_id is not None:
                    yield mail_id
