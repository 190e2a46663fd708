from datetime import UTC, datetime, timedelta

import pytest

from programme.models import Figure
from programme.services import pages
from tests.factories import (
    NOW,
    AppearanceFactory,
    EditionFactory,
    FigureFactory,
    SeatPoolFactory,
    SessionFactory,
)


def state_of(edition, at=NOW):
    return pages.state_of(edition, pages.seats_of(edition), at=at)


@pytest.mark.parametrize(
    ("onsite", "online", "state"),
    [
        ({"taken": 9}, {"capacity": None}, "open"),
        ({"taken": 10}, {"capacity": None}, "full_onsite"),
        ({"taken": 9, "waiting": 1}, {"capacity": None}, "full_onsite"),
        ({"taken": 9}, {"capacity": 1, "taken": 1}, "open"),
        ({"taken": 10}, {"capacity": 1, "taken": 1}, "full"),
        ({"taken": 10}, None, "full"),
        (None, {"capacity": 1}, "open"),
        (None, None, "open"),
    ],
)
def test_state_while_open_follows_the_seats(db, onsite, online, state):
    edition = EditionFactory()
    for mode, fields in (("onsite", onsite), ("online", online)):
        if fields is not None:
            SeatPoolFactory(edition=edition, mode=mode, **fields)

    assert state_of(edition) == state


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"registration_opens_at": NOW + timedelta(days=1)}, "soon"),
        ({"registration_closes_at": NOW}, "closed"),
        ({"status": "postponed"}, "postponed"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "archived"}, "over"),
        ({"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=1)}, "over"),
    ],
)
def test_state_of_an_edition_that_takes_nobody(db, fields, state):
    if "ends_at" in fields:
        fields = fields | {"registration_opens_at": None, "registration_closes_at": None}

    assert state_of(EditionFactory(**fields)) == state


def test_cover_counts_the_seats_of_the_room(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=10, taken=7)

    cover = pages.seats_of(edition).cover

    assert sum(arc.marks for arc in cover.full) == 7
    assert sum(arc.marks for arc in cover.hollow) == 3


def test_cover_of_a_room_lowered_below_its_taken_seats_is_full(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=5, taken=7)

    cover = pages.seats_of(edition).cover

    assert (sum(arc.marks for arc in cover.full), cover.hollow) == (5, ())


@pytest.mark.parametrize("fields", [{"mode": "online", "capacity": 10}, {"mode": "onsite", "capacity": None}])
def test_no_cover_without_a_limited_room(db, fields):
    pool = SeatPoolFactory(**fields)

    assert pages.seats_of(pool.edition).cover is None


def test_headline_prefers_what_was_declared(db):
    edition = EditionFactory()
    FigureFactory(edition=edition, value=403, source="counted", measure="present", mode="onsite")
    declared = FigureFactory(edition=edition, value=600, is_approximate=True)

    headline = pages.headline_of(edition.figures.all())

    assert headline.figure == declared
    assert headline.cover.full == ()
    assert headline.cover.faded


def test_headline_of_a_count_is_drawn_full(db):
    figure = FigureFactory(value=40, source=Figure.Source.COUNTED, measure="present", mode="onsite")

    headline = pages.headline_of([figure])

    assert sum(arc.marks for arc in headline.cover.full) == 40


def test_headline_without_figures():
    assert pages.headline_of([]) is None


def test_programme_numbers_sessions_and_not_breaks(db):
    edition = EditionFactory()
    for position, kind in enumerate(["pause", "session", "pause", "session"]):
        SessionFactory(edition=edition, kind=kind, position=position)

    assert [entry.number for entry in pages.programme_of(edition)] == [None, 1, None, 2]


def test_roles_stand_in_printed_order(db):
    session = SessionFactory()
    for role in ("organizer", "moderator", "chair", "discussant", "speaker", "speaker"):
        AppearanceFactory(session=session, role=role)

    groups = pages.by_role(session.appearances.select_related("person"))

    assert [(group.role, group.count) for group in groups] == [
        ("speaker", 2),
        ("discussant", 1),
        ("chair", 1),
        ("moderator", 1),
        ("organizer", 1),
    ]


def entries_at(edition, *starts):
    for position, start in enumerate(starts):
        SessionFactory(edition=edition, position=position, starts_at=start)
    return pages.programme_of(edition)


def test_days_keep_an_untimed_session_with_its_neighbours(db):
    first, second = datetime(2027, 5, 20, 12, tzinfo=UTC), datetime(2027, 5, 21, 8, tzinfo=UTC)

    days = pages.days_of(entries_at(EditionFactory(), None, first, None, second, second))

    assert [(day, len(entries)) for day, entries in days] == [(first.date(), 3), (second.date(), 2)]


def test_days_of_a_programme_without_times_are_one(db):
    days = pages.days_of(entries_at(EditionFactory(), None, None))

    assert [(day, len(entries)) for day, entries in days] == [(None, 2)]


def test_current_edition_is_the_open_one(db):
    EditionFactory(starts_at=NOW + timedelta(days=1), status="cancelled")
    opened = EditionFactory(starts_at=NOW + timedelta(days=90), ends_at=NOW + timedelta(days=91))

    assert pages.current_edition(at=NOW) == opened


def test_current_edition_falls_back_on_the_last(db):
    EditionFactory(slug="2021", status="archived", starts_at=NOW - timedelta(days=900))
    last = EditionFactory(slug="2022", status="archived", starts_at=NOW - timedelta(days=400))
    EditionFactory(status="draft")

    assert pages.current_edition(at=NOW) == last


def test_current_edition_of_an_empty_site(db):
    assert pages.current_edition(at=NOW) is None
    assert pages.organisers_of(None) == []
