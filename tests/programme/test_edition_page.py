"""What the public pages say of an edition: its date and place, seats, figures and programme."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from programme.models import Edition
from tests.factories import NOW, EditionFactory, FigureFactory, SeatPoolFactory, SessionFactory

B = "\u00a0"


@pytest.mark.parametrize(
    ("precision", "date"),
    [("month", "May 2027"), ("day", "20 May 2027"), ("time", f"Thursday 20 May 2027, 2:00{B}pm to 6:00{B}pm")],
)
def test_date_is_as_precise_as_it_is_known(edition, page, precision, date):
    Edition.objects.update(date_precision=precision)

    assert re.search(rf"<time datetime=\"2027-05[^\"]*\">{date}</time>", page(f"/en/{edition.slug}/"))


def dots(text, css_class):
    """Count the marks of one kind as the browser draws them: one a dash, or one alone."""
    groups = re.findall(rf'<g class="{css_class}"[^>]*>(.*?)</g>', text, re.S)
    paths = re.findall(r"<path d=[^>]*>", "".join(groups))
    return sum(int(re.search(r'pathLength="(\d+)\.01"', p).group(1)) + 1 if "pathLength" in p else 1 for p in paths)


def test_open_edition_shows_one_dot_per_seat(edition, page):
    edition.seat_pools.filter(mode="onsite").update(capacity=420, taken=382)

    text = page(f"/en/{edition.slug}/")
    hollow_group = re.search(rf'<g id="cover-{edition.slug}">(.*?)</g>', text, re.S).group(0)

    assert dots(text.replace(hollow_group, ""), "f") == 382
    assert dots(hollow_group.replace("<g id", '<g class="f" id'), "f") == 38
    assert "38 seats left on site" in text
    assert "no limit online" in text


@pytest.mark.parametrize(
    ("pools", "words"),
    [
        ({"onsite": (10, 9, 0), "online": (20, 19, 0)}, ["1 seat left on site", "1 seat left online"]),
        ({"onsite": (10, 10, 3), "online": (20, 20, 0)}, ["full on site", "full online", "3 people are waiting"]),
        ({"onsite": (10, 10, 1)}, ["full on site", "1 person is waiting", "Join the waiting list"]),
        ({"onsite": (10, 10, 0), "online": (None, 0, 0)}, ["Full on site", "Join the list or follow online"]),
        ({"onsite": (None, 0, 0)}, ["no limit on site"]),
        ({"online": (1200, 0, 0)}, ["1,200 seats left online"]),
    ],
)
def test_seats_are_said_in_words(db, page, pools, words):
    edition = EditionFactory()
    for mode, (capacity, taken, waiting) in pools.items():
        SeatPoolFactory(edition=edition, mode=mode, capacity=capacity, taken=taken, waiting=waiting)

    text = page(f"/en/{edition.slug}/")

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"registration_opens_at": datetime(2027, 4, 1, 7, tzinfo=UTC)},
            f"Thursday 1 April 2027, 9:00{B}am (Paris time)",
        ),
        ({"registration_closes_at": NOW}, "Registration is closed"),
        ({"status": "postponed"}, "Edition postponed"),
        ({"status": "cancelled"}, "Edition cancelled"),
    ],
)
def test_state_is_said_where_the_button_would_be(edition, page, fields, words):
    Edition.objects.update(**fields)

    for address in ("/en/", f"/en/{edition.slug}/"):
        text = page(address)
        assert words in text
        assert 'class="btn"' not in text


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ({"mode": "onsite", "capacity": 10}, "10 seats on site"),
        ({"mode": "onsite", "capacity": None}, "no limit on site"),
        ({"mode": "online", "capacity": 10}, "10 seats online"),
        ({"mode": "online", "capacity": None}, "no limit online"),
    ],
)
def test_seats_offered_are_said_before_registration_opens(db, page, pool, words):
    edition = SeatPoolFactory(**pool, edition__registration_opens_at=NOW + timedelta(days=1)).edition

    assert words in page(f"/en/{edition.slug}/")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, "French Academy of Medicine, Paris, or online"),
        ({"venue_fr": "", "venue_en": "", "city_fr": "", "city_en": ""}, "or online"),
    ],
)
def test_place_names_both_modes(edition, page, fields, place):
    Edition.objects.update(**fields)

    assert f"<dd>{place}" in page(f"/en/{edition.slug}/")


@pytest.mark.parametrize(("city", "place"), [("", "Online"), ("Paris", "Paris, online")])
def test_place_of_an_online_edition(db, page, city, place):
    edition = EditionFactory(venue_fr="", venue_en="", city_fr=city, city_en=city)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)

    assert f"<dd>{place}" in page(f"/en/{edition.slug}/")


@pytest.mark.parametrize(("state", "is_offered"), [({}, True), ({"registration_closes_at": NOW}, False)])
def test_navigation_offers_to_register_while_one_can(edition, page, state, is_offered):
    Edition.objects.filter(pk=edition.pk).update(**state)

    assert (f'href="/en/{edition.slug}/register/"' in page(f"/en/{edition.slug}/programme/")) is is_offered


def past(**fields):
    return EditionFactory(
        slug="2021",
        ordinal=1,
        status="archived",
        starts_at=NOW - timedelta(days=2000),
        date_precision="month",
        **fields,
    )


def test_past_edition_shows_its_figure_and_where_it_comes_from(db, page):
    FigureFactory(edition=past(), value=600, is_approximate=True, source_url="https://example.org/release")
    EditionFactory()

    for address in ("/en/2021/", "/en/"):
        text = " ".join(page(address).split())

        assert "<small>nearly</small> 600 <small>participants</small>" in text
        assert '<a href="https://example.org/release" rel="noopener">press release of 21 October 2022</a>.' in text
        assert "Declared and rounded." in text
        assert "Mode not stated." in text
        assert dots(text, "f v") > 0
    assert "First edition, past" in page("/en/2021/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"source": "counted", "measure": "present", "mode": "onsite"},
            ["people present", "one person at a time", "On site."],
        ),
        ({"source": "counted", "measure": "people", "mode": "all", "is_sample": True}, ["distinct people", "a sample"]),
        ({"measure": "registered", "mode": "online"}, ["registrations", "Declared.", "Online."]),
        ({"measure": "confirmed", "stated_date": NOW.date()}, ["confirmed registrations", "1 March 2027"]),
    ],
)
def test_each_figure_says_what_it_counts(db, page, fields, words):
    FigureFactory(edition=past(), **fields)

    text = page("/en/2021/")

    assert [word for word in words if word not in text] == []


def test_home_between_editions_shows_the_last_one(db, page):
    FigureFactory(edition=past(), value=600, is_approximate=True, source_url="https://example.org/release")

    text = " ".join(page("/en/").split())

    assert "First edition, past" in text
    assert "nearly 600<" in text
    assert 'declared, not counted here, <a href="https://example.org/release" rel="noopener">press release' in text
    assert text.count('class="cover"') == 1
    assert "There is no other yet." in text


def test_past_edition_without_figures_has_no_cover(db, page):
    past()

    assert 'class="cover"' not in page("/en/2021/")
    assert 'class="cover"' not in page("/en/")


def test_programme_says_which_times_are_missing(edition, page):
    SessionFactory(edition=edition, starts_at=edition.starts_at, ends_at=edition.starts_at + timedelta(hours=1))
    SessionFactory(edition=edition, kind="pause", title_en="Coffee")

    text = page(f"/en/{edition.slug}/programme/")

    assert f"2:00{B}pm</time>" in text
    assert f"to 3:00{B}pm</span>" in text
    assert "Time to come" in text
    assert "Paris time." in text
    assert "Coffee" in text


def test_programme_of_a_past_edition_says_that_times_were_not_published(db, page):
    SessionFactory(edition=past())

    text = page("/en/2021/programme/")

    assert "Time not published" in text
    assert "Paris time." not in text


def test_programme_over_two_days_names_each(edition, page):
    for days in (0, 1):
        SessionFactory(edition=edition, starts_at=edition.starts_at + timedelta(days=days))

    text = page(f"/en/{edition.slug}/programme/")

    assert re.findall(r'<h2 class="day">(.*?)</h2>', text) == ["Thursday 20 May 2027", "Friday 21 May 2027"]
    assert text.count("<h3>") == 2


def test_programme_that_is_empty_says_so(edition, page):
    assert "The programme is not published yet." in page(f"/en/{edition.slug}/programme/")


@pytest.mark.parametrize(("taken", "words"), [(29, "1 seat left"), (30, "Full: registration joins the waiting list")])
def test_session_says_its_seats(edition, page, taken, words):
    session = SessionFactory(edition=edition, slug="data")
    SeatPoolFactory(edition=edition, mode="", session=session, capacity=30, taken=taken)

    assert words in page(f"/en/{edition.slug}/sessions/data/")
