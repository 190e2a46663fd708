"""schedule.xml and schedule.json, read as a stranger's program reads them."""

from datetime import timedelta
from uuid import UUID

import pytest

from programme.models import Appearance, Edition, Person, Session
from tests.factories import NOW, AppearanceFactory, EditionFactory, PersonFactory, SessionFactory
from tests.programme.exports.schedule_rules import check_json, check_xml

HOSTILE = "]]><script>&amp; \x01\x0b\x1f\x7f\x85\u2028 <!-- \ufffe 'q' \"q\" \\ ; , é 🙂"
SHOWN = "]]><script>&amp; <!-- 'q' \"q\" \\ ; , é 🙂"


@pytest.fixture
def xml(client):
    return lambda edition, query="": check_xml(client.get(f"/{edition.slug}/schedule.xml{query}").content)


@pytest.fixture
def conference(client):
    """Read schedule.json, check it, and return its conference."""

    def read(edition, query=""):
        document = client.get(f"/{edition.slug}/schedule.json{query}").json()
        check_json(document)
        return document["schedule"]["conference"]

    return read


@pytest.fixture
def timed(edition):
    """A session of the edition whose times are published, with a speaker and a moderator."""
    starts = edition.starts_at + timedelta(minutes=15)
    session = SessionFactory(
        edition=edition,
        slug="data",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=70),
        room_fr="Salle A",
        room_en="Room A",
    )
    AppearanceFactory(session=session, person=PersonFactory(given_name="Ada", family_name="Speaks"))
    AppearanceFactory(
        session=session,
        person=PersonFactory(given_name="Max", family_name="Moderates"),
        role="moderator",
        affiliation_en="Example University",
    )
    return session


def events_of(conference):
    return [event for day in conference["days"] for events in day["rooms"].values() for event in events]


def test_one_event_says_all_it_can(edition, timed, xml):
    event = xml(edition, "?lang=en").find("day/room/event")

    assert {child.tag: child.text for child in event if child.tag not in {"persons", "slug"}} == {
        "room": "Room A",
        "title": "Governing data",
        "subtitle": None,
        "type": "session",
        "date": "2027-05-20T14:15:00+02:00",
        "start": "14:15",
        "duration": "01:10",
        "abstract": None,
        "track": None,
        "language": "en",
        "description": "Speaker: Ada Speaks\nModerator: Max Moderates (Example University)",
        "url": f"http://testserver/en/{edition.slug}/sessions/data/",
    }
    assert event.get("guid") == str(timed.guid)
    assert [person.text for person in event.find("persons")] == ["Ada Speaks"]


def test_both_files_tell_the_same(edition, timed, xml, conference):
    SessionFactory(edition=edition, kind="pause", slug="a", title_en="Coffee", starts_at=edition.ends_at)
    found = events_of(conference(edition, "?lang=en"))

    for element, event in zip(xml(edition, "?lang=en").iter("event"), found, strict=True):
        for name in ("room", "title", "type", "date", "start", "duration", "abstract", "slug", "language", "url"):
            assert (element.findtext(name) or "") == event[name]
        assert element.get("guid") == event["guid"]
    assert [(event["type"], event["duration"]) for event in found] == [("session", "01:10"), ("break", "00:00")]


def test_roles_stand_under_meta(edition, timed, conference):
    AppearanceFactory(session=None, edition=edition, role="organizer", person=PersonFactory(given_name="Olga"))

    meta = conference(edition, "?lang=en")["meta"]

    assert [(role["event"], role["name"].split()[0], role["role"]) for role in meta["roles"]] == [
        (None, "Olga", "organizer"),
        (str(timed.guid), "Ada", "speaker"),
        (str(timed.guid), "Max", "moderator"),
    ]
    assert meta["roles"][2]["affiliation"] == "Example University"


def test_only_published_times_are_in_it(edition, timed, xml, conference):
    SessionFactory(edition=edition, title_en="Later")

    assert [event.findtext("title") for event in xml(edition, "?lang=en").iter("event")] == ["Governing data"]
    assert [event["title"] for event in events_of(conference(edition, "?lang=en"))] == ["Governing data"]


@pytest.mark.parametrize("precision", ["month", "day", "time"])
def test_without_times_the_file_is_valid_and_empty(db, xml, conference, precision):
    edition = EditionFactory(date_precision=precision, venue_fr="", venue_en="", city_fr="", city_en="")
    SessionFactory(edition=edition)

    assert [day.get("date") for day in xml(edition).findall("day")] == ["2027-05-20"]
    assert list(xml(edition).iter("event")) == []
    assert conference(edition)["meta"]["date_precision"] == precision


