"""What matters now in one edition, in a number of statements that does not grow with it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from programme.models import Edition, SeatPool
from registrations.models import ChangeRequest, Registration
from registrations.models.registrations import mails_of_edition
from registrations.services.dashboard.pace import Pace, pace_of
from registrations.services.dashboard.standstill import Standstill, standstills_of
from registrations.services.dashboard.turnout import Forecast, forecasts_of
from registrations.services.report_schedule import edition_before
from registrations.services.reports.counting import count_affiliations, count_people
from registrations.services.reports.figures import Breakdown
from registrations.services.reports.suppression import PublishedRow, publish
from registrations.services.still_coming import Answers, answers_of, was_asked
from symposium.outbox.models import OutgoingMail

LARGEST = 10


@dataclass(frozen=True)
class Chart:
    """The largest rows of a breakdown; ``more`` is how many rows are left out."""

    breakdown: Breakdown
    rows: tuple[PublishedRow, ...]
    more: int


@dataclass(frozen=True)
class Dashboard:
    """``statuses`` has every status, ``pools`` those of the modes, then those reserved if any, then those of the sessions.

    ``coming`` is None where nobody was asked whether they are still coming.
    """

    edition: Edition
    pools: tuple[SeatPool, ...]
    statuses: dict[str, int]
    change_requests: int
    mails_waiting: int
    mails_failed: int
    undeliverable: int
    coming: Answers | None
    pace: Pace
    charts: tuple[Chart, ...]
    forecasts: tuple[Forecast, ...]
    standstills: tuple[Standstill, ...]


def dashboard_of(edition: Edition, *, at: datetime, hides_small: bool) -> Dashboard:
    """``hides_small`` is for who may see aggregates alone: no cell then points at fewer than five people."""
    pools = tuple(
        edition.seat_pools.select_related("session").order_by("session__position", "-mode", "id")  # NULL comes last
    )
    of_modes = [pool for pool in pools if pool.is_for_all]
    reserved = [pool for pool in pools if pool.is_reserved and (pool.capacity or pool.taken)]
    mails = _mails_of(edition)
    _total, breakdowns = count_people(edition)
    affiliations = count_affiliations(edition, shown=LARGEST)
    return Dashboard(
        edition=edition,
        pools=(*of_modes, *reserved, *(pool for pool in pools if pool.session_id is not None)),
        statuses=_statuses_of(edition),
        change_requests=ChangeRequest.objects.open_in(edition).count(),
        mails_waiting=mails.get(OutgoingMail.State.QUEUED, 0) + mails.get(OutgoingMail.State.SENDING, 0),
        mails_failed=mails.get(OutgoingMail.State.FAILED, 0),
        undeliverable=edition.attendees.filter(undeliverable_at__isnull=False).count(),
        coming=answers_of(edition) if was_asked(edition, at=at) else None,
        pace=pace_of(edition, against=edition_before(edition), at=at, hides_small=hides_small),
        charts=tuple(_chart(breakdown, hides_small=hides_small) for breakdown in (*breakdowns, affiliations)),
        forecasts=forecasts_of(edition, of_modes, reserved=sum(pool.capacity or 0 for pool in reserved), at=at),
        standstills=standstills_of(edition, of_modes, at=at),
    )


def _statuses_of(edition: Edition) -> dict[str, int]:
    counted = edition.registrations.values_list("status").annotate(Count("pk")).order_by("status")
    return dict.fromkeys(Registration.Status.values, 0) | dict(counted)


def _mails_of(edition: Edition) -> dict[str, int]:
    """Count the letters to people of the edition that have not left, by state."""
    states = [OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING, OutgoingMail.State.FAILED]
    mails = OutgoingMail.objects.filter(state__in=states, belongs_to=mails_of_edition(edition.pk))
    return dict(mails.values_list("state").annotate(Count("pk")).order_by("state"))


def _chart(breakdown: Breakdown, *, hides_small: bool) -> Chart:
    # Hidden before they are cut off, so that the page and the report hide the same cells.
    rows = publish(breakdown) if hides_small else tuple(PublishedRow(row, row.cells) for row in breakdown.rows)
    shown = rows if breakdown.name == "affiliation" else rows[:LARGEST]
    return Chart(breakdown, shown, len(rows) - len(shown))
