"""One event as an iCalendar file (RFC 5545, RFC 7986)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from icalendar import Calendar, Event, Timezone, vUri

PRODID = "-//Symposium//Registration office//"


@dataclass(frozen=True)
class CalendarEvent:
    """``starts`` and ``ends`` are moments, or days where only the day is known; the end is excluded."""

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    time_zone: str
    changed_at: datetime
    language: str
    description: str = ""
    location: str = ""
    url: str = ""
    sequence: int = 0
    status: str = "CONFIRMED"
    conference: str = ""


def calendar_of(event: CalendarEvent, *, method: str = "PUBLISH") -> bytes:
    """Return the file; ``method`` is CANCEL only in one mailed on a cancellation."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if isinstance(event.starts, datetime):
        calendar.add_component(_time_zone(event.time_zone, event.starts.year))
    calendar.add_component(_component(event))
    return bytes(calendar.to_ical())


@lru_cache(maxsize=32)
def _time_zone(name: str, year: int) -> Timezone:
    """Return the rules around one year; built once, because it takes longer than the rest of the file."""
    return Timezone.from_tzid(name, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))


def _component(event: CalendarEvent) -> Event:
    component = Event()
    language = {"LANGUAGE": event.language}
    component.add("uid", event.uid)
    component.add("dtstamp", event.changed_at.astimezone(UTC))
    component.add("last-modified", event.changed_at.astimezone(UTC))
    component.add("dtstart", event.starts)
    component.add("dtend", event.ends)
    component.add("summary", event.summary, parameters=language)
    component.add("sequence", event.sequence)
    component.add("status", event.status)
    component.add("class", "PUBLIC")
    for name, text in (("description", event.description), ("location", event.location)):
        if text:
            component.add(name, text, parameters=language)
    if event.url:
        component.add("url", event.url)
    if event.conference:
        component.add("conference", vUri(event.conference), parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    return component
