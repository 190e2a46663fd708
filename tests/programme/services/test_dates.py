from datetime import UTC, datetime

import pytest
from django.utils import translation

from programme.models import Edition
from programme.services.dates import clock, edition_date, edition_day, edition_span, moment_in, zone_name

B = "\u00a0"


def an_edition(precision="time", starts=(2027, 5, 20, 12), ends=(2027, 5, 20, 16, 30), zone="Europe/Paris"):
    return Edition(
        date_precision=precision,
        starts_at=datetime(*starts, tzinfo=UTC),
        ends_at=datetime(*ends, tzinfo=UTC),
        time_zone=zone,
    )


@pytest.mark.parametrize(
    ("precision", "french", "english"),
    [
        ("month", "mai 2027", "May 2027"),
        ("day", "20 mai 2027", "20 May 2027"),
        ("time", f"jeudi 20 mai 2027, 14{B}h{B}00", f"Thursday 20 May 2027, 2:00{B}pm"),
    ],
)
def test_edition_date_says_what_is_known(precision, french, english):
    edition = an_edition(precision)

    with translation.override("fr"):
        assert edition_date(edition) == french
    with translation.override("en"):
        assert edition_date(edition) == english


def test_edition_date_is_that_of_its_own_zone():
    edition = an_edition("day", starts=(2027, 5, 20, 22, 30), ends=(2027, 5, 21, 2), zone="Europe/Paris")

    with translation.override("en"):
        assert edition_date(edition) == "21 May 2027"


@pytest.mark.parametrize(("precision", "day"), [("month", "mai 2027"), ("time", "20 mai 2027")])
def test_edition_day_leaves_the_time_out(precision, day):
    with translation.override("fr"):
        assert edition_day(an_edition(precision)) == day


@pytest.mark.parametrize(
    ("edition", "span"),
    [
        (an_edition("month", ends=(2027, 5, 31, 16)), "May 2027"),
        (an_edition("day", starts=(2027, 5, 19, 22), ends=(2027, 5, 20, 22)), "20 May 2027"),
        (an_edition("day", ends=(2027, 5, 21, 16)), "20 May 2027 to 21 May 2027"),
        (an_edition(), f"Thursday 20 May 2027, 2:00{B}pm to 6:30{B}pm"),
        (
            an_edition(ends=(2027, 5, 21, 10)),
            f"Thursday 20 May 2027, 2:00{B}pm to Friday 21 May 2027, 12:00{B}pm",
        ),
    ],
)
def test_edition_span(edition, span):
    with translation.override("en"):
        assert edition_span(edition) == span


def test_first_of_the_month_is_an_ordinal_in_french_alone():
    opening = datetime(2027, 3, 1, 8, tzinfo=UTC)

    with translation.override("fr"):
        assert moment_in(an_edition(), opening) == f"lundi 1er mars 2027, 9{B}h{B}00"
    with translation.override("en"):
        assert moment_in(an_edition(), opening) == f"Monday 1 March 2027, 9:00{B}am"


@pytest.mark.parametrize(("hour", "words"), [(0, "12:05"), (12, "12:05"), (13, "1:05")])
def test_clock_in_english_has_twelve_hours(hour, words):
    with translation.override("en"):
        assert clock(datetime(2027, 5, 20, hour, 5, tzinfo=UTC)) == f"{words}{B}{'am' if hour < 12 else 'pm'}"


@pytest.mark.parametrize(("zone", "name"), [("America/New_York", "New York"), ("UTC", "UTC")])
def test_zone_name(zone, name):
    assert zone_name(an_edition(zone=zone)) == name
