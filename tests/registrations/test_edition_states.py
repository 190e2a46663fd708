"""One table: what has become of an edition, and how each page and file says it."""

import json
import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from programme.models import Edition
from registrations.services.dates import Dates
from registrations.services.editions import set_status
from registrations.services.move_online import move_online
from registrations.services.tickets import calendar_file
from tests.factories import NOW, EditionFactory, SeatPoolFactory, SessionFactory, registered, registration_of

SCHEMA = "https://schema.org/"


def postponed(edition):
    set_status(edition=edition, status="postponed", at=NOW)


def cancelled(edition):
    set_status(edition=edition, status="cancelled", at=NOW)


def rescheduled(edition):
    later = {"starts_at": edition.starts_at + timedelta(days=30), "ends_at": edition.ends_at + timedelta(days=30)}
    set_status(edition=edition, status="published", dates=Dates(**(vars(Dates.of(edition)) | later)), at=NOW)


def moved_online(edition):
    move_online(edition=edition, at=NOW)


def both(edition):
    rescheduled(edition)
    moved_online(edition)


def moved_then_cancelled(edition):
    moved_online(edition)
    cancelled(edition)


# What becomes of it: words on the pages, the word in lists, JSON-LD, titles of files, STATUS, SEQUENCE, LOCATION.
PLACE = "French Academy of Medicine, Paris"
TABLE = [
    (postponed, ["Edition postponed"], "postponed", ["EventPostponed"], "Postponed: ", "TENTATIVE", 1, PLACE),
    (cancelled, ["Edition cancelled"], "cancelled", ["EventCancelled"], "Cancelled: ", "CANCELLED", 1, PLACE),
    (rescheduled, ["New date"], "new date", ["EventRescheduled"], "", "CONFIRMED", 1, PLACE),
    (moved_online, ["Online only"], "online only", ["EventMovedOnline"], "", "CONFIRMED", 1, "Online"),
    (both, ["New date", "Online only"], "new date, online only", ["EventRescheduled", "EventMovedOnline"], "", "CONFIRMED", 2, "Online"),
    (moved_then_cancelled, ["Edition cancelled"], "cancelled", ["EventCancelled"], "Cancelled: ", "CANCELLED", 2, "Online"),
]  # fmt: skip
over_the_table = pytest.mark.parametrize(
    ("become", "words", "in_lists", "in_json_ld", "title", "status", "sequence", "location"),
    TABLE,
    ids=[row[0].__name__ for row in TABLE],
)
NOTICES = ["Edition postponed", "Edition cancelled", "New date", "Online only"]


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def world(edition):
    edition.slug = "2027"
    edition.save()
    SessionFactory(edition=edition, slug="data", starts_at=edition.starts_at, room_en="Room A", room_fr="Salle A")
    registered(edition, language="en")
    return edition


def notices_of(page):
    tags = re.findall(r'<p class="tag">.*?<span>(.*?)</span>', page, re.S)
    return [tag for tag in tags if tag in NOTICES]


def structured(page):
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.loads(block)


def as_list(found):
    return found if isinstance(found, list) else [found]


@over_the_table
def test_every_page_says_it(client, world, become, words, in_lists, in_json_ld, title, status, sequence, location):
    become(world)
    own = f"/en/registrations/{registration_of(world, 'ada@example.org').page_token}/"
    paths = ["", "2027/", "2027/programme/", "2027/programme/embed/", "2027/sessions/data/", "2027/register/"]

    pages = [client.get(path).content.decode() for path in [*(f"/en/{path}" for path in paths), own]]

    assert [notices_of(page) for page in pages] == [words] * len(pages)
    assert ["Room A" in page for page in pages[2:5]] == [location == PLACE] * 3


@over_the_table
def test_lists_of_editions_say_it(
    client, world, become, words, in_lists, in_json_ld, title, status, sequence, location
):
    other = EditionFactory(slug="2026", starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=9, hours=4))
    SeatPoolFactory(edition=other, mode="online")
    become(world)

    coming = client.get("/en/").content.decode()
    Edition.objects.filter(pk=world.pk).update(starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=8))
    past = client.get("/en/").content.decode()

    for page in (coming, past):
        (line,) = re.findall(r'<li data-edition="2027">.*?<p>(.*?)</p>', page, re.S)
        assert " ".join(line.split()).endswith(f", {in_lists}")


