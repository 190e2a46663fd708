"""Whether a paper that somebody holds is one of ours: a certificate of attendance, or a letter of invitation."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from registrations.models import Registration
from registrations.services import certificates, visa_letters
from symposium.lib import tokens
from symposium.lib.text import fold
from symposium.lib.tokens import Paper


@dataclass(frozen=True)
class Found:
    """A paper of ours; one that is no longer valid was issued and does not hold any more."""

    paper: Paper
    registration: Registration
    is_valid: bool


def find_paper(*, number: str, name: str, at: datetime) -> Found | None:
    """Return the paper that has this number, if the name is the one on it.

    The name is asked for and never told, so that a number found in a drawer says nothing. After erasure there is nothing
    left to compare with, and the answer is none.
    """
    normal = tokens.normalise(number)
    length = len(certificates.PREFIX) + tokens.REFERENCE_LENGTH
    digits = normal[len(certificates.PREFIX) : length]
    reference = f"{certificates.PREFIX}-{digits[:4]}-{digits[4:]}"
    registration = Registration.objects.select_related("edition", "attendee").filter(reference=reference).first()
    if registration is None or registration.edition.is_rehearsal or not hasattr(registration, "attendee"):
        return None
    return _certificate(registration, normal, name, at) or _letter(registration, normal, name, at)


def _certificate(registration: Registration, normal: str, name: str, at: datetime) -> Found | None:
    if not certificates.is_earned(registration, at=at):
        return None
    names = {registration.attendee.name, registration.attendee.family_name}
    is_ours = _is_number(certificates.number_of(registration, at=at), normal) and _is_among(name, names)
    return Found("certificate", registration, is_valid=True) if is_ours else None


def _letter(registration: Registration, normal: str, name: str, at: datetime) -> Found | None:
    letter = visa_letters.letter_of(registration)
    if letter is None or letter.issued_at is None:
        return None
    letter.registration = registration
    is_ours = _is_number(visa_letters.number_of(letter), normal) and _is_among(name, {letter.passport_name})
    if not is_ours:
        return None
    letter = visa_letters.as_it_goes_on(letter)
    return Found("invitation", letter.registration, visa_letters.is_valid(letter, at=at))


def _is_number(ours: str, normal: str) -> bool:
    return hmac.compare_digest(tokens.normalise(ours).encode(), normal.encode())


def _is_among(name: str, names: set[str]) -> bool:
    return fold(name) in map(fold, names)
