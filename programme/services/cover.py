"""The only picture of the site: an amphitheatre seen from above, with exactly one mark per seat."""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product

WIDTH = 400
INNER_RADIUS, OUTER_RADIUS = 58, 192
WEDGES = 3
AISLE_ANGLE = 0.1
WEDGE_ANGLE = (math.pi - (WEDGES - 1) * AISLE_ANGLE) / WEDGES
LARGEST_MARK = 16.0
RING_THICKNESS = 1.9
FADED_ROWS = 2
# Beyond it the marks would melt into a grey.
MOST_SEATS = 5_000


@dataclass(frozen=True)
class Arc:
    """Some marks on one arc, drawn as a dotted line: a dash of no length, with round ends, at each whole number."""

    radius: float
    first_angle: float
    last_angle: float
    marks: int

    @property
    def path(self) -> str:
        start_x, start_y = _point(self.radius, self.first_angle)
        end_x, end_y = _point(self.radius, self.last_angle)
        radius = f"{self.radius:.1f}"
        line = f"A{radius} {radius} 0 0 1 {end_x:.1f} {end_y:.1f}" if self.marks > 1 else "h.01"
        return f"M{start_x:.1f} {start_y:.1f}{line}"

    @property
    def pitch(self) -> str:
        """The distance between marks along the arc, for programs that know no ``pathLength``.

        A hair less, since the ends of the path are rounded and the last mark would be left out.
        """
        length = self.radius * (self.last_angle - self.first_angle) - 0.15
        return f"{length / max(self.marks - 1, 1):.4f}"

    @property
    def path_length(self) -> str:
        # A hair longer than the last dash, which browsers would otherwise leave out.
        return f"{self.marks - 1 + 0.01:.2f}"


@dataclass(frozen=True)
class Cover:
    """Full marks are counted or taken, hollow ones declared or free, faded ones uncertain."""

    full: tuple[Arc, ...]
    hollow: tuple[Arc, ...]
    faded: tuple[Arc, ...]
    mark: str
    hole: str
    faded_mark: str
    view_box: str = f"0 0 {WIDTH} {OUTER_RADIUS + 8}"
    # With room for the halves of large marks that stand out, where nothing may be drawn outside the picture.
    roomy_view_box: str = f"-8 -8 {WIDTH + 16} {OUTER_RADIUS + 24}"


@lru_cache(maxsize=256)
def draw_cover(*, seats: int, full: int = 0, rounded: bool = False) -> Cover | None:
    """Draw ``seats`` marks, of which the first ``full``, from the stage outwards, are full.

    :param rounded: the number is not exact; the marks of the last rows fade.
    :return: nothing where there is no seat to draw, or too many to see.
    """
    if not 0 < seats <= MOST_SEATS:
        return None
    radii = _radii(seats)
    certain = radii[: len(radii) - FADED_ROWS] if rounded else radii
    arcs: dict[str, list[Arc]] = {"full": [], "hollow": [], "faded": []}
    in_wedges = chain.from_iterable(map(_share_evenly, _share(seats, radii)))
    for (radius, wedge), marks in zip(product(radii, range(WEDGES)), in_wedges, strict=True):
        first = min(marks, full)
        full -= first
        arcs["full"] += _arcs(radius, wedge, marks, 0, first)
        arcs["hollow" if radius in certain else "faded"] += _arcs(radius, wedge, marks, first, marks)
    mark = min(_pitch(seats) / 2, LARGEST_MARK)
    return Cover(
        full=tuple(arcs["full"]),
        hollow=tuple(arcs["hollow"]),
        faded=tuple(arcs["faded"]),
        mark=f"{mark:.2f}",
        hole=f"{max(mark - RING_THICKNESS, mark * 0.55):.2f}",
        faded_mark=f"{mark * 0.38:.2f}",
    )


def _pitch(seats: int) -> float:
    """Return the distance between neighbours that lets the marks fill the half ring."""
    return math.sqrt(WEDGES * WEDGE_ANGLE * (OUTER_RADIUS**2 - INNER_RADIUS**2) / 2 / seats)


def _radii(seats: int) -> list[float]:
    rows = max(WEDGES, round((OUTER_RADIUS - INNER_RADIUS) / _pitch(seats)) + 1)
    return [INNER_RADIUS + (OUTER_RADIUS - INNER_RADIUS) * row / (rows - 1) for row in range(rows)]


def _share(seats: int, lengths: list[float]) -> list[int]:
    """Share the seats out by length, the remainder to those that came nearest to one more."""
    ideals = [seats * length / sum(lengths) for length in lengths]
    shares = [int(ideal) for ideal in ideals]
    nearest = sorted(range(len(ideals)), key=lambda index: shares[index] - ideals[index])
    for index in nearest[: seats - sum(shares)]:
        shares[index] += 1
    return shares


def _share_evenly(marks: int) -> list[int]:
    """Share a row out among the wedges so that both sides are alike: what is over stands in the middle, or on each side."""
    each, over = divmod(marks, WEDGES)
    return [each + (over == 2), each + (over == 1), each + (over == 2)]


def _arcs(radius: float, wedge: int, marks: int, first: int, end: int) -> list[Arc]:
    """Return the arc of the marks ``first`` to ``end`` (left out) of the ``marks`` on it, if there are any."""
    if first == end:
        return []
    step = WEDGE_ANGLE / marks
    first_angle, last_angle = [wedge * (WEDGE_ANGLE + AISLE_ANGLE) + step * (index + 0.5) for index in (first, end - 1)]
    return [Arc(radius, first_angle, last_angle, marks=end - first)]


def _point(radius: float, angle: float) -> tuple[float, float]:
    return WIDTH / 2 - radius * math.cos(angle), OUTER_RADIUS + 4 - radius * math.sin(angle)
