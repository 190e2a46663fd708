import math

import pytest

from programme.services.cover import MOST_SEATS, draw_cover


def marks(arcs):
    return sum(arc.marks for arc in arcs)


def across_of(arc):
    """How far from the middle of the room each mark of an arc stands."""
    step = (arc.last_angle - arc.first_angle) / max(arc.marks - 1, 1)
    return [round(math.cos(arc.first_angle + step * mark), 4) for mark in range(arc.marks)]


@pytest.mark.parametrize("seats", [1, 2, 3, 20, 21, 420, 600, 1234, MOST_SEATS])
def test_cover_has_one_mark_per_seat(seats):
    cover = draw_cover(seats=seats, full=seats // 3)

    assert (marks(cover.full), marks(cover.hollow), marks(cover.faded)) == (seats // 3, seats - seats // 3, 0)


@pytest.mark.parametrize("seats", [1, 2, 3, 4, 5, 6, 20, 421, 1234])
def test_cover_is_the_same_on_both_sides(seats):
    marks_across = [(arc.radius, across) for arc in draw_cover(seats=seats).hollow for across in across_of(arc)]

    assert len(marks_across) == seats
    assert sorted(marks_across) == sorted((radius, -across) for radius, across in marks_across)


def test_cover_fills_from_the_stage_outwards():
    cover = draw_cover(seats=420, full=1)

    assert [arc.marks for arc in cover.full] == [1]
    assert cover.full[0].path.endswith("h.01")


def test_cover_of_a_rounded_number_fades_its_last_rows():
    exact, rounded = draw_cover(seats=600), draw_cover(seats=600, rounded=True)

    assert marks(rounded.hollow) + marks(rounded.faded) == marks(exact.hollow) == 600
    assert rounded.faded == exact.hollow[-6:]


@pytest.mark.parametrize("seats", [0, MOST_SEATS + 1])
def test_cover_is_left_out_where_nothing_could_be_seen(seats):
    assert draw_cover(seats=seats) is None


@pytest.mark.parametrize("seats", [20, 420, MOST_SEATS])
def test_rings_keep_a_rim_and_a_hole(seats):
    cover = draw_cover(seats=seats)

    assert 0 < float(cover.hole) < float(cover.mark)


def test_arc_length_ends_after_its_last_mark():
    arc = next(arc for arc in draw_cover(seats=420).hollow if arc.marks > 1)

    assert arc.path_length == f"{arc.marks - 1}.01"
