"""The calendars of an edition and of a session, read back by a library."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from programme.models import Edition, Session
from tests.factories import NOW, AppearanceFactory, EditionFactory, PersonFactory, SessionFactory

FEED = ("version", "method", "calscale", "name", "description", "x-wr-timezone", "url")
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def calendar(client):
    def read(address):
        content = client.get(address).content
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        assert b"\n" not in content.replace(b"\r\n", b"")
        return Calendar.from_ical(content)

    return read


@pytest.fixture
def timed(edition):
    session = SessionFactory(
        edition=edition,
        slug="data",
        starts_at=edition.starts_at,
        ends_at=edition.starts_at + timedelta(hours=1),
        summary_en="One; two, three\\four\r\nfive",
        room_en="Room A",
    )
    AppearanceFactory(
        session=session, role="moderator", person=PersonFactory(given_name="Max", family_name="Moderates")
    )
    return session


def test_feed_says_whose_it_is_and_where_it_is_read_again(edition, timed, calendar):
    Edition.objects.update(lead_en="One; two")
    found = calendar(f"/{edition.slug}/schedule.ics?lang=en")

    assert {name: str(found[name]) for name in FEED} == {
        "version": "2.0",
        "method": "PUBLISH",
        "calscale": "GREGORIAN",
        "name": "AI and medicine",
        "description": "One; two",
        "x-wr-timezone": "Europe/Paris",
        "url": f"http://testserver/en/{edition.slug}/",
    }
    assert str(found["source"]) == f"http://testserver/{edition.slug}/schedule.ics?lang=en"
    assert found["refresh-interval"].dt == timedelta(hours=1)
    assert str(found["uid"]).endswith("@testserver")


def test_event_says_all_it_can(edition, timed, calendar):
    (event,) = calendar(f"/{edition.slug}/schedule.ics?lang=en").events

    assert str(event["uid"]) == f"{timed.guid}@testserver"
    assert event["dtstart"].params["TZID"] == "Europe/Paris"
    assert event["dtstart"].dt == datetime(2027, 5, 20, 14, 0, tzinfo=PARIS)
    assert event["dtend"].dt == datetime(2027, 5, 20, 15, 0, tzinfo=PARIS)
    assert str(event["summary"]) == "Governing data"
    assert event["summary"].params["LANGUAGE"] == "en"
    assert str(event["location"]) == "Room A, French Academy of Medicine, Paris"
    assert str(event["description"]) == (
        "AI and medicine\n\nOne; two, three\\four\nfive\n\nModerator: Max Moderates\n\n"
        f"http://testserver/en/{edition.slug}/sessions/data/"
    )
    assert (str(event["status"]), event["sequence"], str(event["transp"])) == ("CONFIRMED", 0, "OPAQUE")
    assert str(event["organizer"]) == "mailto:symposium@example.org"
    assert event["organizer"].params["CN"] == "AI and medicine"


def test_one_session_is_the_same_event(edition, timed, calendar):
    SessionFactory(edition=edition, slug="other", starts_at=edition.starts_at)

    (alone,) = calendar(f"/{edition.slug}/sessions/data.ics?lang=en").events

    assert alone == calendar(f"/{edition.slug}/schedule.ics?lang=en").events[0]


def test_break_does_not_keep_anybody_busy_and_an_open_end_stays_open(edition, timed, calendar):
    SessionFactory(edition=edition, kind="pause", title_en="Coffee", starts_at=edition.ends_at)

    event = calendar(f"/{edition.slug}/schedule.ics?lang=en").events[1]

    assert (str(event["summary"]), str(event["transp"])) == ("Coffee", "TRANSPARENT")
    assert "dtend" not in event
    assert event.categories == ["Break"]


@pytest.mark.parametrize(
    ("precision", "times"),
    [
        ("time", (datetime(2027, 5, 20, 14, tzinfo=PARIS), datetime(2027, 5, 20, 18, tzinfo=PARIS))),
        ("day", (date(2027, 5, 20), date(2027, 5, 21))),
    ],
)
def test_edition_stands_for_itself_until_times_are_published(edition, calendar, precision, times):
    SessionFactory(edition=edition)
    Edition.objects.update(date_precision=precision)

    (event,) = calendar(f"/{edition.slug}/schedule.ics?lang=en").events

    assert (event["dtstart"].dt, event["dtend"].dt) == times
    assert str(event["summary"]) == "AI and medicine"


def test_month_alone_is_no_event_and_a_valid_file(db, calendar):
    edition = EditionFactory(date_precision="month")

    found = calendar(f"/{edition.slug}/schedule.ics")

    assert found.events == []
    assert [str(zone["tzid"]) for zone in found.timezones] == ["Europe/Paris"]


@pytest.mark.parametrize(
    ("status", "words", "state"),
    [("cancelled", "Cancelled: ", "CANCELLED"), ("postponed", "Postponed: ", "TENTATIVE")],
)
def test_what_does_not_take_place_says_so_with_a_higher_sequence(edition, timed, calendar, status, words, state):
    Edition.objects.update(status=status, calendar_sequence=2)
    Session.objects.update(calendar_sequence=3)

    found = calendar(f"/{edition.slug}/schedule.ics?lang=en")
    (event,) = found.events

    assert str(found["method"]) == "PUBLISH"
    assert str(event["summary"]) == f"{words}Governing data"
    assert (str(event["status"]), event["sequence"]) == (state, 5)
    assert calendar(f"/{edition.slug}/sessions/data.ics?lang=en").events == [event]


@pytest.mark.parametrize("slug", ["coffee", "later", "nothing"])
def test_only_a_session_with_times_can_be_kept(edition, client, slug):
    SessionFactory(edition=edition, slug="coffee", kind="pause", starts_at=edition.starts_at)
    SessionFactory(edition=edition, slug="later")

    assert client.get(f"/{edition.slug}/sessions/{slug}.ics").status_code == 404


def test_hostile_texts_cannot_add_lines(edition, timed, calendar):
    hostile = 'x\r\nATTENDEE:mailto:a@b\x85BEGIN:VALARM\u2028END:VEVENT\x0b";:,\x01'
    Edition.objects.update(title_en=hostile, venue_en=hostile)
    Session.objects.update(title_en=hostile, summary_en=hostile, room_en=hostile, note_en=hostile)

    found = calendar(f"/{edition.slug}/schedule.ics?lang=en")
    (event,) = found.events

    assert {part.name for part in found.walk()} == {"VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VEVENT"}
    assert "attendee" not in event
    assert str(event["summary"]) == 'x ATTENDEE:mailto:a@b BEGIN:VALARM END:VEVENT ";:,'


def test_file_holds_the_rules_of_its_years(edition, timed, client):
    SessionFactory(edition=edition, starts_at=NOW + timedelta(days=700))
    lines = client.get(f"/{edition.slug}/schedule.ics").content.decode().split("\r\n")

    # By the clock before the change: 02:00 is not there in March, and 03:00 twice in October.
    assert lines[lines.index("BEGIN:DAYLIGHT") + 1] == "DTSTART:20260329T020000"
    assert "RDATE:20270328T020000,20280326T020000,20290325T020000,20300331T020000" in lines
    assert "RDATE:20271031T030000,20281029T030000,20291028T030000,20301027T030000" in lines
