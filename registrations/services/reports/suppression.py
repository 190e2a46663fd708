"""Before a breakdown is published, hide what would point at few people.

A cell from 1 to 4 is hidden. Totals are published, so a cell that stands alone in its line could be worked out from the
others: then one more is hidden, until nothing can be. An empty cell speaks of nobody and stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from registrations.services.reports.figures import MEASURES, Breakdown, BreakdownRow

SMALLEST_SHOWN = 5
# Hidden beside a cell from 1 to 4, a number this large leaves each of the four possible.
LARGE_ENOUGH = SMALLEST_SHOWN + 3
# Who registered is confirmed, waiting, cancelled or, rarely, something else: these cells of a row explain each other.
EXPLAINING = tuple(MEASURES.index(measure) for measure in ("registered", "confirmed", "waiting", "cancelled"))

Place = tuple[int, int]


class Hidden(StrEnum):
    """Why a cell is not shown."""

    SMALL = "small"
    WITH_ANOTHER = "with_another"


@dataclass(frozen=True)
class PublishedRow:
    """A row of a breakdown of which some cells are hidden."""

    row: BreakdownRow
    cells: tuple[int | Hidden, ...]


def publish(breakdown: Breakdown) -> tuple[PublishedRow, ...]:
    """Return the rows as they may be published."""
    values = {
        (number, column): cell for number, row in enumerate(breakdown.rows) for column, cell in enumerate(row.cells)
    }
    hidden = {place: Hidden.SMALL for place, value in values.items() if 0 < value < SMALLEST_SHOWN}
    while more := _one_more(breakdown, values, hidden):
        hidden[more] = Hidden.WITH_ANOTHER
    return tuple(
        PublishedRow(row, tuple(hidden.get((number, column), cell) for column, cell in enumerate(row.cells)))
        for number, row in enumerate(breakdown.rows)
    )


def _one_more(breakdown: Breakdown, values: dict[Place, int], hidden: dict[Place, Hidden]) -> Place | None:
    """Return a cell to hide because without it another could be worked out."""
    for line in _lines(breakdown):
        if not _gives_itself_away([(values[place], hidden[place]) for place in line if place in hidden]):
            continue
        shown = [place for place in line if place not in hidden and values[place] >= SMALLEST_SHOWN]
        if shown:
            return min(shown, key=lambda place: (values[place] < LARGE_ENOUGH, values[place], place))
    return None


def _lines(breakdown: Breakdown) -> Iterator[list[Place]]:
    """Yield the cells that a published total ties together."""
    rows = range(len(breakdown.rows))
    if breakdown.adds_up:
        yield from ([(row, column) for row in rows] for column in range(len(MEASURES)))
    yield from ([(row, column) for column in EXPLAINING] for row in rows)


def _gives_itself_away(cells: list[tuple[int, Hidden]]) -> bool:
    """Whether the sum of hidden cells, which is known, has one solution: a single cell, or all ones, or all fours."""
    if not cells or any(why == Hidden.WITH_ANOTHER for _value, why in cells):
        return False
    total = sum(value for value, _why in cells)
    return len(cells) == 1 or total in {len(cells), (SMALLEST_SHOWN - 1) * len(cells)}
