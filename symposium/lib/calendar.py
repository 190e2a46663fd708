"""Events as an iCalendar file (RFC 5545, RFC 5546, RFC 7986): one to keep, or a feed to follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Event, Timezone, vCalAddress, vText, vUri

from symposium.lib.text import carriable, one_line

PRODID = "-//Symposium//Registration office//"
READ_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class CalendarEvent:
    """``starts`` and ``ends`` are moments, or days where only the day is known; the end is excluded, and may be open."""

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date | None
    time_zone: str
    changed_at: datetime
    language: str
    summary_language: str = ""  # where the title exists in the other language alone
    description: str = ""
    location: str = ""
    url: str = ""
    sequence: int = 0
    status: str = "CONFIRMED"
    conference: str = ""
    organizer: str = ""
    contact: str = ""
    category: str = ""
    is_busy: bool = True


@dataclass(frozen=True)
class CalendarFeed:
    """What a calendar that follows a feed shows of it; ``source`` is where it is fetched, ``url`` what it is about."""

    uid: str
    name: str
    time_zone: str
    changed_at: datetime
    language: str
    source: str
    url: str
    description: str = ""


def calendar_of(event: CalendarEvent, *, method: str = "PUBLISH") -> bytes:
    """Return the file of one event; ``method`` is CANCEL only in one mailed on a cancellation."""
    calendar = _calendar(method)
    if isinstance(event.starts, datetime):
        calendar.add_component(_time_zone(event.time_zone, event.starts.year, event.starts.year))
    calendar.add_component(_component(event))
    return bytes(calendar.to_ical())


def feed_of(feed: CalendarFeed, events: Iterable[CalendarEvent], *, year: int) -> bytes:
    """Return the file of several events of one time zone.

    :param year: whose rules of time the file holds where no event does; it is then a valid file all the same.
    """
    events = list(events)
    calendar = _calendar("PUBLISH")
    _describe(calendar, feed)
    years = [event.starts.year for event in events] or [year]
    calendar.add_component(_time_zone(feed.time_zone, min(years), max(years)))
    for event in events:
        calendar.add_component(_component(event))
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _describe(calendar: Calendar, feed: CalendarFeed) -> None:
    """Say what RFC 7986 has words for, and again in those that older calendars read."""
    language = {"LANGUAGE": feed.language}
    name = vText(one_line(feed.name))  # of a type that is escaped, which the library takes for granted in events alone
    calendar.add("uid", feed.uid)
    calendar.add("name", name, parameters=language)
    if feed.description:
        calendar.add("description", carriable(feed.description), parameters=language)
    calendar.add("last-modified", feed.changed_at.astimezone(UTC))
    calendar.add("url", vUri(feed.url))
    calendar.add("source", vUri(feed.source), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", feed.time_zone)


@lru_cache(maxsize=32)
def _time_zone(name: str, first_year: int, last_year: int) -> Timezone:
    """Return the rules around some years; built once, because it takes longer than the rest of the file."""
    zone = Timezone.from_tzid(name, first_date=date(first_year - 1, 1, 1), last_date=date(last_year + 2, 1, 1))
    for rule in zone.subcomponents:
        _begin_by_the_old_clock(rule)
    return zone


def _begin_by_the_old_clock(rule: Any) -> None:
    """Say when clocks are put forward as they show it before, which is the standard's way; the library's is after.

    :param rule: one DAYLIGHT or STANDARD; its values have no useful type.
    """
    skipped = rule["tzoffsetto"].td - rule["tzoffsetfrom"].td
    if skipped > timedelta(0):
        for moment in [rule["dtstart"], *(rule["rdate"].dts if "rdate" in rule else [])]:
            moment.dt -= skipped


def _component(event: CalendarEvent) -> Event:
    component = Event()
    language = {"LANGUAGE": event.language}
    component.add("uid", event.uid)
    component.add("dtstamp", event.changed_at.astimezone(UTC))
    component.add("last-modified", event.changed_at.astimezone(UTC))
    component.add("dtstart", event.starts)
    if event.ends:
        component.add("dtend", event.ends)
    component.add("summary", one_line(event.summary), parameters={"LANGUAGE": event.summary_language or event.language})
    component.add("sequence", event.sequence)
    component.add("status", event.status)
    component.add("class", "PUBLIC")
    component.add("transp", "OPAQUE" if event.is_busy else "TRANSPARENT")
    for name, text in (("description", event.description), ("location", event.location)):
        if text:
            component.add(name, carriable(text), parameters=language)
    if event.category:
        component.add("categories", [event.category])
    if event.contact:
        organizer = vCalAddress(f"mailto:{event.contact}")
        component.add("organizer", organizer, parameters={"CN": one_line(event.organizer)})
    if event.url:
        component.add("url", event.url)
    if event.conference:
        component.add("conference", vUri(event.conference), parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    return component
