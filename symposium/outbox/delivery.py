"""Claim due mails and hand them to the SMTP server."""

import logging
import re
import smtplib
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from symposium.outbox import bounces
from symposium.outbox.kinds import UnknownKind, kept_among, kind_of
from symposium.outbox.models import OutgoingMail

logger = logging.getLogger(__name__)

BATCH = 20
# A batch older than this gives the rest back, well before others may take it for abandoned.
BATCH_VALID_SECONDS = 90
# Growing pauses, four days in all: a server that is down for a long weekend loses nothing.
PAUSES_MINUTES = (1, 2, 5, 15, 30, 60, 120, 240, *([480] * 11))
FINAL_SMTP_CODE = 500


class ServerAway(Exception):
    """No mail can be sent now; it is not this mail's fault."""


@dataclass
class Delivered:
    """What one run did, in mails."""

    sent: int = 0
    failed: int = 0
    delayed: int = 0
    dropped: int = 0
    kept: int = 0


def deliver_due(*, clock: Callable[[], datetime], batches: int = 1000) -> Delivered:
    """Send what is due until nothing is, or the server is away. Safe to run many times at once."""
    done = Delivered()
    for _batch in range(batches):
        mails = claim(at=clock(), limit=BATCH)
        if not mails:
            break
        if not _send_batch(mails, clock, done):
            break
    return done


def claim(*, at: datetime, limit: int) -> list[OutgoingMail]:
    """Take up to ``limit`` due mails for ourselves; no two callers get the same one."""
    with transaction.atomic():
        due = OutgoingMail.objects.due(at).order_by("is_bulk", "due_at", "id")
        mails = list(due.select_for_update(skip_locked=True)[:limit])
        for mail in mails:
            mail.state = OutgoingMail.State.SENDING
            mail.claimed_at = at
            mail.attempts += 1
        OutgoingMail.objects.bulk_update(mails, ["state", "claimed_at", "attempts"])
    return mails


def _send_batch(mails: Sequence[OutgoingMail], clock: Callable[[], datetime], done: Delivered) -> bool:
    """Return whether it is worth asking for more."""
    started = time.monotonic()
    mails = _keep(mails, clock(), done)
    messages = _render(mails, clock(), done)
    connection = get_connection()
    try:
        for position, mail in enumerate(mails):
            if mail.pk not in messages:
                continue
            if time.monotonic() - started > BATCH_VALID_SECONDS:
                _give_back(mails[position:])
                break
            _send(connection, mail, messages[mail.pk], clock, done)
    except ServerAway as error:
        rest = [mail for mail in mails[position:] if mail.pk in messages]
        logger.warning("The mail server is away: %s", error)
        for mail in rest:
            _delay(mail, clock(), str(error), done)
        return False
    finally:
        _close(connection)
    return True


def _keep(mails: Sequence[OutgoingMail], at: datetime, done: Delivered) -> list[OutgoingMail]:
    """Lay aside what never leaves, as if it had been sent, and return the rest."""
    kept = kept_among(mails)
    for mail in mails:
        if mail.pk in kept and _finish(mail, OutgoingMail.State.KEPT):
            done.kept += 1
            with suppress(UnknownKind):
                _tell_accepted(mail, at)
    return [mail for mail in mails if mail.pk not in kept]


def _render(mails: Sequence[OutgoingMail], at: datetime, done: Delivered) -> dict[uuid.UUID, EmailMessage]:
    by_kind: dict[str, list[OutgoingMail]] = defaultdict(list)
    for mail in mails:
        by_kind[mail.kind].append(mail)
    messages: dict[uuid.UUID, EmailMessage] = {}
    for group in by_kind.values():
        messages |= _render_group(group, at, done)
    return messages


def _render_group(group: list[OutgoingMail], at: datetime, done: Delivered) -> dict[uuid.UUID, EmailMessage]:
    try:
        messages = dict(kind_of(group[0]).render(group))
    except Exception as error:  # Whatever one mail's text raises must not stop the others.
        if len(group) > 1:
            return {pk: message for mail in group for pk, message in _render_group([mail], at, done).items()}
        logger.exception("Mail %s cannot be rendered", group[0].pk)
        reason = "unknown kind" if isinstance(error, UnknownKind) else f"cannot be rendered: {type(error).__name__}"
        _delay(group[0], at, reason, done)
        return {}
    for mail in group:
        # Without a recipient Django sends nothing and says nothing.
        if mail.pk in messages and messages[mail.pk].recipients():
            _add_standard_headers(mail, messages[mail.pk])
            continue
        messages.pop(mail.pk, None)
        if _finish(mail, OutgoingMail.State.DROPPED):
            done.dropped += 1
    return messages


