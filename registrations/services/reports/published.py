"""A report as it may be published, on a page or in a mail: in words, with small cells hidden, and with its bars."""

import re
from dataclasses import dataclass
from typing import assert_never

from django.utils.translation import gettext as _

from programme.models import Edition
from programme.services.dates import edition_day, moment_in, zone_name
from programme.services.texts import text_in_a_language
from registrations.services.reports import words
from registrations.services.reports.comparison import Comparison
from registrations.services.reports.figures import MEASURES, Breakdown, ReportFigure
from registrations.services.reports.report import EditionReport, Report
from registrations.services.reports.suppression import SMALLEST_SHOWN, Hidden, publish
from symposium.lib.typography import typeset

BAR_WIDTH = 560  # of the 600 units of the picture; the rest is for the open end of a rounded number
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT_ACCENTS = ("#12604a", "#82cdb1")


@dataclass(frozen=True)
class PublishedFigure:
    edition: str
    number: str
    measure: str
    mode: str
    provenance: str
    url: str
    is_declared: bool
    is_approximate: bool


@dataclass(frozen=True)
class Bar:
    """A full bar is counted, a hatched one declared; one of a rounded number has no end."""

    figure: PublishedFigure
    place: int
    day: str
    width: int

    @property
    def firm_width(self) -> int:
        return self.width * 6 // 7 if self.figure.is_approximate else self.width


@dataclass(frozen=True)
class PublishedComparison:
    figure: PublishedFigure
    against: PublishedFigure
    difference: str
    explanation: str


@dataclass(frozen=True)
class PublishedTable:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    has_hidden: bool

    @property
    def labelled_rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the rows with each number's column beside it, for where the head of the table is too wide."""
        return [(name, list(zip(self.columns, cells, strict=True))) for name, cells in self.rows]


@dataclass(frozen=True)
class PublishedEdition:
    slug: str
    title: str
    title_language: str
    day: str
    accents: tuple[str, str]
    is_sample: bool
    figures: tuple[PublishedFigure, ...]


@dataclass(frozen=True)
class PublishedReport:
    moment: str
    zone: str
    editions: tuple[PublishedEdition, ...]
    comparisons: tuple[PublishedComparison, ...]
    bars: tuple[Bar, ...]
    tables: tuple[PublishedTable, ...]

    @property
    def edition(self) -> PublishedEdition:
        return self.editions[0]


def published(report: Report) -> PublishedReport:
    parts = [report.edition, *([report.against] if report.against else [])]
    edition = report.edition.edition
    return PublishedReport(
        moment=moment_in(edition, report.at),
        zone=zone_name(edition),
        editions=tuple(_edition(part) for part in parts),
        comparisons=tuple(_comparison(comparison) for comparison in report.comparisons),
        bars=_bars(parts),
        tables=tuple(_table(breakdown) for breakdown in report.edition.breakdowns),
    )


def _edition(part: EditionReport) -> PublishedEdition:
    edition = part.edition
    title, title_language = text_in_a_language(edition, "title")
    return PublishedEdition(
        slug=edition.slug,
        title=title,
        title_language=title_language,
        day=edition_day(edition),
        accents=_accents(edition),
        is_sample=edition.is_sample,
        figures=tuple(_figure(figure) for figure in part.figures),
    )


def _accents(edition: Edition) -> tuple[str, str]:
    """Return the colours of an edition; the database would keep any text in their place."""
    colours = (edition.accent_light, edition.accent_dark)
    return colours if all(COLOUR.fullmatch(colour) for colour in colours) else DEFAULT_ACCENTS


def _figure(figure: ReportFigure) -> PublishedFigure:
    return PublishedFigure(
        edition=figure.edition,
        number=words.number(figure),
        measure=words.measure(figure.measure),
        mode=words.mode(figure.mode),
        provenance=words.provenance(figure),
        url=figure.source_url,
        is_declared=figure.is_declared,
        is_approximate=figure.is_approximate,
    )


def _comparison(comparison: Comparison) -> PublishedComparison:
    return PublishedComparison(
        figure=_figure(comparison.figure),
        against=_figure(comparison.against),
        difference=words.difference(comparison),
        explanation=words.explanation(comparison),
    )


def _bars(parts: list[EditionReport]) -> tuple[Bar, ...]:
    """Draw what was declared and who came, of each edition; the oldest first, on one scale."""
    drawn = [
        (place, part, figure)
        for place, part in reversed(list(enumerate(parts)))
        for figure in part.figures
        if figure.value and (figure.is_declared or figure.measure == "present")
    ]
    longest = max((figure.value for _place, _part, figure in drawn), default=1)
    return tuple(
        Bar(_figure(figure), place, edition_day(part.edition), max(2, round(BAR_WIDTH * figure.value / longest)))
        for place, part, figure in drawn
    )


def _table(breakdown: Breakdown) -> PublishedTable:
    rows = publish(breakdown)
    return PublishedTable(
        title=words.breakdown(breakdown.name),
        columns=tuple(words.measure(measure) for measure in MEASURES),
        rows=tuple(
            (typeset(words.row(breakdown, line.row), words.language()), tuple(map(cell_in_words, line.cells)))
            for line in rows
        ),
        has_hidden=any(isinstance(cell, Hidden) for line in rows for cell in line.cells),
    )


def cell_in_words(cell: int | Hidden) -> str:
    if isinstance(cell, int):
        return words.digits(cell)
    match cell:
        case Hidden.SMALL:
            return f"<{SMALLEST_SHOWN}"
        case Hidden.WITH_ANOTHER:
            return _("not shown")
    assert_never(cell)
