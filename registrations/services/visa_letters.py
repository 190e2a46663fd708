"""Letters of invitation for a visa: asked for by a person with a place on site, issued or declined by staff."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from programme.models import AttendanceMode, Edition
from registrations.models import Registration, VisaLetter
from registrations.services import certificates, letters
from symposium.accounts.models import User
from symposium.lib.text import lines_of
from symposium.trail import writing as trail

VISA_LETTER_DAYS = 30  # after the event; the purge deletes them then

Status = VisaLetter.Status
# What is declined or withdrawn is no letter to wait for or to hold.
HOW_FAR: dict[str, int] = {Status.ASKED: 1, Status.ISSUED: 2}
CARRIED = ("status", "passport_name", "nationality", "passport_number", "message", "asked_at", "decided_by_id")


class NotOffered(Exception):
    """The edition writes no such letters, or the person has no place on site in it, or no longer."""


class NotPossible(Exception):
    """The letter is decided already, or the person no longer comes."""


@dataclass(frozen=True)
class Traveller:
    """What the letter says of a person beside their registration."""

    passport_name: str
    nationality: str
    passport_number: str


def may_ask(registration: Registration, *, at: datetime) -> bool:
    return registration.edition.offers_visa_letters and _is_expected(registration, at)


def is_valid(letter: VisaLetter, *, at: datetime) -> bool:
    """Whether the letter says what is so: it is issued, and the person is expected on site at an event to come."""
    return letter.status == Status.ISSUED and _is_expected(letter.registration, at)


def _is_expected(registration: Registration, at: datetime) -> bool:
    edition = registration.edition
    has_place = registration.status == Registration.Status.CONFIRMED and registration.mode == AttendanceMode.ONSITE
    return has_place and edition.status == Edition.Status.PUBLISHED and not edition.is_over(at)


def letter_of(registration: Registration) -> VisaLetter | None:
    return VisaLetter.objects.filter(registration=registration).first()


def deleted_at(edition: Edition) -> datetime:
    return edition.ends_at + timedelta(days=VISA_LETTER_DAYS)


def number_of(letter: VisaLetter) -> str:
    """Return the number on the letter; none where its key is gone or the person erased."""
    registration = letter.registration
    if registration.reference is None:
        return ""
    return certificates.number(registration.reference, registration.pk, registration.key_version, "invitation")


def ask(*, registration: Registration, traveller: Traveller, at: datetime) -> None:
    """Ask for a letter, or correct what it is to say: one that was issued then has to be issued again.

    :raises NotOffered: there is none to ask for.
    """
    with transaction.atomic(durable=True):
        edition = registration.edition
        registration = Registration.objects.select_for_update().get(pk=registration.pk)
        registration.edition = edition
        if not may_ask(registration, at=at):
            raise NotOffered
        kept = letter_of(registration)
        if kept and kept.status in {Status.ASKED, Status.ISSUED} and _said_in(kept) == traveller:
            return  # sent twice
        now = {**asdict(traveller), "status": Status.ASKED, "message": "", "asked_at": at, "decided_by": None}
        VisaLetter.objects.update_or_create(registration=registration, defaults=now)


def _said_in(letter: VisaLetter) -> Traveller:
    return Traveller(letter.passport_name, letter.nationality, letter.passport_number)


def take_back(*, registration: Registration) -> None:
    """Delete what the person gave for a letter; one that was issued no longer holds."""
    with transaction.atomic(durable=True):
        end([registration])


def end(registrations: Iterable[Registration]) -> None:
    """End the letters of people who no longer come, or no longer on site, in the caller's transaction.

    Of one that was issued stays what its number is checked by, to say that it is not valid.
    """
    theirs = VisaLetter.objects.filter(registration__in=registrations)
    theirs.filter(issued_at=None).delete()
    theirs.update(status=Status.WITHDRAWN, nationality="", passport_number="", message="")


def carry(lost: Registration, kept: Registration, *, at: datetime) -> int:
    """Let a letter go on with another registration of the same person; return how many do. In the caller's transaction.

    Of two letters the one that is further stays. What is printed already keeps its number: see ``as_it_goes_on``.
    """
    theirs, own = letter_of(lost), letter_of(kept)
    if theirs is None or _how_far(theirs) <= _how_far(own) or not _is_expected(kept, at):
        return 0
    letter = own or VisaLetter(registration=kept)
    for name in CARRIED:
        setattr(letter, name, getattr(theirs, name))
    letter.issued_at = theirs.issued_at or letter.issued_at
    letter.save()
    return 1


def _how_far(letter: VisaLetter | None) -> int:
    return HOW_FAR.get(letter.status, 0) if letter else 0


def as_it_goes_on(letter: VisaLetter) -> VisaLetter:
    """Return what says whether a number holds: where its registration was merged with another, the letter issued then."""
    merged_into = letter.registration.merged_into_id
    carried = VisaLetter.objects.filter(registration=merged_into, issued_at=letter.issued_at)
    return carried.select_related("registration__edition").first() or letter


def issue(*, letter: VisaLetter, by: User, at: datetime) -> None:
    """Let the person have their letter, and write to them.

    :raises NotPossible: it does not wait for a decision, or the person no longer comes.
    """
    with transaction.atomic(durable=True):
        letter = _lock(letter)
        if not _is_expected(letter.registration, at):
            raise NotPossible
        letter.status, letter.issued_at, letter.decided_by = Status.ISSUED, at, by
        letter.save(update_fields=["status", "issued_at", "decided_by"])
        _tell(letter, letters.Kind.VISA_LETTER_ISSUED, by, at)


def decline(*, letter: VisaLetter, by: User, at: datetime, message: str) -> None:
    """Say no, with a word that the person reads in the mail and on their page. What only the letter needed is deleted.

    :raises NotPossible: the letter does not wait for a decision.
    """
    with transaction.atomic(durable=True):
        letter = _lock(letter)
        letter.status, letter.message, letter.decided_by = Status.DECLINED, message, by
        letter.nationality = letter.passport_number = ""
        letter.save(update_fields=["status", "message", "decided_by", "nationality", "passport_number"])
        _tell(letter, letters.Kind.VISA_LETTER_DECLINED, by, at)


def message_of_decline(registration: Registration) -> list[str]:
    """Return what the organizers said when they declined, line by line."""
    letter = letter_of(registration)
    return lines_of(letter.message) if letter else []


def _lock(letter: VisaLetter) -> VisaLetter:
    """Lock the registration, as whoever cancels it does, then its letter.

    :raises NotPossible: the letter does not wait for a decision.
    """
    registration = Registration.objects.select_for_update().get(pk=letter.registration_id)
    locked = VisaLetter.objects.select_for_update().filter(pk=letter.pk, status=Status.ASKED).first()
    if locked is None:
        raise NotPossible
    locked.registration = registration
    return locked


def _tell(letter: VisaLetter, kind: letters.Kind, by: User, at: datetime) -> None:
    registration = letter.registration
    letters.send(registration, kind, at=at, occasion=at.isoformat())
    trail.write(
        trail.entry(
            kind=trail.Kind.DECIDED,
            by=by,
            at=at,
            record=registration,
            edition_id=registration.edition_id,
            detail=kind.removeprefix("registration."),
        )
    )
