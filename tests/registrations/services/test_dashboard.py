"""What matters now in an edition; the numbers are reckoned by hand."""

from datetime import timedelta

import pytest

from programme.models import SeatPool
from registrations.models import Registration
from registrations.services.dashboard import dashboard_of
from registrations.services.dashboard.turnout import Range, Rate, expect, suggest
from registrations.services.reports.suppression import Hidden
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, EditionFactory, group_of, members_of, registered, send_group, with_seats
from tests.registrations.report_worlds import affiliated, came, past, register_many

pytestmark = pytest.mark.django_db


def home(edition, *, at=NOW, hides_small=False):
    return dashboard_of(edition, at=at, hides_small=hides_small)


def chart(dashboard, name):
    (found,) = [chart for chart in dashboard.charts if chart.breakdown.name == name]
    return [(line.row.key, line.row.title, line.cells) for line in found.rows]


def came_of(edition, confirmed, present, **fields):
    """A past edition of which so many came."""
    for registration in register_many(edition, confirmed, **fields)[:present]:
        came(registration)
    return edition


# Now


def test_statuses_pools_and_mails_are_those_of_the_edition_alone(edition):
    session = with_seats(edition, 3)
    elsewhere = EditionFactory()
    register_many(elsewhere, 2, status="waiting")
    register_many(edition, 2, status="waiting")
    register_many(edition, 3, status="requested")
    _queued, failed, sent = (registered(edition, f"{name}@example.org") for name in "abc")
    OutgoingMail.objects.filter(about=failed.mail_about).update(state="failed")
    OutgoingMail.objects.filter(about=sent.mail_about).update(state="sent", sent_at=NOW)

    found = home(edition)

    assert found.statuses == {
        "pending": 0,
        "requested": 3,
        "confirmed": 3,
        "waiting": 2,
        "cancelled": 0,
        "refused": 0,
        "expired": 0,
    }
    assert [(pool.mode, pool.session) for pool in found.pools] == [("onsite", None), ("online", None), ("", session)]
    assert (found.mails_waiting, found.mails_failed) == (1, 1)


# A group that waits first


def test_group_that_needs_more_seats_than_are_free_is_named_with_what_it_holds_up(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=3)
    registered(edition)
    send_group(edition, 3)
    registered(edition, "behind@example.org")

    (standstill,) = home(edition).standstills

    group = group_of(members_of(edition, 3)[0])
    assert (standstill.pool.mode, standstill.free, standstill.people) == ("onsite", 2, 3)
    assert standstill.group_id == group.pk
    assert home(edition, at=edition.starts_at).standstills == ()


