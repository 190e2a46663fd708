"""The programme as frab and pentabarf write it (schedule.xml), which conference apps and recording teams read.

The format knows one language a file and no moderator, so roles are told in the description.
"""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.conf import settings

from programme.exports.schedule_texts import (
    COLOUR,
    GENERATOR,
    acronym,
    appears_on_stage,
    clock,
    description_of,
    event_slug,
    kind_of,
    span,
)
from programme.services.schedule import Day, Event, Room, Schedule

MEDIA_TYPE = "application/vnd.c3voc.schedule+xml; charset=utf-8"


def schedule_xml(schedule: Schedule, *, url: str) -> bytes:
    """Return the file; ``url`` is where it is fetched."""
    root = Element("schedule")
    SubElement(root, "generator", GENERATOR)
    _text(root, "url", url)
    _text(root, "version", schedule.version)
    _conference(root, schedule)
    for index, day in enumerate(schedule.days, start=1):
        _day(root, schedule, index, day)
    indent(root)
    content: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n'.encode()


def _conference(root: Element, schedule: Schedule) -> None:
    conference = SubElement(root, "conference")
    _text(conference, "title", schedule.announced_title)
    _text(conference, "acronym", acronym(schedule))
    _text(conference, "start", schedule.days[0].date.isoformat())
    _text(conference, "end", schedule.days[-1].date.isoformat())
    _text(conference, "days", str(len(schedule.days)))
    _text(conference, "timeslot_duration", "00:05")
    _text(conference, "base_url", settings.PUBLIC_ORIGIN)
    _text(conference, "url", schedule.url)
    _text(conference, "time_zone_name", schedule.time_zone)
    if re.fullmatch(COLOUR, schedule.colour):
        SubElement(conference, "color", primary=schedule.colour)


def _day(root: Element, schedule: Schedule, index: int, day: Day) -> None:
    element = SubElement(
        root,
        "day",
        index=str(index),
        date=day.date.isoformat(),
        start=day.starts.isoformat(timespec="seconds"),
        end=day.ends.isoformat(timespec="seconds"),
    )
    for room, events in day.rooms.items():
        inside = SubElement(element, "room", name=room.name, guid=str(room.guid))
        for event in events:
            _event(inside, schedule, room, event)


def _event(parent: Element, schedule: Schedule, room: Room, event: Event) -> None:
    element = SubElement(parent, "event", id=str(event.number), guid=str(event.guid))
    for name, text in {
        "room": room.name,
        "title": event.title,
        "subtitle": "",
        "type": kind_of(event),
        "date": event.starts.isoformat(timespec="seconds"),
        "start": clock(event.starts),
        "duration": span(event.minutes),
        "abstract": event.summary,
        "slug": event_slug(schedule, event),
        "track": "",
        "language": event.language,
        "description": description_of(event),
        "url": event.url,
    }.items():
        _text(element, name, text)
    persons = SubElement(element, "persons")
    for person in filter(appears_on_stage, event.participants):
        SubElement(persons, "person", id=str(person.number), guid=str(person.guid)).text = person.name


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
