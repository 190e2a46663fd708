import pytest

from programme.services.cover import MOST_SEATS, draw_cover


def marks(arcs):
    return sum(arc.marks for arc in arcs)


@pytest.mark.parametrize("seats", [1, 2, 3, 20, 21, 420, 600, 1234, MOST_SEATS])
def test_cover_has_one_mark_per_seat(seats):
    cover = draw_cover(seats=seats, full=seats // 3)

    assert (marks(cover.full), marks(cover.hollow), marks(cover.faded)) == (seats // 3, seats - seats // 3, 0)


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
