"""The rules of schedule.xml and schedule.json, written from the formats' descriptions, each as one thing that must hold."""

import re
from datetime import date, datetime
from xml.etree import ElementTree

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"
DURATION = r"\d{1,2}:\d\d"
CLOCK = r"[0-2]\d:[0-5]\d"
XML_EVENT = {"room", "title", "subtitle", "type", "date", "start", "duration", "abstract", "slug", "track"}
XML_EVENT_MORE = {
    "logo", "persons", "language", "description", "recording", "links", "attachments", "url", "feedback_url",
    "origin_url",
}  # fmt: skip
JSON_CONFERENCE = {"title", "acronym", "days", "daysCount", "start", "end", "timeslot_duration"}
JSON_CONFERENCE_MORE = {
    "description", "time_zone_name", "logo", "colors", "keywords", "url", "tracks", "rooms", "meta",
}  # fmt: skip
JSON_EVENT = {
    "guid", "id", "date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track", "type", "language",
    "abstract", "persons", "links",
}  # fmt: skip
JSON_EVENT_MORE = {"code", "end", "logo", "description", "recording_license", "attachments"}


def check_xml(content):
    """Parse a file and check it; return its root."""
    root = ElementTree.fromstring(content)
    assert root.tag == "schedule"
    names = [child.tag for child in root]
    assert names[:4] == ["generator", "url", "version", "conference"]
    assert names[4:]
    assert set(names[4:]) == {"day"}
    assert root.findtext("version")
    assert root.findtext("url").startswith("http")
    _check_xml_conference(root.find("conference"))
    days = root.findall("day")
    assert [day.get("index") for day in days] == [str(number) for number in range(1, len(days) + 1)]
    for day in days:
        date.fromisoformat(day.get("date"))
        assert re.fullmatch(MOMENT, day.get("start"))
        assert re.fullmatch(MOMENT, day.get("end"))
        assert datetime.fromisoformat(day.get("start")) < datetime.fromisoformat(day.get("end"))
        assert {child.tag for child in day} <= {"room"}
        for room in day:
            assert room.get("name")
            assert re.fullmatch(UUID, room.get("guid"))
            assert {child.tag for child in room} == {"event"}
            assert {event.findtext("room") for event in room} == {room.get("name")}
    events = root.findall("day/room/event")
    for event in events:
        _check_xml_event(event)
    _check_unique([event.get("guid") for event in events])
    _check_unique([event.get("id") for event in events])
    _check_unique([event.findtext("slug") for event in events])
    return root


def _check_xml_conference(conference):
    _check_unique([child.tag for child in conference])
    assert [child.tag for child in conference][:6] == ["title", "acronym", "start", "end", "days", "timeslot_duration"]
    assert re.fullmatch(r"[a-z0-9_-]{4,}", conference.findtext("acronym"))
    assert date.fromisoformat(conference.findtext("start")) <= date.fromisoformat(conference.findtext("end"))
    assert int(conference.findtext("days")) > 0
    assert re.fullmatch(DURATION, conference.findtext("timeslot_duration"))
    for name in ("url", "base_url"):
        assert re.match(r"https?://", conference.findtext(name))
    colour = conference.find("color")
    assert colour is None or re.fullmatch(r"#[0-9a-fA-F]{6}", colour.get("primary"))


def _check_xml_event(event):
    names = [child.tag for child in event]
    _check_unique(names)
    assert set(names) >= XML_EVENT
    assert set(names) <= XML_EVENT | XML_EVENT_MORE
    assert re.fullmatch(UUID, event.get("guid"))
    assert int(event.get("id")) > 0
    assert re.fullmatch(MOMENT, event.findtext("date"))
    assert re.fullmatch(CLOCK, event.findtext("start"))
    assert re.fullmatch(DURATION, event.findtext("duration"))
    # Of this year's rule and of the one before it.
    assert re.fullmatch(r"[a-z0-9_]{4,}-[a-z0-9\-_]{4,}", event.findtext("slug"))
    assert re.fullmatch(r"[a-z0-9]{4,}-[0-9]{1,6}-[a-z0-9\-_]{4,}", event.findtext("slug"))
    for person in event.find("persons"):
        assert (person.tag, person.text != "") == ("person", True)
        assert int(person.get("id")) > 0
        assert re.fullmatch(UUID, person.get("guid"))


def check_json(document):
    """Check a document that was read."""
    assert set(document) <= {"$schema", "generator", "schedule"}
    schedule = document["schedule"]
    assert set(schedule) >= {"version", "conference"}
    assert "rooms" not in schedule
    conference = schedule["conference"]
    assert set(conference) >= JSON_CONFERENCE
    assert set(conference) <= JSON_CONFERENCE | JSON_CONFERENCE_MORE
    assert re.fullmatch(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?", conference["acronym"])
    assert re.match(r"([A-Z][a-z]+/[A-Z][a-z]+)|UTC$", conference.get("time_zone_name", "UTC"))
    assert conference["daysCount"] == len(conference["days"])
    date.fromisoformat(conference["start"])
    date.fromisoformat(conference["end"])
    for room in conference["rooms"]:
        assert set(room) >= {"guid", "name"}
        assert re.fullmatch(UUID, room["guid"])
    events = []
    for day in conference["days"]:
        assert set(day) == {"index", "date", "day_start", "day_end", "rooms"}
        assert re.fullmatch(MOMENT, day["day_start"])
        assert re.fullmatch(MOMENT, day["day_end"])
        for room, inside in day["rooms"].items():
            assert {event["room"] for event in inside} == {room}
            events += inside
    for event in events:
        _check_json_event(event)
    for name in ("guid", "id", "slug"):
        _check_unique([event[name] for event in events])
    return events


def _check_json_event(event):
    assert set(event) >= JSON_EVENT
    assert set(event) <= JSON_EVENT | JSON_EVENT_MORE
    assert isinstance(event["id"], int)
    assert re.fullmatch(UUID, event["guid"])
    assert re.fullmatch(MOMENT, event["date"])
    assert re.fullmatch(CLOCK, event["start"])
    assert re.fullmatch(r"[0-9]+:[0-9]{2}", event["duration"])
    assert re.fullmatch(r"[a-z0-9_-]+[a-z0-9]", event["slug"])
    assert re.match(r"https?://", event["url"])
    for person in event["persons"]:
        # A name beside an id and a public name would be two kinds of person at once.
        assert set(person) == {"guid", "name"}
        assert re.fullmatch(UUID, person["guid"])


def _check_unique(values):
    assert len(values) == len(set(values)), values