def _add_standard_headers(mail: OutgoingMail, message: EmailMessage) -> None:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    # Of the row, not of the attempt: a copy resent after a crash is recognised as one.
    message.extra_headers.setdefault("Message-ID", f"<{mail.pk}@{domain}>")
    message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
    sender = bounces.sender_of(mail)
    if sender:
        message.extra_headers.setdefault("From", message.from_email)
        message.from_email = sender  # of the envelope, where a header says who writes


def _send(
    connection: BaseEmailBackend,
    mail: OutgoingMail,
    message: EmailMessage,
    clock: Callable[[], datetime],
    done: Delivered,
) -> None:
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(_describe(error)) from error
    try:
        connection.send_messages([message])
    except (smtplib.SMTPException, OSError) as error:
        _close(connection)
        reason = _describe(error, message.recipients())
        if not _is_final(error):
            _delay(mail, clock(), reason, done)
            return
        done.failed += 1
        if _finish(mail, OutgoingMail.State.FAILED, last_error=reason) and (status := _status_of(error)):
            bounces.tell(mail, status, clock())
        return
    except Exception as error:  # A line break in a header, an address that no encoding takes: this mail's fault alone.
        logger.exception("Mail %s cannot be written", mail.pk)
        _delay(mail, clock(), f"cannot be written: {type(error).__name__}", done)
        return
    if _finish(mail, OutgoingMail.State.SENT, sent_at=clock()):
        done.sent += 1
        _tell_accepted(mail, clock())


def _tell_accepted(mail: OutgoingMail, at: datetime) -> None:
    accepted = kind_of(mail).accepted
    if accepted:
        accepted(mail, at)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("The mail server hung up before we did.")


def _is_final(error: Exception) -> bool:
    """Whether the server refused this mail for good: 5xx, of all the recipients or of the message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= FINAL_SMTP_CODE for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code >= FINAL_SMTP_CODE
    return False


def _status_of(error: Exception) -> str | None:
    """Return the status with which the reader's address was refused for good.

    A refusal for reasons of policy (5.7) says nothing of it: a relay of ours that is set up wrong gives it to everybody.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return None
    code, text = next(iter(error.recipients.values()))
    status = bounces.STATUS.match(text.decode(errors="replace"))
    if status is None:
        return str(code)
    return status[1] if not status[1].startswith("5.7.") else None


def _describe(error: Exception, recipients: Iterable[str] = ()) -> str:
    """What is kept and staff reads: code and words of the server, without whom it was or what PostgreSQL cannot store."""
    answer: tuple[int, bytes | str]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answer = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        answer = (error.smtp_code, error.smtp_error)
    else:
        return type(error).__name__
    code, text = answer
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    readable = "".join(letter if letter.isprintable() else " " for letter in words)
    # Servers repeat an address as it is, encoded (« ada=40example.org »), or only what stands before its @.
    boxes = [re.escape(parseaddr(address)[1].rpartition("@")[0]) for address in recipients]
    naming = re.compile("|".join(["@", *(rf"(?<!\w){box}(?!\w)" for box in boxes)]), re.IGNORECASE)
    return f"{code} {' '.join(word for word in readable.split() if not naming.search(word))}"[:300]


def _delay(mail: OutgoingMail, at: datetime, error: str, done: Delivered) -> None:
    if mail.attempts > len(PAUSES_MINUTES):
        _finish(mail, OutgoingMail.State.FAILED, last_error=error)
        done.failed += 1
        return
    pause = timedelta(minutes=PAUSES_MINUTES[mail.attempts - 1])
    _finish(mail, OutgoingMail.State.QUEUED, last_error=error, due_at=at + pause)
    done.delayed += 1


def _give_back(mails: Sequence[OutgoingMail]) -> None:
    for mail in mails:
        # It was not tried: that must not bring it nearer to being given up.
        _finish(mail, OutgoingMail.State.QUEUED, attempts=mail.attempts - 1)


def _finish(mail: OutgoingMail, state: OutgoingMail.State, **changes: object) -> bool:
    """Change a mail that is still ours; one that was taken over meanwhile is not."""
    ours = OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.SENDING, claimed_at=mail.claimed_at)
    return ours.update(state=state, **changes) == 1
