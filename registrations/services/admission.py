"""Who is this at the door, and how many are in."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from programme.models import AttendanceMode, Edition
from registrations.models import CheckIn, Registration
from registrations.models.registrations import RegistrationQuerySet
from symposium.lib import tokens
from symposium.lib.text import fold

HITS_AT_MOST = 20
TICKET_ADDRESS = re.compile(r"/t/([^/?#\s]+)")
REFERENCE = re.compile(rf"SYM([{tokens.ALPHABET}]{{4}})([{tokens.ALPHABET}]{{4}})")


@dataclass(frozen=True)
class Counts:
    """Who came in by the door of the edition, and how many are expected on site."""

    entered: int
    expected: int


@dataclass(frozen=True)
class Hit:
    """Somebody that a search found; while they are inside ``entered_at``, by the clock of the edition."""

    registration: Registration
    entered_at: datetime | None

    @property
    def may_enter(self) -> bool:
        return self.entered_at is None and self.registration.status == Registration.Status.CONFIRMED


def is_code(typed: str) -> bool:
    """Whether this came from a scanner or a ticket rather than being a name to search."""
    return bool(TICKET_ADDRESS.search(typed) or tokens.digest_of(typed) or _reference(typed))


def find_by_code(edition: Edition, typed: str) -> Registration | None:
    """Return whose ticket or reference this is, in this edition; another edition's is as unknown as any.

    What was merged with another leads to that one.
    """
    registrations = of_edition(edition)
    if reference := _reference(typed):
        found = registrations.filter(reference=reference).first()
    else:
        address = TICKET_ADDRESS.search(typed)
        found = registrations.with_token("ticket", address[1] if address else typed).first()
    if found is None or found.merged_into_id is None:
        return found
    return registrations.get(pk=found.merged_into_id)


def search(edition: Edition, typed: str) -> list[Hit]:
    """Return those in whose name, address, affiliation or reference each word occurs, whatever the accents."""
    matches = Q()
    for word in fold(typed).split():
        matches &= Q(attendee__search_text__contains=word)
    found = list(
        Registration.objects.filter(matches, edition=edition)
        .select_related("attendee")
        .order_by("attendee__search_text", "pk")[:HITS_AT_MOST]
    )
    scans = CheckIn.objects.at_the_door().filter(registration__in=found)
    last_scans = scans.order_by("registration_id", "-received_at", "-id").distinct("registration_id")
    entered = {
        scan.registration_id: scan.scanned_at.astimezone(edition.zone)
        for scan in last_scans
        if scan.direction == CheckIn.Direction.ENTRY
    }
    return [Hit(registration, entered.get(registration.pk)) for registration in found]


def counts(edition: Edition) -> Counts:
    entries = CheckIn.objects.entries().at_the_door().filter(registration__edition=edition)
    expected = Registration.objects.confirmed().filter(edition=edition, mode=AttendanceMode.ONSITE)
    return Counts(entered=entries.values("registration").distinct().count(), expected=expected.count())


def of_edition(edition: Edition) -> RegistrationQuerySet:
    return Registration.objects.with_details().filter(edition=edition)


def _reference(typed: str) -> str | None:
    match = REFERENCE.fullmatch(tokens.normalise(typed))
    return f"SYM-{match[1]}-{match[2]}" if match else None