def test_each_day_of_the_edition_is_there(edition, timed, xml, conference):
    Edition.objects.update(ends_at=edition.starts_at + timedelta(days=2))

    days = xml(edition).findall("day")

    assert [day.get("date") for day in days] == ["2027-05-20", "2027-05-21", "2027-05-22"]
    assert [len(day.findall("room")) for day in days] == [1, 0, 0]
    assert days[1].get("start") == "2027-05-21T00:00:00+02:00"
    assert days[2].get("end") == "2027-05-22T14:00:00+02:00"
    assert conference(edition)["daysCount"] == 3


def test_a_month_has_the_days_that_are_known(db, xml):
    edition = EditionFactory(date_precision="month", ends_at=NOW + timedelta(days=100))
    SessionFactory(edition=edition, starts_at=NOW + timedelta(days=90))

    assert [day.get("date") for day in xml(edition).findall("day")] == ["2027-05-30"]


def test_texts_are_in_the_language_asked_for_or_in_the_other(edition, timed, xml):
    Session.objects.update(title_en="")

    french, english = xml(edition), xml(edition, "?lang=en")

    assert french.findtext("conference/title") == "IA et médecine"
    assert english.findtext("conference/title") == "AI and medicine"
    assert [event.findtext("language") for event in english.iter("event")] == ["fr"]
    assert [event.findtext("title") for event in english.iter("event")] == ["Gouverner les données"]


def test_a_room_keeps_its_identifier_in_both_languages(edition, timed, xml, conference):
    french, english = xml(edition).find("day/room"), xml(edition, "?lang=en").find("day/room")

    assert (french.get("name"), english.get("name")) == ("Salle A", "Room A")
    assert french.get("guid") == english.get("guid")
    assert UUID(french.get("guid")).version == 5
    assert conference(edition)["rooms"] == [{"guid": french.get("guid"), "name": "Salle A"}]


@pytest.mark.parametrize(
    ("fields", "name"),
    [({}, "French Academy of Medicine"), ({"venue_fr": "", "venue_en": ""}, "Paris"),
     ({"venue_fr": "", "venue_en": "", "city_fr": "", "city_en": ""}, "Room to come")],
)  # fmt: skip
def test_a_session_without_a_room_is_at_the_venue(edition, xml, fields, name):
    SessionFactory(edition=edition, starts_at=edition.starts_at)
    Edition.objects.update(**fields)

    assert xml(edition, "?lang=en").find("day/room").get("name") == name


@pytest.mark.parametrize("slug", ["a", "-", "_x_", "Long-Enough_"])
def test_a_slug_is_made_to_fit(edition, xml, conference, slug):
    SessionFactory(edition=edition, slug=slug, starts_at=edition.starts_at)

    xml(edition)
    conference(edition)


def test_hostile_texts_are_text(edition, timed, xml, conference):
    Edition.objects.update(title_en=HOSTILE, lead_en=HOSTILE, accent_light="red;}", time_zone="Etc/GMT+2")
    Session.objects.update(title_en=HOSTILE, summary_en=HOSTILE, room_en=HOSTILE, note_en=HOSTILE)
    Person.objects.update(given_name=HOSTILE)
    Appearance.objects.update(affiliation_en=HOSTILE)

    root, found = xml(edition, "?lang=en"), conference(edition, "?lang=en")

    assert root.findtext("conference/title") == SHOWN
    assert found["title"] == SHOWN
    assert root.find("day/room").get("name") == SHOWN
    assert root.findtext("day/room/event/persons/person") == f"{SHOWN} Speaks"
    assert "color" not in [child.tag for child in root.find("conference")]
    assert "time_zone_name" not in found
    assert "colors" not in found


@pytest.mark.parametrize(("status", "title"), [("cancelled", "Cancelled: AI"), ("postponed", "Postponed: AI")])
def test_an_edition_that_does_not_take_place_says_so(edition, timed, xml, conference, status, title):
    Edition.objects.update(status=status)

    assert xml(edition, "?lang=en").findtext("conference/title").startswith(title)
    assert conference(edition, "?lang=en")["title"].startswith(title)
    assert conference(edition, "?lang=en")["meta"]["status"] == status


def test_version_follows_whatever_changes(edition, timed, xml):
    before = xml(edition).findtext("version")
    assert xml(edition).findtext("version") == before

    Person.objects.filter(family_name="Speaks").update(given_name="Grace")

    assert xml(edition).findtext("version") != before


def test_times_are_those_of_the_edition_across_a_change_of_clocks(db, xml):
    edition = EditionFactory(slug="york", time_zone="America/New_York")
    SessionFactory(edition=edition, starts_at=edition.starts_at, ends_at=edition.starts_at + timedelta(hours=200))

    event = xml(edition).find("day/room/event")

    assert event.findtext("date") == "2027-05-20T08:00:00-04:00"
    assert event.findtext("duration") == "99:00"
