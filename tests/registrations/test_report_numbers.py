"""What the report compares and refuses to, and what it hides before it is published."""

import pytest
from django.utils.translation import override

from registrations.services.reports import words
from registrations.services.reports.comparison import Obstacle, compare
from registrations.services.reports.figures import Breakdown, BreakdownRow
from registrations.services.reports.suppression import Hidden, publish
from tests.registrations.report_worlds import figure

SMALL, WITH_ANOTHER = Hidden.SMALL, Hidden.WITH_ANOTHER


class TestComparison:
    def test_the_same_thing_counted_twice_has_a_difference_and_a_percentage(self):
        (comparison,) = compare([figure(value=420)], [figure("2021", 400)])

        assert (comparison.difference, comparison.percent, comparison.obstacles) == (20, 5.0, ())

    def test_a_percentage_always_comes_with_what_it_does_not_say(self):
        (comparison,) = compare([figure(value=300)], [figure("2021", 400)])

        with override("en"):
            assert words.difference(comparison) == "\u2212100 (\u221225.0%)"
            assert "says nothing of why they differ" in words.explanation(comparison)

    def test_no_change_has_no_sign(self):
        (comparison,) = compare([figure()], [figure("2021")])

        with override("en"):
            assert words.difference(comparison) == "0 (0.0%)"

    def test_nothing_is_a_percentage_of_zero(self):
        (comparison,) = compare([figure(value=3)], [figure("2021", 0)])

        with override("en"):
            assert (comparison.difference, comparison.percent) == (3, None)
            assert words.difference(comparison) == "+3"
            assert words.explanation(comparison) == "No percentage is drawn from zero."

    @pytest.mark.parametrize(
        ("one", "other", "obstacle"),
        [
            ({"is_approximate": True}, {}, Obstacle("approximate", "2022")),
            ({}, {"is_approximate": True}, Obstacle("approximate", "2021")),
            ({}, {"measure": "not_stated"}, Obstacle("measure_not_stated", "2021")),
            ({"mode": "not_stated"}, {}, Obstacle("mode_not_stated", "2022")),
            ({"measure": "confirmed"}, {}, Obstacle("measures_differ")),
            ({"mode": "onsite"}, {"mode": "online"}, Obstacle("modes_differ")),
            ({"is_sample": True}, {}, Obstacle("sample", "2022")),
            ({}, {"is_sample": True}, Obstacle("sample", "2021")),
        ],
    )
    def test_each_obstacle_forbids_both_and_says_why(self, one, other, obstacle):
        (comparison,) = compare([figure(**one)], [figure("2021", **other)])

        assert comparison.obstacles == (obstacle,)
        assert (comparison.difference, comparison.percent) == (None, None)
        with override("en"):
            sentences = words.explanation(comparison)
            assert words.difference(comparison) == ""
        assert sentences.startswith("No difference and no percentage are drawn from these two numbers. ")
        assert obstacle.edition in sentences
        assert sentences.count(".") == 2

    def test_two_samples_and_two_not_stated_are_told_apart(self):
        samples = compare([figure(is_sample=True)], [figure("2021", is_sample=True)])
        not_stated = {"measure": "not_stated", "mode": "not_stated"}
        unknown = compare([figure(**not_stated)], [figure("2021", **not_stated)])

        assert samples[0].percent == 0.0
        assert [obstacle.code for obstacle in unknown[0].obstacles] == ["measure_not_stated", "mode_not_stated"] * 2

    def test_the_declared_numbers_come_first_then_each_that_both_give(self):
        declared = figure(source="declared", mode="not_stated")
        registered, present = figure(value=9, measure="registered"), figure(value=8)
        other = [figure("2021", 7, measure="registered"), figure("2021", 6, source="declared", measure="not_stated")]

        comparisons = compare([registered, present, declared], other)

        assert [(c.figure, c.against) for c in comparisons] == [(declared, other[1]), (registered, other[0])]

    def test_without_numbers_there_is_nothing_to_compare(self):
        assert compare([], [figure()]) == compare([figure()], []) == ()


class TestSuppression:
    def published(self, *cells, name="profile"):
        rows = tuple(BreakdownRow(str(number), row) for number, row in enumerate(cells))
        return [row.cells for row in publish(Breakdown(name, rows))]

    def test_large_cells_and_empty_ones_stay(self):
        assert self.published((20, 10, 5, 5, 0), (30, 20, 5, 5, 9)) == [(20, 10, 5, 5, 0), (30, 20, 5, 5, 9)]

    def test_a_small_cell_takes_the_smallest_large_one_of_its_column_along(self):
        shown = self.published((50, 50, 0, 0, 20), (40, 40, 0, 0, 3), (30, 30, 0, 0, 9))

        assert [row[4] for row in shown] == [20, SMALL, WITH_ANOTHER]

    def test_one_that_would_leave_a_single_solution_is_not_taken_along_if_there_is_a_larger(self):
        shown = self.published((50, 50, 0, 0, 5), (40, 40, 0, 0, 1), (30, 30, 0, 0, 9))

        assert [row[4] for row in shown] == [5, SMALL, WITH_ANOTHER]

    def test_a_small_cell_takes_one_of_its_row_along_and_that_one_of_its_column_is_hidden_with_it(self):
        shown = self.published((60, 50, 3, 7, 0), (60, 50, 2, 8, 0), name="session")

        assert shown == [(60, WITH_ANOTHER, SMALL, 7, 0), (60, 50, SMALL, WITH_ANOTHER, 0)]

    def test_two_small_cells_hide_each_other(self):
        shown = self.published((50, 50, 0, 0, 3), (40, 40, 0, 0, 2), (30, 30, 0, 0, 9))

        assert [row[4] for row in shown] == [SMALL, SMALL, 9]

    @pytest.mark.parametrize("extreme", [1, 4])
    def test_small_cells_whose_sum_says_each_take_another_along(self, extreme):
        shown = self.published((50, 50, 0, 0, extreme), (40, 40, 0, 0, extreme), (30, 30, 0, 0, 9))

        assert [row[4] for row in shown] == [SMALL, SMALL, WITH_ANOTHER]

    def test_sessions_do_not_add_up_so_a_column_gives_nothing_away(self):
        shown = self.published((50, 50, 0, 0, 3), (40, 40, 0, 0, 9), name="session")

        assert [row[4] for row in shown] == [SMALL, 9]

    def test_where_nothing_large_is_left_the_small_ones_are_hidden_all_the_same(self):
        assert self.published((3, 3, 0, 0, 1)) == [(SMALL, SMALL, 0, 0, SMALL)]

    def test_no_hidden_cell_can_be_worked_out_from_its_column(self):
        table = [(11, 9, 1, 1, 5), (7, 6, 0, 1, 6), (12, 8, 4, 0, 8), (30, 25, 2, 3, 22)]

        shown = self.published(*table)

        for column in range(5):
            hidden = [row[column] for row in shown if isinstance(row[column], Hidden)]
            assert len(hidden) != 1
        assert not [cell for row in shown for cell in row if isinstance(cell, int) and 0 < cell < 5]
