"""The programme as files carry it: plain values of one language, without people's addresses.

Only what has a published time is in it; the rest is on the pages.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programme.models import Appearance, Edition, Session
from programme.services.pages import ProgrammeEntry
from symposium.lib.text import carriable, one_line

# An edition that knows only its month, or lasts for longer, names the days on which something happens.
MOST_DAYS = 14


@dataclass(frozen=True)
class Participant:
    """Somebody in a role, with the affiliation they had."""

    guid: UUID
    number: int
    name: str
    role: str
    affiliation: str


@dataclass(frozen=True)
class Room:
    guid: UUID
    name: str
    capacity: int | None = None
    is_online: bool = False


@dataclass(frozen=True)
class Event:
    """A session or a break whose beginning is published; its end may not be."""

    guid: UUID
    number: int
    slug: str
    is_break: bool
    title: str
    language: str
    summary: str
    note: str
    starts: datetime
    ends: datetime | None
    room: Room
    participants: tuple[Participant, ...]
    url: str
    sequence: int
    changed_at: datetime

    @property
    def minutes(self) -> int:
        """How long it lasts; 0 where the end is not published."""
        return int((self.ends - self.starts).total_seconds()) // 60 if self.ends else 0


@dataclass(frozen=True)
class Day:
    date: date
    starts: datetime
    ends: datetime
    events: tuple[Event, ...]

    @property
    def rooms(self) -> dict[Room, list[Event]]:
        found: dict[Room, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.room, []).append(event)
        return found


@dataclass(frozen=True)
class Schedule:
    """What a file says of one edition, in one language."""

    slug: str
    guid: UUID
    language: str
    title: str
    description: str
    status: str
    previous_start: datetime | None
    is_moved_online: bool
    is_sample: bool
    date_precision: str
    time_zone: str
    place: str
    url: str
    contact: str
    colour: str
    sequence: int
    starts: datetime
    ends: datetime
    days: tuple[Day, ...]
    team: tuple[Participant, ...]
    changed_at: datetime

    @property
    def events(self) -> list[Event]:
        return [event for day in self.days for event in day.events]

    @property
    def rooms(self) -> list[Room]:
        return list(dict.fromkeys(event.room for event in self.events))

    @property
    def announced_title(self) -> str:
        """Return the title; of an edition that does not take place as written, with a word that says so."""
        return announce(self.title, self.status)

    @property
    def version(self) -> str:
        """Return a word that changes whenever anything in the file does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


def announce(title: str, status: str) -> str:
    if status == Edition.Status.CANCELLED:
        return _("Cancelled: %(title)s") % {"title": title}
    if status == Edition.Status.POSTPONED:
        return _("Postponed: %(title)s") % {"title": title}
    return title


def schedule_of(
    edition: Edition, entries: Iterable[ProgrammeEntry], team: Iterable[Appearance], *, contact: str
) -> Schedule:
    """Return the schedule in the language that is active; ``entries`` and ``team`` are read already."""
    entries = list(entries)
    events = sorted(
        (_event(edition, entry) for entry in entries if entry.session.starts_at),
        key=lambda event: (event.starts, event.number),
    )
    return Schedule(
        slug=edition.slug,
        guid=guid_of(edition),
        language=get_language() or settings.LANGUAGE_CODE,
        title=one_line(edition.title),
        description=carriable(edition.lead),
        status=edition.status,
        previous_start=edition.previous_start if edition.is_rescheduled else None,
        is_moved_online=edition.is_moved_online,
        is_sample=edition.is_sample,
        date_precision=edition.date_precision,
        time_zone=edition.time_zone,
        place=place_of(edition),
        url=address_of("edition", edition.slug),
        contact=contact,
        colour=edition.accent_light,
        sequence=edition.calendar_sequence,
        starts=edition.local_start,
        ends=edition.local_end,
        days=tuple(_days(edition, events)),
        team=tuple(_participant(appearance) for appearance in team),
        changed_at=max([edition.updated_at, *(entry.session.updated_at for entry in entries)]),
    )


