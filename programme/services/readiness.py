"""What is wrong or unusual in an edition, before it is published and while it runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Model, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import translation

from programme.models import AttendanceMode, Edition, LegalNotice, SeatPool, Session
from programme.services.clashes import Clash, Warned, clashes_of
from programme.services.completeness import TEXTS, completeness_of, has_text
from programme.services.room import exceeds_room

# The sentence that ``templates/partials/legal_host.html`` holds until an institution has written its own.
UNWRITTEN_LEGAL_NOTICE = "Whoever installs this software names its host"


class Severity(StrEnum):
    """An error keeps an edition from being published; a warning asks whether it is meant."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    NO_TITLE = "no_title"
    NO_MODE = "no_mode"
    NO_SEATS = "no_seats"
    NO_VENUE = "no_venue"
    OPENS_TOO_LATE = "opens_too_late"
    SESSION_UNTITLED = "session_untitled"
    ROOM_TOO_SMALL = "room_too_small"
    TEXTS_MISSING = "texts_missing"
    ONLY_THE_MONTH = "only_the_month"
    OVER = "over"
    NEVER_OPENS = "never_opens"
    CLOSED_ALREADY = "closed_already"
    CLOSES_TOO_LATE = "closes_too_late"
    NO_ACCESS_CODE = "no_access_code"
    SEATS_NOT_GIVEN_ON = "seats_not_given_on"
    WAITING_FOR_NOTHING = "waiting_for_nothing"
    NO_JOINING_LINK = "no_joining_link"
    NO_SESSION = "no_session"
    OUTSIDE_THE_EDITION = "outside_the_edition"
    NOBODY_IN_SESSION = "nobody_in_session"
    ROOM_TWICE = "room_twice"
    PERSON_TWICE = "person_twice"
    NO_CONTACT = "no_contact"
    NO_CONTROLLER = "no_controller"
    LEGAL_NOTICE_UNWRITTEN = "legal_notice_unwritten"


ERRORS = frozenset(
    {
        Code.NO_TITLE,
        Code.NO_MODE,
        Code.NO_SEATS,
        Code.NO_VENUE,
        Code.OPENS_TOO_LATE,
        Code.SESSION_UNTITLED,
        Code.ROOM_TOO_SMALL,
    }
)
# What a clash is called here, and the field in which it is mended.
CLASHES = {
    Clash.OUTSIDE: (Code.OUTSIDE_THE_EDITION, "starts_at"),
    Clash.ROOM: (Code.ROOM_TWICE, "room"),
    Clash.PERSON: (Code.PERSON_TWICE, "appearances"),
}


@dataclass(frozen=True)
class Finding:
    """``record`` and ``field`` say where it is mended; ``names`` and ``count`` what its words need."""

    code: Code
    record: Model
    field: str = ""
    names: tuple[str, ...] = ()
    count: int = 0

    @property
    def severity(self) -> Severity:
        return Severity.ERROR if self.code in ERRORS else Severity.WARNING


def findings_of(edition: Edition, *, at: datetime) -> list[Finding]:
    """Return all findings, the errors first. The number of queries does not depend on the edition."""
    prefetch_related_objects([edition], *TEXTS)
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: _of_texts(edition),
        lambda: _of_dates(edition, at),
        lambda: _of_registration(edition, at),
        lambda: _of_seats(edition, at),
        lambda: _of_programme(edition),
        lambda: _of_site(edition),
    )
    found = [finding for check in checks for finding in check()]
    return sorted(found, key=lambda finding: finding.severity != Severity.ERROR)


def _has_any_text(record: Model, field: str) -> bool:
    return has_text(record, field, "fr") or has_text(record, field, "en")


def _of_texts(edition: Edition) -> Iterator[Finding]:
    if not _has_any_text(edition, "title"):
        yield Finding(Code.NO_TITLE, edition, "title")
    for language in completeness_of(edition):
        if language.missing:
            yield Finding(Code.TEXTS_MISSING, edition, names=(language.language,), count=len(language.missing))


def _of_dates(edition: Edition, at: datetime) -> Iterator[Finding]:
    if edition.date_precision == Edition.DatePrecision.MONTH:
        yield Finding(Code.ONLY_THE_MONTH, edition, "date_precision")
    if edition.is_over(at):
        yield Finding(Code.OVER, edition, "ends_at")


