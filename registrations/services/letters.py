"""Which letters a registration gets, as rows of the outbox. How they read is the business of ``registrations.mails``."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from registrations.models import Claim, Registration
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue, mail


class Kind(StrEnum):
    CONFIRM_ADDRESS = "registration.confirm_address"
    REQUESTED = "registration.requested"
    CONFIRMED = "registration.confirmed"
    WAITING = "registration.waiting"
    PROMOTED = "registration.promoted"
    SESSION_PROMOTED = "registration.session_promoted"
    CHANGED = "registration.changed"
    CHANGE_GRANTED = "registration.change_granted"
    CHANGE_DECLINED = "registration.change_declined"
    MERGED = "registration.merged"
    CANCELLED = "registration.cancelled"
    REFUSED = "registration.refused"
    LINK = "registration.link"
    NEW_ADDRESS = "registration.new_address"
    ADDRESS_CHANGED = "registration.address_changed"
    FORMER_ADDRESS = "registration.former_address"
    ASSISTANT = "registration.assistant"
    GROUP = "registration.group"
    REMINDER = "registration.reminder"
    QUESTIONS = "registration.questions"
    STILL_COMING = "registration.still_coming"
    SILENT = "registration.silent"
    EDITION_POSTPONED = "registration.edition_postponed"
    EDITION_CANCELLED = "registration.edition_cancelled"
    EDITION_RESCHEDULED = "registration.edition_rescheduled"
    VISA_LETTER_ISSUED = "registration.visa_letter_issued"
    VISA_LETTER_DECLINED = "registration.visa_letter_declined"
    EDITION_MOVED_ONLINE = "registration.edition_moved_online"


# What a registration is told when it comes into a state, for the first time or again.
FOR_STATUS = {
    Registration.Status.PENDING: Kind.CONFIRM_ADDRESS,
    Registration.Status.REQUESTED: Kind.REQUESTED,
    Registration.Status.CONFIRMED: Kind.CONFIRMED,
    Registration.Status.WAITING: Kind.WAITING,
}


def letter_to(registration: Registration, kind: str, *, at: datetime, **more: Any) -> OutgoingMail:
    """Return an unsaved letter to one person, which the lists of their edition find; ``more`` as ``mail`` takes it."""
    return mail(kind=kind, about=registration.mail_about, belongs_to=registration.mail_belongs_to, at=at, **more)


def send(registration: Registration, kind: Kind, *, at: datetime, occasion: str, **context: Any) -> None:
    """Queue one letter, once per occasion, in the caller's transaction."""
    send_all([registration], kind, at=at, occasion=occasion, **context)


def send_all(registrations: Iterable[Registration], kind: Kind, *, at: datetime, occasion: str, **context: Any) -> None:
    enqueue(letter_to(registration, kind, at=at, occasion=occasion, context=context) for registration in registrations)


def tell_seats(claims: Iterable[Claim], kind: Kind, *, at: datetime) -> None:
    """Tell people the seats that were given to them, each once."""
    enqueue(
        letter_to(claim.registration, kind, at=at, occasion=f"{claim.registration.issue}-{claim.pool_id}")
        for claim in claims
    )


def tell_status(registration: Registration, *, at: datetime, **context: Any) -> None:
    """Tell a registration the state it has come into."""
    kind = FOR_STATUS[Registration.Status(registration.status)]
    send(registration, kind, at=at, occasion=f"{registration.issue}-{at.isoformat()}", **context)