def test_list_that_nobody_holds_up_is_not_named(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    for name in ("one", "two"):
        registered(edition, f"{name}@example.org")
    send_group(edition, 2)

    assert home(edition).standstills == ()


def test_somebody_alone_who_is_served_this_moment_is_no_group(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    registered(edition)
    edition.seat_pools.filter(mode="onsite").update(capacity=1)

    assert home(edition).standstills == ()


# Day by day


def days(pace):
    return [(day.days_before, day.registered, day.before) for day in pace.days if day.registered or day.before]


def at_days_before(edition, left, number):
    moment = edition.starts_at - timedelta(days=left)
    rows = register_many(edition, number)
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=moment)


def test_days_are_set_against_the_same_days_before_the_previous_edition(edition):
    before = past("before")
    at_days_before(edition, 82, 2)
    at_days_before(edition, 80, 1)
    at_days_before(before, 200, 4)
    at_days_before(before, 80, 3)
    at_days_before(before, 5, 6)

    pace = home(edition).pace

    assert days(pace) == [(120, 0, 4), (82, 2, 0), (80, 1, 3), (5, None, 6)]
    assert (pace.against, pace.so_far, pace.before_so_far, pace.before_in_all) == (before, 3, 7, 13)
    assert (pace.days[0].day, pace.days[-1].day) == (edition.day - timedelta(days=120), edition.day)
    assert len(pace.days) == 121


def test_days_end_today_where_nobody_registered_for_an_edition_before(edition):
    past("before")
    at_days_before(edition, 81, 2)

    pace = home(edition).pace

    assert [(day.days_before, day.registered, day.before) for day in pace.days] == [(81, 2, None), (80, 0, None)]
    assert (pace.against, pace.before_so_far, pace.before_in_all) == (None, 0, 0)


def test_days_long_before_the_edition_are_counted_in_the_first(edition):
    at_days_before(edition, 300, 2)
    at_days_before(past("before"), 3, 1)

    pace = home(edition, at=NOW - timedelta(days=100)).pace

    assert days(pace) == [(120, 2, 0), (3, None, 1)]


def test_days_of_an_edition_without_registrations_are_none(edition):
    assert home(edition).pace.days == ()


def test_days_after_the_beginning_count_for_the_day_itself(edition):
    at_days_before(edition, -1, 2)

    pace = home(edition, at=edition.ends_at + timedelta(days=3)).pace

    assert [(day.days_before, day.registered) for day in pace.days] == [(0, 2)]


def test_days_of_few_people_are_hidden_from_who_sees_aggregates_alone(edition):
    before = past("before")
    at_days_before(edition, 83, 7)
    at_days_before(edition, 82, 2)
    at_days_before(edition, 81, 30)
    at_days_before(before, 82, 3)
    at_days_before(before, 81, 2)
    at_days_before(before, 5, 1)
    at_days_before(before, 4, 9)

    pace = home(edition, hides_small=True).pace

    assert days(pace) == [
        (83, 7, 0),
        (82, Hidden.SMALL, Hidden.SMALL),
        (81, Hidden.WITH_ANOTHER, Hidden.SMALL),
        (5, None, Hidden.SMALL),
        (4, None, Hidden.WITH_ANOTHER),
    ]


# Who


def test_affiliations_are_one_whatever_their_accents_and_capitals(edition):
    affiliated(edition, "CHU de Besançon", 2)
    affiliated(edition, "chu de besancon", 1, status="waiting")
    affiliated(edition, "", 1)
    register_many(edition, 1, status="cancelled")

    assert chart(home(edition), "affiliation") == [
        ("chu de besancon", "CHU de Besançon", (3, 2, 1, 0, 0)),
        ("", "", (2, 1, 0, 1, 0)),
    ]


def test_ten_largest_affiliations_and_countries_are_shown(edition):
    for number in range(1, 13):
        affiliated(
            edition,
            f"Institut {number:02}",
            number,
            country=("FR", "DE", "IT", "ES", "BE", "CH", "LU", "PT", "SE", "NO", "FI", "DK")[number - 1],
        )

    found = home(edition)

    assert [key for key, _title, _cells in chart(found, "affiliation")] == [
        *(f"institut {number:02}" for number in range(12, 2, -1)),
        "*",
    ]
    assert chart(found, "affiliation")[-1] == ("*", "", (3, 3, 0, 0, 0))
    assert [key for key, _title, _cells in chart(found, "country")] == [
        "DK", "FI", "NO", "SE", "PT", "LU", "CH", "BE", "ES", "IT"
    ]  # fmt: skip
    assert [shown.more for shown in found.charts] == [0, 0, 2, 0]


def test_small_cells_are_hidden_from_who_sees_aggregates_alone(edition):
    affiliated(edition, "CHU", 9)
    affiliated(edition, "Secret", 2)

    found = home(edition, hides_small=True)

    assert [cells[0] for _key, _title, cells in chart(found, "affiliation")] == [Hidden.WITH_ANOTHER, Hidden.SMALL]
    assert [cells[0] for _key, _title, cells in chart(home(edition), "affiliation")] == [9, 2]


# Who will come


def test_forecast_goes_from_the_lowest_to_the_highest_rate_and_beyond_by_chance():
    rates = (Rate("one", 100, 80), Rate("other", 300, 180))

    # 100 people. Lowest rate 0.6: 60 - 2 * sqrt(24) = 50.2. Together 260 of 400: 65. Highest 0.8: 80 + 2 * sqrt(16) = 88.
    assert expect(100, rates) == Range(50, 65, 88)


def test_forecast_never_leaves_what_is_possible():
    assert expect(2, (Rate("one", 100, 50),)) == Range(0, 1, 2)
    assert expect(0, (Rate("one", 100, 50),)) == Range(0, 0, 0)


@pytest.mark.parametrize(
    ("limit", "suggested"),
    [
        # 112 places at 0.8: 89.6 + 2 * sqrt(17.92) = 98.07, so 99 come at most; 113: 90.4 + 8.5 = 98.9; 114: 99.74;
        # 115: 92 + 2 * sqrt(18.4) = 100.58, so 101.
        (200, 114),
        (110, 110),
        (100, None),
        (None, None),
    ],
)
def test_suggestion_fills_the_seats_and_stays_within_the_safety_limit(limit, suggested):
    pool = SeatPool(mode="onsite", capacity=100, safety_limit=limit)

    assert suggest(pool, (Rate("one", 1000, 800),)) == suggested


def test_suggestion_needs_seats_that_are_counted():
    assert suggest(SeatPool(mode="online", capacity=None, safety_limit=300), (Rate("one", 1000, 800),)) is None


def test_rates_are_those_of_editions_whose_people_were_counted_at_the_door(edition):
    SeatPool.objects.filter(edition=edition, mode="onsite").update(taken=10, safety_limit=20)
    came_of(past("counted"), 40, 20)
    came_of(past("few"), 19, 19)
    came_of(past("uncounted"), 40, 0)
    came_of(past("invented", is_sample=True), 40, 40)
    walk_ins = past("walk-ins")
    came_of(walk_ins, 20, 10, is_walk_in=True)
    came_of(walk_ins, 20, 15)

    onsite, online = home(edition).forecasts

    assert onsite.rates == (Rate("walk-ins", 20, 15), Rate("counted", 40, 20))
    # Lowest 0.5: 5 - 2 * sqrt(2.5) = 1.8. Together 35 of 60: 5.8. Highest 0.75: 7.5 + 2 * sqrt(1.875) = 10.2, of 10.
    assert (onsite.held, onsite.people, onsite.suggested) == (10, Range(1, 6, 10), None)
    assert (online.held, online.rates, online.people, online.suggested) == (0, (), None, None)


def test_rates_are_those_of_the_last_five_editions(edition):
    for number in range(6):
        held_at = NOW - timedelta(days=100 * (number + 1))
        came_of(past(f"past-{number}", starts_at=held_at, ends_at=held_at + timedelta(hours=4)), 20, 10)

    onsite, _online = home(edition).forecasts

    assert [rate.edition for rate in onsite.rates] == [f"past-{number}" for number in range(5)]


def test_nothing_is_forecast_once_the_edition_has_begun(edition):
    assert home(edition, at=edition.starts_at).forecasts == ()


@pytest.mark.parametrize("people", [1, 30])
def test_statements_are_as_many_whatever_the_number_of_people(edition, django_assert_num_queries, people):
    came_of(past("before"), 30, 20)
    affiliated(edition, "CHU", people)

    with django_assert_num_queries(11):
        home(edition)