def _of_registration(edition: Edition, at: datetime) -> Iterator[Finding]:
    opens_at, closes_at = edition.registration_opens_at, edition.registration_closes_at
    if opens_at is None:
        yield Finding(Code.NEVER_OPENS, edition, "registration_opens_at")
    elif opens_at >= edition.ends_at:
        yield Finding(Code.OPENS_TOO_LATE, edition, "registration_opens_at")
    if edition.requires_code and not any(code.is_usable(at) for code in edition.access_codes.all()):
        yield Finding(Code.NO_ACCESS_CODE, edition, "requires_code")
    if closes_at is None:
        return
    if closes_at > edition.ends_at:
        yield Finding(Code.CLOSES_TOO_LATE, edition, "registration_closes_at")
    elif closes_at <= at and not edition.is_over(at):
        yield Finding(Code.CLOSED_ALREADY, edition, "registration_closes_at")


def _of_seats(edition: Edition, at: datetime) -> Iterator[Finding]:
    of_edition = list(edition.seat_pools.filter(session=None))
    pools = {pool.mode: pool for pool in of_edition if pool.is_for_all}
    if not pools:
        yield Finding(Code.NO_MODE, edition, "attendance_modes")
    for pool in pools.values():
        if pool.capacity == 0:
            yield Finding(Code.NO_SEATS, pool, "capacity", (pool.get_mode_display(),))
    if exceeds_room(of_edition):
        yield Finding(Code.ROOM_TOO_SMALL, pools[AttendanceMode.ONSITE], "safety_limit")
    if AttendanceMode.ONSITE in pools and not (_has_any_text(edition, "venue") or _has_any_text(edition, "address")):
        yield Finding(Code.NO_VENUE, edition, "venue")
    if AttendanceMode.ONLINE in pools and not edition.joining_url:
        yield Finding(Code.NO_JOINING_LINK, edition, "joining_url")
    yield from _of_waiting_list(edition, list(pools.values()), at)


def _of_waiting_list(edition: Edition, pools: list[SeatPool], at: datetime) -> Iterator[Finding]:
    """Look for lists on which people wait, or could, while no seat is given on."""
    closes_at = min(edition.registration_closes_at or edition.ends_at, edition.ends_at)
    is_limited = any(pool.capacity is not None for pool in pools)
    if is_limited and edition.registration_opens_at and edition.seats_are_given_until < closes_at:
        yield Finding(Code.SEATS_NOT_GIVEN_ON, edition, "seats_given_until")
    waiting = sum(pool.waiting for pool in pools)
    is_running = edition.status == Edition.Status.PUBLISHED and not edition.is_over(at)
    if waiting and is_running and not edition.gives_on_seats(at):
        yield Finding(Code.WAITING_FOR_NOTHING, edition, "seats_given_until", count=waiting)


def _of_programme(edition: Edition) -> Iterator[Finding]:
    sessions = sorted(edition.sessions.all(), key=lambda session: (session.position, session.pk))
    with_people = {appearance.session_id for appearance in edition.appearances.all()}
    if not any(session.kind == Session.Kind.SESSION for session in sessions):
        yield Finding(Code.NO_SESSION, edition, "sessions")
    for session in sessions:
        yield from _of_session(session, is_empty=session.pk not in with_people)
    yield from (of_clash(warned) for warned in clashes_of(edition))


def _of_session(session: Session, *, is_empty: bool) -> Iterator[Finding]:
    if not _has_any_text(session, "title"):
        yield Finding(Code.SESSION_UNTITLED, session, "title", (session.slug,))
    if session.kind == Session.Kind.SESSION and is_empty:  # a break needs nobody
        yield Finding(Code.NOBODY_IN_SESSION, session, "appearances", (session.title,))


def of_clash(warned: Warned) -> Finding:
    code, field = CLASHES[warned.clash]
    names = (warned.name, warned.other.title) if warned.other else ()
    return Finding(code, warned.session, field, (*names, warned.session.title))


def _of_site(edition: Edition) -> Iterator[Finding]:
    if not edition.contact_email:
        yield Finding(Code.NO_CONTACT, edition, "contact_email")
    privacy_notice = LegalNotice.objects.first()
    if privacy_notice is None or not _has_any_text(privacy_notice, "controller"):
        yield Finding(Code.NO_CONTROLLER, edition)
    with translation.override("en"):
        legal_notice = render_to_string("partials/legal_host.html")
    if UNWRITTEN_LEGAL_NOTICE in legal_notice:
        yield Finding(Code.LEGAL_NOTICE_UNWRITTEN, edition)
