"""The attendance report as text, JSON, CSV and a page that is a file of its own. The numbers come from the service."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from programme.services.dates import edition_day, moment_in, zone_name
from registrations.exports.csv_files import EXCEL_FR, MACHINE, Column
from registrations.services.reports import Report, words
from registrations.services.reports.comparison import Comparison
from registrations.services.reports.figures import MEASURES, Breakdown, ReportFigure
from registrations.services.reports.published import published
from registrations.services.reports.report import EditionReport
from symposium.lib.formulas import neutral
from symposium.lib.typography import typeset

JSON_VERSION = 1


def as_json(report: Report) -> str:
    """Return what ``docs/report.md`` describes. Keys and codes stay the same in every language; sentences follow it."""
    content = {
        "format": "symposium-report",
        "version": JSON_VERSION,
        "language": words.language(),
        "generated_at": report.at.astimezone(report.edition.edition.zone).isoformat(timespec="seconds"),
        "edition": _edition(report.edition),
        "against": _edition(report.against) if report.against else None,
        "comparisons": [_comparison(comparison) for comparison in report.comparisons],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _edition(part: EditionReport) -> dict[str, Any]:
    edition = part.edition
    return {
        "slug": edition.slug,
        "title": edition.title,
        "date": edition.day.strftime("%Y-%m" if edition.date_precision == "month" else "%Y-%m-%d"),
        "time_zone": edition.time_zone,
        "sample": edition.is_sample,
        "figures": [_figure(figure) for figure in part.figures],
        "breakdowns": {breakdown.name: _breakdown(breakdown) for breakdown in part.breakdowns},
    }


def _figure(figure: ReportFigure) -> dict[str, Any]:
    return {
        "edition": figure.edition,
        "value": figure.value,
        "is_approximate": figure.is_approximate,
        "measure": figure.measure,
        "mode": figure.mode,
        "source": figure.source,
        "source_label": figure.source_label,
        "source_url": figure.source_url,
        "stated_date": figure.stated_date.isoformat(),
        "sample": figure.is_sample,
        "signed_off": figure.is_signed_off,
        "text": f"{words.number(figure)} {words.measure(figure.measure)}",
    }


def _breakdown(breakdown: Breakdown) -> list[dict[str, Any]]:
    return [
        {"key": row.key, "label": words.row(breakdown, row), **dict(zip(MEASURES, row.cells, strict=True))}
        for row in breakdown.rows
    ]


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "figure": _figure(comparison.figure),
        "against": _figure(comparison.against),
        "difference": comparison.difference,
        "percent": comparison.percent,
        "obstacles": [asdict(obstacle) for obstacle in comparison.obstacles],
        "caveat": words.explanation(comparison),
    }


def as_text(report: Report) -> str:
    return "\n".join(_text(report))


def _text(report: Report) -> Iterator[str]:
    edition = report.edition.edition
    yield _("Report of the edition %(edition)s") % {"edition": edition.slug}
    yield _("%(moment)s, %(zone)s time") % {"moment": moment_in(edition, report.at), "zone": zone_name(edition)}
    for part in (report.edition, *([report.against] if report.against else [])):
        title = typeset(part.edition.title, words.language())
        yield f"\n{part.edition.slug}, {title} ({edition_day(part.edition)})"
        for figure in part.figures:
            yield f"  {words.number(figure):>14}  {words.measure(figure.measure)} ({words.mode(figure.mode)})"
            yield f"{'':18}{' '.join(filter(None, [words.provenance(figure), figure.source_url]))}"
        if not part.breakdowns:
            yield "  " + _("Nobody registered here: there is nothing to count.")
    for comparison in report.comparisons:
        yield ""
        yield f"{_side(comparison.figure)} | {_side(comparison.against)}"
        yield from (f"  {line}" for line in (words.difference(comparison), words.explanation(comparison)) if line)
    for breakdown in report.edition.breakdowns:
        yield f"\n{words.breakdown(breakdown.name)}"
        if edition.is_sample:
            yield "  " + _("A sample: these people are invented.")
        yield from _table([["", *map(words.measure, MEASURES)], *_cells(breakdown)])
    yield ""


def _side(figure: ReportFigure) -> str:
    return _("%(edition)s: %(number)s %(measure)s (%(mode)s)") % {
        "edition": figure.edition,
        "number": words.number(figure),
        "measure": words.measure(figure.measure),
        "mode": words.mode(figure.mode),
    }


def _cells(breakdown: Breakdown) -> list[list[str]]:
    return [[words.row(breakdown, row), *map(words.digits, row.cells)] for row in breakdown.rows]


def _table(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *rest in lines:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([f"  {first.ljust(widths[0])}", *cells])


@dataclass(frozen=True)
class Line:
    """One number of the report in a spreadsheet."""

    section: str
    key: str
    label: str
    figure: ReportFigure
    against: ReportFigure | None = None
    difference: int | None = None
    percent: float | None = None
    note: str = ""


def as_csv(report: Report) -> bytes:
    """Return the report for Excel in French, or in another language as plain CSV."""
    is_french = words.language() == "fr"
    columns = _columns("oui", "non", ",") if is_french else _columns("true", "false", ".")
    form = EXCEL_FR if is_french else MACHINE
    return b"".join(form.encode(((line,) for line in _lines(report)), columns))


def _columns(yes: str, no: str, decimal_sign: str) -> list[Column]:
    def of_line(header: str, getter: Callable[[Line], object]) -> Column:
        return header, lambda row: _cell(getter(row[0]))

    def _cell(value: object) -> object:
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, float):
            return f"{value:.1f}".replace(".", decimal_sign)
        return neutral(value) if isinstance(value, str) else value

    return [
        of_line("edition", lambda line: line.figure.edition),
        of_line("section", lambda line: line.section),
        of_line("key", lambda line: line.key),
        of_line("label", lambda line: line.label),
        of_line("measure", lambda line: line.figure.measure),
        of_line("mode", lambda line: line.figure.mode),
        of_line("value", lambda line: line.figure.value),
        of_line("is_approximate", lambda line: line.figure.is_approximate),
        of_line("source", lambda line: line.figure.source),
        of_line("source_label", lambda line: line.figure.source_label),
        of_line("source_url", lambda line: line.figure.source_url),
        of_line("stated_date", lambda line: line.figure.stated_date.isoformat()),
        of_line("sample", lambda line: line.figure.is_sample),
        of_line("against_edition", lambda line: line.against.edition if line.against else ""),
        of_line("against_value", lambda line: line.against.value if line.against else ""),
        of_line("difference", lambda line: line.difference),
        of_line("percent", lambda line: line.percent),
        of_line("note", lambda line: line.note),
    ]


def _lines(report: Report) -> Iterator[Line]:
    for part in (report.edition, *([report.against] if report.against else [])):
        for figure in part.figures:
            yield Line("figure", "", words.measure(figure.measure), figure, note=words.provenance(figure))
        for breakdown in part.breakdowns:
            yield from _breakdown_lines(part, breakdown)
    for comparison in report.comparisons:
        yield Line(
            "comparison",
            "",
            words.measure(comparison.figure.measure),
            comparison.figure,
            comparison.against,
            comparison.difference,
            comparison.percent,
            words.explanation(comparison),
        )


def _breakdown_lines(part: EditionReport, breakdown: Breakdown) -> Iterator[Line]:
    for row in breakdown.rows:
        for measure, value in zip(MEASURES, row.cells, strict=True):
            mode = row.key if breakdown.name == "mode" else "all"
            figure = part.counted(measure, mode, value)
            yield Line(breakdown.name, row.key, words.row(breakdown, row), figure, note=words.provenance(figure))


def as_html(report: Report) -> str:
    """Return a page to publish: it needs no other file, and cells that would point at few people are hidden."""
    return render_to_string("registrations/report.html", {"report": published(report), "language": words.language()})


FORMATS: dict[str, Callable[[Report], str | bytes]] = {
    "text": as_text,
    "json": as_json,
    "csv": as_csv,
    "html": as_html,
}
