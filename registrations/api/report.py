"""The numbers of an edition, as they may be published."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from registrations.api.access import Bearer, edition_of
from registrations.api.paging import Asked
from registrations.api.programme_schemas import Figure
from registrations.models import ApiToken
from registrations.services.reports import make_report, words
from registrations.services.reports.figures import MEASURES, Breakdown
from registrations.services.reports.suppression import publish

router = Router(tags=["figures"])


class ReportFigure(Figure):
    """One that was signed off stands as it was then; the others are counted anew for each report."""

    is_signed_off: bool


class Row(Schema):
    """One mode, sort of seats, session, profile or country. A number is null where it is hidden: it would point at few people."""

    key: str
    label: str
    registered: int | None
    confirmed: int | None
    waiting: int | None
    cancelled: int | None
    present: int | None


class Report(Schema):
    edition: str
    at: datetime
    figures: list[ReportFigure]
    breakdowns: dict[str, list[Row]]


@router.get("/editions/{slug:edition}/report", response=Report, auth=Bearer(ApiToken.Scope.FIGURES))
def read_report(request: HttpRequest, edition: str, asked: Query[Asked]) -> dict[str, object]:
    """Read the attendance report of an edition. Scope: `figures:read`.

    In breakdowns, numbers from 1 to 4 are hidden, and so is what would give them away.
    """
    found = edition_of(request, edition)
    report = make_report(edition=found, against=None, at=timezone.now())
    return {
        "edition": found.slug,
        "at": report.at.astimezone(found.zone),
        "figures": report.edition.figures,
        "breakdowns": {breakdown.name: _rows(breakdown) for breakdown in report.edition.breakdowns},
    }


def _rows(breakdown: Breakdown) -> list[dict[str, object]]:
    return [
        {
            "key": line.row.key,
            "label": words.row(breakdown, line.row),
            **{
                measure: cell if isinstance(cell, int) else None
                for measure, cell in zip(MEASURES, line.cells, strict=True)
            },
        }
        for line in publish(breakdown)
    ]
