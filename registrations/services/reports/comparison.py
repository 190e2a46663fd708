"""Put two numbers beside each other, and say when nothing more can be said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registrations.services.reports.figures import ReportFigure

NOT_STATED = "not_stated"
# Which number stands for an edition where there are several.
HEADLINE_ORDER = ("present", "people", "not_stated", "confirmed", "registered", "waiting", "cancelled")


@dataclass(frozen=True)
class Obstacle:
    """Why two numbers do not subtract; ``edition`` is the one it lies with, if it is one."""

    code: str
    edition: str = ""


@dataclass(frozen=True)
class Comparison:
    """A difference and a percentage are there only where nothing forbids them."""

    figure: ReportFigure
    against: ReportFigure
    obstacles: tuple[Obstacle, ...]

    @property
    def difference(self) -> int | None:
        return None if self.obstacles else self.figure.value - self.against.value

    @property
    def percent(self) -> float | None:
        """Of the number compared with, to a tenth; None also where that is zero."""
        if self.difference is None or self.against.value == 0:
            return None
        return round(100 * self.difference / self.against.value, 1)


def compare(figures: Sequence[ReportFigure], against: Sequence[ReportFigure]) -> tuple[Comparison, ...]:
    """Compare the numbers that stand for the editions, and each that both give of the same thing."""
    pairs = [(headline(figures), headline(against))] if figures and against else []
    for figure in figures:
        same = [other for other in against if (other.measure, other.mode) == (figure.measure, figure.mode)]
        pairs += [(figure, other) for other in same if (figure, other) not in pairs]
    return tuple(Comparison(figure, other, tuple(_obstacles(figure, other))) for figure, other in pairs)


def headline(figures: Sequence[ReportFigure]) -> ReportFigure:
    """Return what was said in public, or else what was counted."""
    return min(figures, key=lambda figure: (not figure.is_declared, HEADLINE_ORDER.index(figure.measure)))


def _obstacles(figure: ReportFigure, against: ReportFigure) -> Iterator[Obstacle]:
    for side in (figure, against):
        if side.is_approximate:
            yield Obstacle("approximate", side.edition)
        if side.measure == NOT_STATED:
            yield Obstacle("measure_not_stated", side.edition)
        if side.mode == NOT_STATED:
            yield Obstacle("mode_not_stated", side.edition)
    if NOT_STATED not in {figure.measure, against.measure} and figure.measure != against.measure:
        yield Obstacle("measures_differ")
    if NOT_STATED not in {figure.mode, against.mode} and figure.mode != against.mode:
        yield Obstacle("modes_differ")
    if figure.is_sample != against.is_sample:
        yield Obstacle("sample", figure.edition if figure.is_sample else against.edition)
