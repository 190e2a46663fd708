"""What the cells of a programme that somebody wrote elsewhere mean: moments, people, kinds."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from programme.models import Appearance, Session
from programme.models.validators import validate_real_time
from symposium.lib.text import fold, one_line

PAUSES = frozenset({"pause", "break", "accueil", "welcome", "dejeuner", "lunch", "cafe", "coffee"})
SESSIONS = frozenset({"", "session", "seance", "conference", "talk", "table ronde", "panel"})
# Small words that belong to the family name that follows them.
PARTICLES = frozenset({"d", "da", "de", "del", "della", "den", "der", "des", "di", "du", "la", "le", "van", "von"})
FIRST_YEAR, LAST_YEAR = 1900, 2200
_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<day_fr>\d{1,2})[/.](?P<month_fr>\d{1,2})[/.](?P<year_fr>\d{4})")  # fmt: skip
_CLOCK = re.compile(r"(?P<hour>\d{1,2})\s*(?:[:hH]\s*(?P<minute>\d{2})?)(?::(?P<second>\d{2})(?:\.\d+)?)?")
_AFFILIATION = re.compile(r"(?P<name>[^()]+)\((?P<affiliation>.*)\)\s*", re.DOTALL)


class NotUnderstood(ValueError):
    """The words are no moment, no day or no kind."""


@dataclass(frozen=True)
class Named:
    """Somebody whom a file names, in a role."""

    role: str
    name: str
    affiliation: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """Return given and family names: what is in capitals, else the last word with what belongs to it."""
        words = self.name.split()
        first = next((place for place, word in enumerate(words) if place and len(word) > 1 and word.isupper()), None)
        if first is None:
            first = len(words) - 1
        while first > 1 and words[first - 1].casefold() in PARTICLES:
            first -= 1
        return " ".join(words[:first]), " ".join(words[first:])


def kind_of(words: str) -> str:
    """:raises NotUnderstood: it is neither a session nor a break."""
    folded = fold(words)
    if folded in SESSIONS:
        return Session.Kind.SESSION
    if folded in PAUSES:
        return Session.Kind.PAUSE
    raise NotUnderstood(words)


def people_of(words: str, role: Appearance.Role) -> list[Named]:
    """Return whom a cell names: between semicolons, bars or line ends, and commas where there is none of these."""
    separators = r"[;|\n]" if re.search(r"[;|\n]", words) else r",(?![^()]*\))"
    found = []
    for part in re.split(separators, words):
        match = _AFFILIATION.fullmatch(part)
        name, affiliation = (match["name"], match["affiliation"]) if match else (part, "")
        if one_line(name):
            found.append(Named(role, one_line(name), one_line(affiliation)))
    return found


def day_of(words: str) -> date | None:
    """:raises NotUnderstood: it is no day."""
    if not words.strip():
        return None
    match = _DAY.match(words.strip())
    if match is None:
        raise NotUnderstood(words)
    year, month, day = (int(match[part] or match[f"{part}_fr"]) for part in ("year", "month", "day"))
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotUnderstood(words) from error


def moment_of(words: str, *, day: date, zone: ZoneInfo) -> datetime | None:
    """Return a moment: a day and a time, a time of ``day``, or one with its own distance from UTC.

    :raises NotUnderstood: it is none, or one that the change to summer time skips.
    """
    words = words.strip()
    if not words:
        return None
    try:
        written = datetime.fromisoformat(words) if len(words) > len("2027-05-20") else None
    except ValueError:
        written = None
    if written is None:
        written = _by_hand(words, day)
    return within_reason(written if written.tzinfo else real_moment(written, zone))


def within_reason(moment: datetime) -> datetime:
    """:raises NotUnderstood: no symposium takes place then, and not every clock can show it."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise NotUnderstood(str(moment))
    return moment


def real_moment(written: datetime, zone: ZoneInfo) -> datetime:
    """:raises NotUnderstood: there is no such moment in the zone."""
    moment = written.replace(tzinfo=zone)
    try:
        validate_real_time(moment, zone.key)
    except (ValidationError, OverflowError) as error:
        raise NotUnderstood(str(written)) from error
    return moment


def _by_hand(words: str, day: date) -> datetime:
    match = _DAY.match(words)
    rest = words[match.end() :].strip(" ,Tà") if match else words
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        raise NotUnderstood(words)
    try:
        found = time(int(clock["hour"]), int(clock["minute"] or 0), int(clock["second"] or 0))
    except ValueError as error:
        raise NotUnderstood(words) from error
    return datetime.combine((day_of(words) if match else None) or day, found)


def end_of(starts_at: datetime, duration: timedelta) -> datetime:
    """:raises NotUnderstood: it lies beyond what a calendar holds."""
    try:
        return within_reason(starts_at + duration)
    except OverflowError as error:
        raise NotUnderstood(str(duration)) from error
