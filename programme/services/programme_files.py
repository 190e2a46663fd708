"""Read a programme that was written elsewhere: a table (CSV, XLSX) or a calendar (iCalendar). Nothing is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from icalendar import Calendar

from programme.models import Appearance, Session
from programme.services.programme_lines import (
    Named,
    NotUnderstood,
    day_of,
    end_of,
    kind_of,
    moment_of,
    people_of,
    real_moment,
    within_reason,
)
from symposium.lib.formulas import as_typed
from symposium.lib.tables import Line, read_table
from symposium.lib.text import carriable, fold, one_line

MOST_BYTES = 1_000_000
MOST_SESSIONS = 100
LONGEST = {"title_fr": 200, "title_en": 200, "room_fr": 100, "room_en": 100, "summary_fr": 5_000, "summary_en": 5_000}
NAME_LENGTH, AFFILIATION_LENGTH = 100, 300
MOST_PEOPLE = 50
LONGEST_LIST = 5_000  # letters of a cell of people
T = TypeVar("T")
# All that icalendar raises on a file that is not what it says.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)

# Column names without accents and case. One without a language is that of the words, unless the other is there as well.
COLUMNS = {
    "titre": "title_fr", "titre_fr": "title_fr", "title_fr": "title_fr", "titre_en": "title_en", "title_en": "title_en",
    "title": "title_en", "jour": "day", "date": "day", "day": "day", "debut": "start", "start": "start", "begin": "start",
    "fin": "end", "end": "end", "salle": "room_fr", "salle_fr": "room_fr", "room_fr": "room_fr", "salle_en": "room_en",
    "room_en": "room_en", "room": "room_en", "resume": "summary_fr", "resume_fr": "summary_fr", "summary_fr": "summary_fr",
    "resume_en": "summary_en", "summary_en": "summary_en", "summary": "summary_en", "genre": "kind", "type": "kind",
    "kind": "kind", "intervenants": "speakers", "intervenant": "speakers", "speakers": "speakers", "speaker": "speakers",
    "moderateurs": "moderators", "moderateur": "moderators", "moderation": "moderators", "moderators": "moderators",
    "moderator": "moderators", "presidence": "chairs", "chair": "chairs", "chairs": "chairs", "discutants": "discussants",
    "discutant": "discussants", "discussants": "discussants", "discussant": "discussants", "uid": "uid",
}  # fmt: skip
ROLES = {
    "speakers": Appearance.Role.SPEAKER,
    "moderators": Appearance.Role.MODERATOR,
    "chairs": Appearance.Role.CHAIR,
    "discussants": Appearance.Role.DISCUSSANT,
}


class NoTitleColumn(Exception):
    """No column of the table is one of titles."""


class NotACalendar(Exception):
    """The file begins as a calendar and is a broken one, or holds no event."""


class TooManySessions(Exception):
    """The file holds more than any programme."""


class Code(StrEnum):
    NO_TITLE = "no_title"
    BAD_DAY = "bad_day"
    BAD_START = "bad_start"
    BAD_END = "bad_end"
    END_WITHOUT_START = "end_without_start"
    ENDS_TOO_EARLY = "ends_too_early"
    BAD_KIND = "bad_kind"
    TOO_LONG = "too_long"
    TOO_MANY_PEOPLE = "too_many_people"
    REPEATS = "repeats"
    CANCELLED = "cancelled"


class Wrong(Exception):
    """A line cannot become a session."""

    def __init__(self, code: Code, words: str = "") -> None:
        super().__init__(code)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Problem:
    """``number`` is the line of a table, or which of the events of a calendar."""

    number: int
    code: Code
    words: str = ""


@dataclass(frozen=True)
class Draft:
    """A session as a file tells it."""

    number: int
    title_fr: str = ""
    title_en: str = ""
    kind: str = Session.Kind.SESSION.value
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room_fr: str = ""
    room_en: str = ""
    summary_fr: str = ""
    summary_en: str = ""
    people: tuple[Named, ...] = ()
    uid: str = ""

    @property
    def title(self) -> str:
        return self.title_fr or self.title_en


@dataclass(frozen=True)
class Reading:
    is_calendar: bool
    drafts: list[Draft]
    problems: list[Problem]


def read_programme(data: bytes, *, zone: ZoneInfo, day: date) -> Reading:
    """Return the sessions of a file, and what is wrong with the others. A time without a day is one of ``day``.

    :raises Unreadable: it is no table.
    :raises NoTitleColumn, NotACalendar, TooManySessions: it holds no programme.
    """
    is_calendar = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"
    read = _drafts_of_calendar(data, zone) if is_calendar else _drafts_of_table(data, zone, day)
    drafts, problems = [], []
    for number, found in read:
        if isinstance(found, Wrong):
            problems.append(Problem(number, found.code, found.words))
        else:
            drafts.append(found)
    return Reading(is_calendar, drafts, problems)


def _checked(draft: Draft) -> Draft:
    if not draft.title:
        raise Wrong(Code.NO_TITLE)
    _check_lengths(draft)
    if draft.ends_at and draft.starts_at is None:
        raise Wrong(Code.END_WITHOUT_START)
    if draft.ends_at and draft.starts_at and draft.ends_at <= draft.starts_at:
        raise Wrong(Code.ENDS_TOO_EARLY)
    return draft


def _check_lengths(draft: Draft) -> None:
    for field, most in LONGEST.items():
        if len(getattr(draft, field)) > most:
            raise Wrong(Code.TOO_LONG, getattr(draft, field))
    for one in draft.people:
        if max(map(len, one.names)) > NAME_LENGTH or len(one.affiliation) > AFFILIATION_LENGTH:
            raise Wrong(Code.TOO_LONG, one.name)
    if len(draft.people) > MOST_PEOPLE:
        raise Wrong(Code.TOO_MANY_PEOPLE)


# Tables


def _drafts_of_table(data: bytes, zone: ZoneInfo, day: date) -> Iterator[tuple[int, Draft | Wrong]]:
    header, *lines = read_table(data, lines_at_most=MOST_SESSIONS + 1)
    columns = _columns(header)
    for line in lines:
        cells = {name: _cell(line, place) for name, place in columns.items()}
        try:
            yield line.number, _draft_of_line(line.number, cells, zone, day)
        except Wrong as wrong:
            yield line.number, wrong


def _columns(header: Line) -> dict[str, int]:
    folded = [fold(cell).replace(" ", "_").replace("-", "_") for cell in header.cells]
    columns: dict[str, int] = {}
    for place, name in enumerate(folded):
        column = COLUMNS.get(name)
        if (
            column
            and name in {"title", "room", "summary"}
            and {f"{name}_en"} & {COLUMNS.get(n) for n in folded if n != name}
        ):
            column = f"{name}_fr"  # beside one that says « English », it is the other
        if column:
            columns.setdefault(column, place)
    if not {"title_fr", "title_en"} & columns.keys():
        raise NoTitleColumn
    return columns


def _cell(line: Line, place: int) -> str:
    return as_typed(carriable(line.cells[place])).strip() if place < len(line.cells) else ""


def _draft_of_line(number: int, cells: dict[str, str], zone: ZoneInfo, day: date) -> Draft:
    texts = {name: cells.get(name, "") for name in ("title_fr", "title_en", "room_fr", "room_en")}
    summaries = {name: cells.get(name, "") for name in ("summary_fr", "summary_en")}
    day = _understood(day_of, cells.get("day", ""), Code.BAD_DAY) or day
    starts_at = _moment(cells.get("start", ""), day, zone, Code.BAD_START)
    ends_on = starts_at.astimezone(zone).date() if starts_at else day
    draft = Draft(
        number=number,
        kind=_understood(kind_of, cells.get("kind", ""), Code.BAD_KIND),
        starts_at=starts_at,
        ends_at=_moment(cells.get("end", ""), ends_on, zone, Code.BAD_END),
        people=tuple(_people(cells)),
        uid=cells.get("uid", ""),
        **{name: one_line(text) for name, text in texts.items()},
        **summaries,
    )
    return _checked(draft)


def _people(cells: dict[str, str]) -> Iterator[Named]:
    for column, role in ROLES.items():
        if len(cells.get(column, "")) > LONGEST_LIST:
            raise Wrong(Code.TOO_LONG, cells[column])
        yield from dict.fromkeys(people_of(cells.get(column, ""), role))


def _understood(read: Callable[[str], T], words: str, code: Code) -> T:
    try:
        return read(words)
    except NotUnderstood as error:
        raise Wrong(code, words) from error


def _moment(words: str, day: date, zone: ZoneInfo, code: Code) -> datetime | None:
    return _understood(lambda found: moment_of(found, day=day, zone=zone), words, code)


# Calendars


def _drafts_of_calendar(data: bytes, zone: ZoneInfo) -> Iterator[tuple[int, Draft | Wrong]]:
    try:
        calendar = Calendar.from_ical(_decode(data))
        events = [part for part in calendar.subcomponents if part.name == "VEVENT"]
    except UNREADABLE as error:
        raise NotACalendar from error
    if not events:
        raise NotACalendar
    if len(events) > MOST_SESSIONS:
        raise TooManySessions
    for number, event in enumerate(events, 1):
        try:
            yield number, _draft_of_event(number, event, zone)
        except Wrong as wrong:
            yield number, wrong


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _draft_of_event(number: int, event: Any, zone: ZoneInfo) -> Draft:
    if "RRULE" in event or "RDATE" in event:
        raise Wrong(Code.REPEATS)
    if _text(event, "STATUS").upper() == "CANCELLED":
        raise Wrong(Code.CANCELLED)
    starts_at = _moment_of_event(event, "DTSTART", zone, Code.BAD_START)
    ends_at = _moment_of_event(event, "DTEND", zone, Code.BAD_END) or _end_by_duration(event, starts_at)
    language = _language(event)
    draft = Draft(number=number, starts_at=starts_at, ends_at=ends_at, uid=one_line(_text(event, "UID")))
    texts: dict[str, Any] = {
        f"title_{language}": one_line(_text(event, "SUMMARY")),
        f"room_{language}": one_line(_text(event, "LOCATION")),
        f"summary_{language}": _text(event, "DESCRIPTION").strip(),
    }
    return _checked(replace(draft, **texts))


def _text(event: Any, name: str) -> str:
    value = event.get(name, "")
    return carriable(str(value[0] if isinstance(value, list) else value))


def _language(event: Any) -> str:
    """Return the language in which the event says that it is written; French, if it says nothing."""
    try:
        said = str(event["SUMMARY"].params.get("LANGUAGE", ""))
    except UNREADABLE:
        return "fr"
    return "en" if said.casefold().startswith("en") else "fr"


def _moment_of_event(event: Any, name: str, zone: ZoneInfo, code: Code) -> datetime | None:
    """Return a moment; a whole day is none, since it has no time."""
    if name not in event:
        return None
    try:
        moment = event[name].dt
        if not isinstance(moment, datetime):
            return None
        return within_reason(moment if moment.tzinfo else real_moment(moment, zone))
    except UNREADABLE as error:  # a moment that there is not, too
        raise Wrong(code) from error


def _end_by_duration(event: Any, starts_at: datetime | None) -> datetime | None:
    if starts_at is None or "DURATION" not in event:
        return None
    try:
        duration: timedelta = event["DURATION"].dt
        return end_of(starts_at, duration)
    except UNREADABLE as error:
        raise Wrong(Code.BAD_END) from error
