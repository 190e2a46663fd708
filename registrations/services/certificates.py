"""Certificates of attendance: who has earned one, and the numbers of such papers."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from programme.models import Edition
from registrations.models import CheckIn, Registration
from symposium.lib import tokens
from symposium.lib.tokens import Paper

PREFIX = "SYM"


class NotEarned(Exception):
    """Nobody was seen to come with this registration, or the edition is not over."""


def is_earned(registration: Registration, *, at: datetime) -> bool:
    """Whether the person came: they held a seat, were scanned, and the edition is over and took place."""
    return _took_place_for(registration, at) and registration.check_ins.entries().exists()


def earned_among(registrations: Iterable[Registration], *, at: datetime) -> set[uuid.UUID]:
    """Return the keys of those that have earned one, by one look at the entries."""
    theirs = [registration.pk for registration in registrations if _took_place_for(registration, at)]
    return set(CheckIn.objects.entries().filter(registration__in=theirs).values_list("registration", flat=True))


def _took_place_for(registration: Registration, at: datetime) -> bool:
    edition = registration.edition
    if registration.status != Registration.Status.CONFIRMED or not edition.is_over(at):
        return False
    return edition.status not in {Edition.Status.CANCELLED, Edition.Status.POSTPONED}


def number_of(registration: Registration, *, at: datetime) -> str:
    """Return the number of a certificate.

    :raises NotEarned: there is none.
    """
    if not is_earned(registration, at=at) or registration.reference is None:
        raise NotEarned
    return number(registration.reference, registration.pk, registration.key_version)


def number(reference: str, registration_id: uuid.UUID, key_version: str, paper: Paper = "certificate") -> str:
    """Return ``SYM-7K4Q-M2XD-9F3C-0B7R``: the reference, and a code that only our keys make. Nothing is stored for it.

    Nothing is returned where the key was taken out of ``TICKET_KEYS``: the number can be neither made nor checked.
    """
    try:
        code = tokens.paper_code(paper, registration_id, key_version)
    except tokens.UnknownKeyVersion:
        return ""
    return f"{reference}-{code[:4]}-{code[4:]}"
