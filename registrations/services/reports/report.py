"""The attendance report: the numbers of an edition, beside those of another."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from programme.models import Edition
from registrations.services.reports import counting
from registrations.services.reports.comparison import Comparison, compare
from registrations.services.reports.figures import MEASURES, Breakdown, ReportFigure


@dataclass(frozen=True)
class EditionReport:
    """``breakdowns`` is empty for an edition whose people did not register here."""

    edition: Edition
    figures: tuple[ReportFigure, ...]
    breakdowns: tuple[Breakdown, ...]
    counted_date: date

    def counted(self, measure: str, mode: str, value: int) -> ReportFigure:
        """Return a number that was counted here for this report."""
        return counted(self.edition, measure, mode, value, self.counted_date)


@dataclass(frozen=True)
class Report:
    """Texts in it are in the language that was active when it was made."""

    at: datetime
    edition: EditionReport
    against: EditionReport | None
    comparisons: tuple[Comparison, ...]


def make_report(*, edition: Edition, against: Edition | None, at: datetime) -> Report:
    this = report_of(edition, at=at)
    other = report_of(against, at=at) if against else None
    return Report(at, this, other, compare(this.figures, other.figures) if other else ())


def report_of(edition: Edition, *, at: datetime) -> EditionReport:
    published = _published(edition)
    totals, breakdowns = counting.count(edition)
    today = at.astimezone(edition.zone).date()
    # Nobody ever registered here for an edition of the past that is only known by its figures: that is no zero.
    if not any(totals) and not edition.is_registration_open(at):
        return EditionReport(edition, published, (), today)
    known = {(figure.measure, figure.mode) for figure in published if not figure.is_declared}
    fresh = (
        counted(edition, measure, "all", value, today)
        for measure, value in zip(MEASURES, totals, strict=True)
        if (measure, "all") not in known
    )
    return EditionReport(edition, (*published, *fresh), breakdowns, today)


def _published(edition: Edition) -> tuple[ReportFigure, ...]:
    """Return what was declared and what was signed off, as it was."""
    figures = edition.figures.order_by("-source", "id")  # what was declared before what was counted
    return tuple(
        ReportFigure(
            edition=edition.slug,
            value=figure.value,
            is_approximate=figure.is_approximate,
            measure=figure.measure,
            mode=figure.mode,
            source=figure.source,
            source_label=figure.source_label or _("Symposium, counted one person at a time"),
            source_url=figure.source_url,
            stated_date=figure.stated_date,
            is_sample=figure.is_sample,
            is_signed_off=figure.signed_off_at is not None,
        )
        for figure in figures
    )


def counted(edition: Edition, measure: str, mode: str, value: int, on: date) -> ReportFigure:
    return ReportFigure(
        edition=edition.slug,
        value=value,
        is_approximate=False,
        measure=measure,
        mode=mode,
        source="counted",
        source_label=_("Symposium, counted one person at a time"),
        source_url="",
        stated_date=on,
        is_sample=edition.is_sample,
        is_signed_off=False,
    )
