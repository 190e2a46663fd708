"""The attendance report: what it counts."""

import pytest
from django.utils.translation import override

from programme.models import SeatPool
from registrations.exports.reports import as_text
from registrations.services.cancel import cancel
from registrations.services.reserved import reserve
from tests.factories import NOW, EditionFactory, SeatPoolFactory, SessionFactory, UserFactory
from tests.registrations.report_worlds import (
    came,
    declare,
    make,
    past,
    register,
    rows,
    totals,
)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.mark.django_db
class TestCounting:
    def test_each_state_is_counted_and_presence_by_person(self, edition):
        SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=3)
        talk = SessionFactory(edition=edition)
        at_the_door, in_a_session, left, waiting = (register(edition) for _person in range(4))
        came(at_the_door)
        came(at_the_door, direction="exit")
        came(at_the_door)
        came(in_a_session, talk)
        came(left, direction="exit")
        cancel(registration=register(edition, "online"), at=NOW)
        for status in ("pending", "requested", "refused", "expired"):
            register(edition, "online", status=status)
        register(_other_edition())

        report = make(edition)

        assert waiting.status == "waiting"
        assert totals(report) == {"registered": 9, "confirmed": 3, "waiting": 1, "cancelled": 1, "present": 2}
        assert rows(report, "mode") == {"onsite": (4, 3, 1, 0, 2), "online": (5, 0, 0, 1, 0)}

    def test_reserved_seats_stand_apart_where_somebody_holds_one(self, edition):
        SeatPoolFactory(edition=edition, mode="reserved", capacity=3)
        register(edition, "online")
        assert "seats" not in [breakdown.name for breakdown in make(edition).edition.breakdowns]
        by = UserFactory()
        speaker, _absent, gone = (
            reserve(registration=register(edition), by=by, at=NOW, reason="") for _person in range(3)
        )
        came(speaker)
        cancel(registration=gone, at=NOW)

        report = make(edition)

        assert rows(report, "seats") == {"reserved": (2, 2, 0, 0, 1), "not_reserved": (2, 1, 0, 1, 0)}
        assert rows(report, "mode") == {"onsite": (3, 2, 0, 1, 1), "online": (1, 1, 0, 0, 0)}
        assert [breakdown.name for breakdown in report.edition.breakdowns] == [
            "mode", "seats", "session", "profile", "country",
        ]  # fmt: skip

    def test_profiles_keep_their_order_and_countries_come_largest_first(self, edition):
        for profile, country in (("press", "US"), ("researcher", "FR"), ("researcher", "US"), ("other", "")):
            register(edition, profile=profile, country=country)
        for overseas in ("GP", "MQ", "GF", "RE", "YT"):
            register(edition, "online", country=overseas)

        report = make(edition)

        assert list(rows(report, "profile")) == ["researcher", "press", "other"]
        assert list(rows(report, "country").items()) == [
            ("FR", (6, 6, 0, 0, 0)),
            ("US", (2, 2, 0, 0, 0)),
            ("", (1, 1, 0, 0, 0)),
        ]

    def test_a_session_counts_its_own_seats_list_and_entries(self, edition):
        small, empty = (SessionFactory(edition=edition, slug=slug) for slug in ("small", "empty"))
        SessionFactory(edition=edition, slug="coffee", kind="pause")
        pool = SeatPoolFactory(edition=edition, mode="", session=small, capacity=2)
        first, second, third = (register(edition, sessions=[pool]) for _person in range(3))
        cancel(registration=second, at=NOW)  # its seat goes to the third
        came(first, small)
        came(first, small, "exit")
        came(first, small)
        came(third)
        register(edition, sessions=[pool], status="refused")

        report = make(edition)

        assert rows(report, "session") == {"small": (4, 2, 1, 1, 1), "empty": (0, 0, 0, 0, 0)}
        with override("en"):
            assert empty.title in as_text(report)

    def test_a_signed_off_count_stands_whatever_happens_afterwards(self, edition):
        register(edition)
        declare(edition, 12, measure="present", mode="all", source="counted", source_label="", signed_off_at=NOW)

        report = make(edition)

        assert totals(report)["present"] == 12
        (present,) = [f for f in report.edition.figures if f.measure == "present"]
        assert present.is_signed_off
        assert "Signed off: it stands as it was then." in as_text(report)

    def test_an_edition_nobody_registered_for_here_has_no_zeros(self):
        report = make(past("2021"))

        assert (report.edition.figures, report.edition.breakdowns) == ((), ())
        assert "there is nothing to count" in as_text(report)

    def test_an_edition_that_has_just_opened_has_zeros(self, edition):
        assert totals(make(edition))["registered"] == 0

    def test_an_erased_person_is_still_counted(self, edition):
        person = register(edition)
        came(person)
        before = totals(make(edition))

        person.attendee.delete()

        assert totals(make(edition)) == before == {**before, "registered": 1, "present": 1}

    @pytest.mark.parametrize("people", [1, 3])
    def test_counting_costs_the_same_for_one_and_for_many(self, edition, people, django_assert_num_queries):
        for _person in range(people):
            came(register(edition))

        with django_assert_num_queries(6):
            make(edition)


def _other_edition():
    other = EditionFactory()
    SeatPoolFactory(edition=other)
    return other
