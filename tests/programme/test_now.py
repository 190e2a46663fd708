"""« Now » and « next », by the clock of the request and in the zone of the edition."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from programme.models import Edition
from tests.factories import EditionFactory, SessionFactory


def paris(day, hour, minute=0):
    return datetime(2027, 5, day, hour - 2, minute, tzinfo=UTC)


@pytest.fixture
def edition(db):
    """Two days: opening (no end), two sessions at once, a break; a session on the second morning."""
    edition = EditionFactory(slug="2027", starts_at=paris(20, 14), ends_at=paris(21, 12))
    for number, (title, starts, ends, fields) in enumerate(
        [
            ("Welcome", paris(20, 14), None, {"kind": "pause"}),
            ("Data", paris(20, 14, 30), paris(20, 15, 30), {"room_en": "Room A", "room_fr": "Salle A"}),
            ("Law", paris(20, 14, 30), paris(20, 15), {}),
            ("Coffee", paris(20, 16), paris(20, 16, 30), {"kind": "pause"}),
            ("Closing", paris(21, 9), None, {}),
            ("Later", None, None, {}),
        ]
    ):
        SessionFactory(
            edition=edition,
            slug=title.lower(),
            title_en=title,
            position=number,
            starts_at=starts,
            ends_at=ends,
            **fields,
        )
    return edition


def words(html):
    return " ".join(re.sub("<[^>]+>", "", html).split())


def told(client, path):
    page = client.get(f"/en/2027/{path}").content.decode()
    found = re.search(r'<section class="happening".*?</section>', page, re.S)
    return [words(part) for part in re.findall(r"<dd>(.*?)</dd>", found[0], re.S)] if found else None


MOMENTS = [
    ("the day before", paris(19, 23, 59), None),
    ("the morning", paris(20, 8), ["It has not begun yet.", "Welcome 2:00 pm"]),
    ("an open end", paris(20, 14, 29), ["Welcome", "Data 2:30 pm, Room A Law 2:30 pm"]),
    (
        "the minute itself",
        paris(20, 14, 30),
        ["Data until 3:30 pm, Room A Law until 3:00 pm", "Coffee 4:00 pm"],
    ),
    ("one of two is over", paris(20, 15), ["Data until 3:30 pm, Room A", "Coffee 4:00 pm"]),
    ("between", paris(20, 15, 30), ["Between two parts of the programme.", "Coffee 4:00 pm"]),
    ("a break", paris(20, 16, 10), ["Coffee until 4:30 pm", "Closing Friday 21 May 2027, 9:00 am"]),
    ("the evening", paris(20, 20), ["The day is over.", "Closing Friday 21 May 2027, 9:00 am"]),
    ("the second morning", paris(21, 8), ["It has not begun yet.", "Closing 9:00 am"]),
    ("the last", paris(21, 11, 59), ["Closing"]),
    ("the end", paris(21, 12), None),
]


@pytest.mark.parametrize("path", ["", "programme/"])
@pytest.mark.parametrize(("at", "parts"), [row[1:] for row in MOMENTS], ids=[row[0] for row in MOMENTS])
def test_page_says_what_is_now_and_next(client, edition, time_machine, path, at, parts):
    time_machine.move_to(at, tick=False)

    assert told(client, path) == parts


def test_programme_marks_what_is_now_and_next(client, edition, time_machine):
    time_machine.move_to(paris(20, 14, 45), tick=False)

    for path in ("programme/", "programme/embed/"):
        page = client.get(f"/en/2027/{path}").content.decode()
        entries = [words(entry) for entry in re.findall(r'<li[^>]* aria-current="time">(.*?)</h3>', page, re.S)]
        assert [re.findall("Data|Law|Now", entry) for entry in entries] == [["Now", "Data"], ["Now", "Law"]]
        assert words("".join(re.findall(r'<b class="moment">.*?</b>', page))) == "NowNowNext"


def test_what_comes_tomorrow_is_not_marked_as_next(client, edition, time_machine):
    time_machine.move_to(paris(20, 20), tick=False)

    assert 'class="moment"' not in client.get("/en/2027/programme/").content.decode()


def test_end_of_the_programme_before_the_end_of_the_edition(client, edition, time_machine):
    edition.sessions.filter(slug="closing").update(ends_at=paris(21, 11))
    time_machine.move_to(paris(21, 11, 30), tick=False)

    assert told(client, "") == ["The programme is over."]


def test_day_is_that_of_the_edition(client, edition, time_machine):
    """Half past midnight in Paris on the first day is still the day before in London."""
    time_machine.move_to(paris(20, 14) - timedelta(hours=13, minutes=30), tick=False)

    assert told(client, "") == ["It has not begun yet.", "Welcome 2:00 pm"]


@pytest.mark.parametrize("fields", [{"status": "postponed"}, {"status": "cancelled"}, {"status": "archived"}])
def test_nothing_happens_in_an_edition_that_does_not_take_place(client, edition, time_machine, fields):
    Edition.objects.update(**fields)
    time_machine.move_to(paris(20, 15), tick=False)

    assert told(client, "") is None


def test_nothing_is_said_while_no_time_is_published(client, edition, time_machine):
    edition.sessions.update(starts_at=None, ends_at=None)
    time_machine.move_to(paris(20, 15), tick=False)

    assert told(client, "") is None


def test_room_is_left_out_once_the_edition_is_online(client, edition, time_machine):
    Edition.objects.update(moved_online_at=paris(1, 12))
    time_machine.move_to(paris(20, 15), tick=False)

    assert told(client, "") == ["Data until 3:30 pm", "Coffee 4:00 pm"]