@over_the_table
def test_search_engines_read_it(client, world, become, words, in_lists, in_json_ld, title, status, sequence, location):
    become(world)
    before = "2027-05-20T14:00:00+02:00" if "EventRescheduled" in in_json_ld else None

    edition, session, home = (
        structured(client.get(f"/en/{path}").content.decode()) for path in ("2027/", "2027/sessions/data/", "")
    )

    things = [edition, edition["subEvent"][0], session, session["superEvent"], home["subEvent"][0]]
    kind = "VirtualLocation" if location == "Online" else "Place"
    for thing in things:
        assert as_list(thing["eventStatus"]) == [f"{SCHEMA}{word}" for word in in_json_ld]
        assert as_list(thing["location"])[0]["@type"] == kind
    assert [thing.get("previousStartDate") for thing in (edition, session["superEvent"], home["subEvent"][0])] == [
        before
    ] * 3
    mode = "OnlineEventAttendanceMode" if location == "Online" else "MixedEventAttendanceMode"
    assert edition["eventAttendanceMode"] == session["eventAttendanceMode"] == f"{SCHEMA}{mode}"


def test_session_had_another_date_where_it_goes_by_that_of_its_edition(client, world):
    SessionFactory(edition=world, slug="later", starts_at=None)
    rescheduled(world)

    timed, untimed = (
        structured(client.get(f"/en/2027/sessions/{slug}/").content.decode()) for slug in ("data", "later")
    )

    assert [thing.get("previousStartDate") for thing in (timed, untimed)] == [None, "2027-05-20T14:00:00+02:00"]
    assert untimed["startDate"] == untimed["superEvent"]["startDate"]


@over_the_table
def test_calendars_say_it(client, world, become, words, in_lists, in_json_ld, title, status, sequence, location):
    become(world)
    in_room = location if location == "Online" else f"Room A, {location}"
    person = registration_of(world, "ada@example.org")

    feed, session = (
        Calendar.from_ical(client.get(f"/2027/{path}?lang=en").content).events[0]
        for path in ("schedule.ics", "sessions/data.ics")
    )
    (own,) = Calendar.from_ical(calendar_file(person)).events

    for event in (feed, session):
        assert (str(event["summary"]), str(event["location"])) == (f"{title}Governing data", in_room)
        assert (str(event["status"]), event["sequence"]) == (status, sequence)
    assert (str(own["summary"]), str(own["location"])) == (f"{title}AI and medicine", location)
    # The way one attends has changed as well, and counts for itself.
    assert (str(own["status"]), own["sequence"]) == (status, sequence + (location == "Online"))


@over_the_table
def test_schedules_say_it(client, world, become, words, in_lists, in_json_ld, title, status, sequence, location):
    become(world)
    world.refresh_from_db()
    before = "2027-05-20T14:00:00+02:00" if "EventRescheduled" in in_json_ld else None

    conference = client.get("/2027/schedule.json?lang=en").json()["schedule"]["conference"]
    xml = client.get("/2027/schedule.xml?lang=en").content.decode()

    meta = conference["meta"]
    assert conference["title"] == f"{title}AI and medicine"
    assert (meta["status"], meta["previous_start"], meta["sequence"]) == (world.status, before, sequence)
    assert meta["is_moved_online"] == (location == "Online")
    assert conference["rooms"][0].get("type") == ("online" if location == "Online" else None)
    assert f"<title>{title}AI and medicine</title>" in xml
    assert f"<room>{'Online' if location == 'Online' else 'Room A'}</room>" in xml


def test_page_of_a_past_edition_says_when_it_was_planned_at_first(client, world):
    rescheduled(world)
    Edition.objects.filter(pk=world.pk).update(starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=8))

    page = client.get("/en/2027/").content.decode()

    assert notices_of(page) == []
    assert "planned at first for Thursday 20 May 2027, 2:00\xa0pm" in page


def test_dates_of_a_rescheduled_edition_are_as_exact_as_they_are_known(client, world):
    rescheduled(world)
    Edition.objects.filter(pk=world.pk).update(date_precision="day")

    page = client.get("/en/2027/").content.decode()

    assert structured(page)["previousStartDate"] == "2027-05-20"
    assert "new date; it was 20 May 2027" in page
