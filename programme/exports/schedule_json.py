"""The programme as schedule.json; what that format has no word for stands under ``conference.meta``."""

import json
import re
from typing import Any

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
from programme.services.schedule import Day, Event, Participant, Room, Schedule

MEDIA_TYPE = "application/json"
SCHEMA = "https://c3voc.de/schedule/schema.json"
# The format takes no other names of time zones.
TIME_ZONE = r"[A-Z][a-z]+/[A-Z][a-z]+.*|UTC"


def schedule_json(schedule: Schedule, *, url: str) -> bytes:
    """Return the file; ``url`` is where it is fetched."""
    document = {
        "$schema": SCHEMA,
        "generator": {**GENERATOR, "url": settings.PUBLIC_ORIGIN},
        "schedule": {
            "version": schedule.version,
            "base_url": settings.PUBLIC_ORIGIN,
            "url": url,
            "conference": _conference(schedule),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _conference(schedule: Schedule) -> dict[str, Any]:
    conference: dict[str, Any] = {
        "acronym": acronym(schedule),
        "title": schedule.announced_title,
        "description": schedule.description,
        "start": schedule.days[0].date.isoformat(),
        "end": schedule.days[-1].date.isoformat(),
        "daysCount": len(schedule.days),
        "timeslot_duration": "00:05",
        "url": schedule.url,
        "rooms": [_room(room) for room in schedule.rooms],
        "meta": _meta(schedule),
        "days": [_day(schedule, index, day) for index, day in enumerate(schedule.days, start=1)],
    }
    if re.fullmatch(TIME_ZONE, schedule.time_zone):
        conference["time_zone_name"] = schedule.time_zone
    if re.fullmatch(COLOUR, schedule.colour):
        conference["colors"] = {"primary": schedule.colour}
    return conference


def _room(room: Room) -> dict[str, str]:
    return {"guid": str(room.guid), "name": room.name, **({"type": "online"} if room.is_online else {})}


def _meta(schedule: Schedule) -> dict[str, Any]:
    """Return what is ours: the state of the edition, how much of its date is known, and everybody's role."""
    return {
        "status": schedule.status,
        "previous_start": schedule.previous_start and schedule.previous_start.isoformat(timespec="seconds"),
        "is_moved_online": schedule.is_moved_online,
        "sequence": schedule.sequence,
        "date_precision": schedule.date_precision,
        "time_zone": schedule.time_zone,
        "place": schedule.place,
        "language": schedule.language,
        "is_sample": schedule.is_sample,
        "updated_at": schedule.changed_at.isoformat(timespec="seconds"),
        "roles": [
            *(_role(participant, None) for participant in schedule.team),
            *(_role(participant, event) for event in schedule.events for participant in event.participants),
        ],
    }


def _role(participant: Participant, event: Event | None) -> dict[str, str | None]:
    """Return who does what in which event, or in the whole edition."""
    return {
        "event": str(event.guid) if event else None,
        "person": str(participant.guid),
        "name": participant.name,
        "affiliation": participant.affiliation,
        "role": participant.role,
    }


def _day(schedule: Schedule, index: int, day: Day) -> dict[str, Any]:
    rooms: dict[str, list[dict[str, Any]]] = {}
    for room, events in day.rooms.items():
        rooms.setdefault(room.name, []).extend(_event(schedule, event) for event in events)
    return {
        "index": index,
        "date": day.date.isoformat(),
        "day_start": day.starts.isoformat(timespec="seconds"),
        "day_end": day.ends.isoformat(timespec="seconds"),
        "rooms": rooms,
    }


def _event(schedule: Schedule, event: Event) -> dict[str, Any]:
    return {
        "guid": str(event.guid),
        "id": event.number,
        "slug": event_slug(schedule, event),
        "date": event.starts.isoformat(timespec="seconds"),
        "start": clock(event.starts),
        "duration": span(event.minutes),
        "room": event.room.name,
        "url": event.url,
        "title": event.title,
        "subtitle": "",
        "track": "",
        "type": kind_of(event),
        "language": event.language,
        "abstract": event.summary,
        "description": description_of(event),
        "persons": [
            {"guid": str(person.guid), "name": person.name} for person in event.participants if appears_on_stage(person)
        ],
        "links": [],
    }