def guid_of(edition: Edition, *parts: str) -> UUID:
    """Return a lasting identifier for what has none of its own; the row's number outlives a change of address."""
    return uuid5(NAMESPACE_URL, "/".join([settings.PUBLIC_ORIGIN, "editions", str(edition.pk), *parts]))


def address_of(name: str, *arguments: str) -> str:
    """Return the full address of a public page in the language that is active."""
    return f"{settings.PUBLIC_ORIGIN}{reverse(f'programme:{name}', args=arguments)}"


def place_of(edition: Edition) -> str:
    if edition.is_moved_online:
        return _("Online")
    return ", ".join(one_line(part) for part in (edition.venue, edition.address, edition.city) if part.strip())


def language_of(thing: Model, field: str) -> str:
    """Return the language that a text is shown in: the active one or, where it is missing, the other."""
    wanted = get_language() or settings.LANGUAGE_CODE
    others = [code for code, _name in settings.LANGUAGES if code != wanted and getattr(thing, f"{field}_{code}")]
    return others[0] if others and not getattr(thing, f"{field}_{wanted}") else wanted


def _event(edition: Edition, entry: ProgrammeEntry) -> Event:
    session = entry.session
    assert session.local_start is not None  # noqa: S101 - the caller leaves the others out
    is_break = session.kind == Session.Kind.PAUSE
    return Event(
        guid=session.guid,
        number=session.pk,
        slug=session.slug,
        is_break=is_break,
        title=one_line(session.title),
        language=language_of(session, "title"),
        summary=carriable(session.summary),
        note=one_line(session.note),
        starts=session.local_start,
        ends=session.local_end,
        room=_room(edition, session),
        participants=tuple(_participant(appearance) for group in entry.roles for appearance in group.appearances),
        url=address_of("programme", edition.slug) if is_break else address_of("session", edition.slug, session.slug),
        sequence=edition.calendar_sequence + session.calendar_sequence,
        changed_at=max(edition.updated_at, session.updated_at),
    )


def _room(edition: Edition, session: Session) -> Room:
    """Return the room, which is the same in both languages, or the venue where no room is named."""
    if edition.is_moved_online:
        return Room(guid=guid_of(edition, "rooms", "online"), name=_("Online"), is_online=True)
    fields = [(session, "room"), (edition, "venue"), (edition, "city")]
    for thing, field in fields:
        names = [getattr(thing, f"{field}_{code}") for code, _name in settings.LANGUAGES]
        shared = next((name for name in names if name and name.strip()), None)
        if shared:
            return Room(guid=guid_of(edition, "rooms", shared), name=one_line(getattr(thing, field)))
    return Room(guid=guid_of(edition, "rooms", ""), name=_("Room to come"))


def _participant(appearance: Appearance) -> Participant:
    person = appearance.person
    return Participant(
        guid=person.guid,
        number=person.pk,
        name=one_line(person.name),
        role=appearance.role,
        affiliation=one_line(appearance.shown_affiliation),
    )


def _days(edition: Edition, events: list[Event]) -> list[Day]:
    """Return the days of the edition and those of its events; there is always one."""
    last = (edition.local_end - timedelta(microseconds=1)).date()
    length = (last - edition.day).days + 1
    known = edition.date_precision != Edition.DatePrecision.MONTH and length <= MOST_DAYS
    dates = {event.starts.date() for event in events}
    if known:
        dates |= {edition.day + timedelta(days=number) for number in range(length)}
    return [_day(edition, day, [e for e in events if e.starts.date() == day]) for day in sorted(dates or {edition.day})]


def _day(edition: Edition, day: date, events: list[Event]) -> Day:
    """Return a day from the first moment to the last that the edition or an event has on it."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=edition.zone)
    next_midnight = midnight + timedelta(days=1)
    opening, closing = max(edition.local_start, midnight), min(edition.local_end, next_midnight)
    if opening >= closing:  # the day is not one of the edition's
        opening, closing = (events[0].starts, next_midnight)
    return Day(
        date=day,
        starts=min([opening, *(event.starts for event in events)]),
        ends=max([closing, *(event.ends or event.starts for event in events)]),
        events=tuple(events),
    )
