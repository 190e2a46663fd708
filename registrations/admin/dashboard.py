"""The home of an edition: what matters now, with the way to each list, for its organizers and readers of figures."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from programme.admin.permissions import Role, editions_of, has_role
from programme.models import Edition, SeatPool
from programme.services.dates import short_day
from programme.services.readiness import findings_of
from registrations.admin.filters import SILENT
from registrations.admin.readiness import Line, findings_in_words
from registrations.models import Arrangement, Registration
from registrations.services.dashboard import Dashboard, dashboard_of
from registrations.services.dashboard.home import Chart
from registrations.services.dashboard.standstill import Standstill
from registrations.services.dashboard.turnout import Forecast, Rate
from registrations.services.reports import words
from registrations.services.reports.figures import MEASURES
from registrations.services.reports.published import cell_in_words
from registrations.services.reports.suppression import Hidden
from symposium.administration.pages import show_page
from symposium.lib.typography import typeset

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin

SEEN_BY = (Role.ORGANIZER, Role.READER)
BAR = 200  # units of a picture of one bar; that of the days has a height of DAY_HEIGHT and DAY_WIDTH for each
DAY_HEIGHT, DAY_WIDTH = 100, 10
Status = Registration.Status
COUNTED = (
    (Status.CONFIRMED, pgettext_lazy("registrations", "confirmed")),
    (Status.WAITING, gettext_lazy("on the waiting list")),
    (Status.REQUESTED, gettext_lazy("awaiting approval")),
    (Status.PENDING, gettext_lazy("address not confirmed yet")),
    (Status.CANCELLED, pgettext_lazy("registrations", "cancelled")),
)


@dataclass(frozen=True)
class Count:
    number: str
    words: str
    link: str
    is_alarming: bool = False


@dataclass(frozen=True)
class SeatsLine:
    """``width`` of ``BAR`` are taken; None without limit."""

    name: str
    taken: str
    offered: str
    free: str
    waiting: str
    width: int | None


@dataclass(frozen=True)
class ChartLine:
    """A row with its bar: the outline is as long as who registered, the full part as who is confirmed."""

    name: str
    cells: list[tuple[str, str]]
    outline: int
    full: int


@admin.display(description=gettext_lazy("dashboard"))
def dashboard_link(edition: Edition) -> str:
    address = reverse("admin:programme_edition_dashboard", args=[edition.pk])
    words = _("Dashboard of %(edition)s") % {"edition": edition.slug}
    return format_html('<a href="{}" aria-label="{}">{}</a>', address, words, _("Dashboard"))


def edition_seen(request: HttpRequest, object_id: int) -> Edition:
    """Return the edition, where who is asking may see its figures; else there is none."""
    found: Edition = get_object_or_404(editions_of(request, *SEEN_BY), pk=object_id)
    return found


@method_decorator(require_safe)
def dashboard_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    edition, at = edition_seen(request, object_id), timezone.now()
    is_organizer = has_role(request, Role.ORGANIZER, edition_id=edition.pk)
    found = dashboard_of(edition, at=at, hides_small=not is_organizer)
    charts = [_chart(chart) for chart in found.charts if chart.rows]
    context = {
        "title": _("Dashboard"),
        "edition": edition,
        "at": at.astimezone(edition.zone),
        "is_organizer": is_organizer,
        "counts": [*_counts(found, with_links=is_organizer), *_overdue_needs(request, edition, at)],
        "seats": [_seats(pool) for pool in found.pools],
        "findings": _findings(found, at) if is_organizer else [],
        "pace": _pace(found),
        "charts": charts,
        "bar": BAR,
        "has_hidden": not is_organizer,
        "forecasts": [_forecast(forecast) for forecast in found.forecasts],
    }
    return show_page(model_admin, request, "admin/programme/edition/dashboard.html", context)


def _counts(found: Dashboard, *, with_links: bool) -> list[Count]:
    people = reverse("admin:registrations_registration_changelist")
    requests = reverse("admin:registrations_changerequest_changelist")
    mails = reverse("admin:outbox_outgoingmail_changelist")
    slug = found.edition.slug
    counted = [
        (found.statuses[status], str(name), f"{people}?{_query(edition=slug, status__exact=status)}", False)
        for status, name in COUNTED
    ]
    if found.coming:
        answers = (
            (found.coming.yes, _("say that they come"), "yes"),
            (found.coming.no, _("say that they do not come"), "no"),
            (found.coming.none, _("on site, have not answered yet"), SILENT),
        )
        counted += [
            (number, name, f"{people}?{_query(edition=slug, coming=answer)}", False) for number, name, answer in answers
        ]
    counted += [
        (
            found.change_requests,
            _("requests for a change"),
            f"{requests}?{_query(edition=slug, status__exact='open')}",
            False,
        ),
        (found.mails_waiting, _("letters to be sent"), f"{mails}?{_query(edition=slug, state__exact='queued')}", False),
        (found.mails_failed, _("letters that failed"), f"{mails}?{_query(edition=slug, state__exact='failed')}", True),
        (
            found.undeliverable,
            _("addresses that no mail reaches"),
            f"{people}?{_query(edition=slug, address='undeliverable')}",
            True,
        ),
    ]
    return [
        Count(words.digits(number), name, address if with_links else "", is_alarming=alarms and number > 0)
        for number, name, address, alarms in counted
    ]


def _findings(found: Dashboard, at: datetime) -> list[Line]:
    edition = found.edition
    standstills = [_standstill(standstill, edition) for standstill in found.standstills]
    return [*standstills, *findings_in_words(findings_of(edition, at=at), edition)]


def _standstill(standstill: Standstill, edition: Edition) -> Line:
    """Say which seats stay free, and lead to the group that holds them up."""
    sentence = ngettext(
        "%(mode)s, %(free)s seat stays free: the group that stands first (ranks 1 to %(people)s) waits for a seat for each "
        "of its people. Split it, or offer more seats.",
        "%(mode)s, %(free)s seats stay free: the group that stands first (ranks 1 to %(people)s) waits for a seat for each "
        "of its people. Split it, or offer more seats.",
        standstill.free,
    )
    people = reverse("admin:registrations_registration_changelist")
    mode = capfirst(standstill.pool.get_mode_display())
    return Line(
        sentence % {"mode": mode, "free": words.digits(standstill.free), "people": words.digits(standstill.people)},
        f"{people}?{_query(edition=edition.slug, group=str(standstill.group_id))}",
    )


def _overdue_needs(request: HttpRequest, edition: Edition, at: datetime) -> list[Count]:
    """Count what should have been seen to, for those alone who may read it."""
    if not has_role(request, Role.NEEDS, edition_id=edition.pk):
        return []
    overdue = Arrangement.objects.overdue(timezone.localdate(at))
    count = overdue.filter(needs__registration__edition=edition).count()
    address = f"{reverse('admin:registrations_arrangement_changelist')}?{_query(edition=edition.slug, done='overdue')}"
    return [Count(words.digits(count), _("diet and access needs overdue"), address, is_alarming=count > 0)]


def _query(**narrowed_by: str) -> str:
    return urlencode(narrowed_by)


def _seats(pool: SeatPool) -> SeatsLine:
    is_limited = pool.capacity is not None
    return SeatsLine(
        name=typeset(pool.session.title, words.language()) if pool.session else capfirst(pool.get_mode_display()),
        taken=words.digits(pool.taken),
        offered=words.digits(pool.capacity) if pool.capacity is not None else _("without limit"),
        free=words.digits(pool.free) if pool.free is not None else "—",
        waiting=words.digits(pool.waiting),
        width=min(BAR, BAR * pool.taken // max(pool.capacity or 0, 1)) if is_limited else None,
    )


def _chart(chart: Chart) -> dict[str, Any]:
    breakdown = chart.breakdown
    columns = [words.measure(measure) for measure in MEASURES]
    longest = max(_number(line.cells[0]) for line in chart.rows)
    return {
        "name": breakdown.name,
        "title": words.breakdown(breakdown.name),
        "columns": columns,
        "more": chart.more,
        "rows": [
            ChartLine(
                name=typeset(words.row(breakdown, line.row), words.language()),
                cells=list(zip(columns, map(cell_in_words, line.cells), strict=True)),
                outline=_length(line.cells[0], longest, BAR),
                full=_length(line.cells[1], longest, BAR),
            )
            for line in chart.rows
        ],
    }


def _number(cell: int | Hidden | None) -> int:
    """Return a number to draw; what is hidden or to come is not drawn."""
    return cell if isinstance(cell, int) else 0


def _length(cell: int | Hidden | None, longest: int, units: int) -> int:
    return round(units * _number(cell) / max(longest, 1))


def _pace(found: Dashboard) -> dict[str, Any]:
    pace = found.pace
    highest = max((max(_number(day.registered), _number(day.before)) for day in pace.days), default=0)
    heights = [
        (_length(day.registered, highest, DAY_HEIGHT), _length(day.before, highest, DAY_HEIGHT)) for day in pace.days
    ]
    steps = [f"V{DAY_HEIGHT - before}h{DAY_WIDTH}" for _height, before in heights]
    return {
        "days": pace.days,
        "against": pace.against,
        "so_far": pace.so_far,
        "before_so_far": words.digits(pace.before_so_far),
        "before_in_all": words.digits(pace.before_in_all),
        "highest": highest,
        "width": DAY_WIDTH * len(pace.days),
        "bars": [
            {"x": DAY_WIDTH * place, "y": DAY_HEIGHT - height, "height": height}
            for place, (height, _before) in enumerate(heights)
            if height
        ],
        "line": f"M0 {DAY_HEIGHT}{''.join(steps)}" if pace.against else "",
        "rows": [
            (day.days_before, short_day(day.day), _day_cell(day.registered), _day_cell(day.before))
            for day in pace.days
            if day.registered or day.before
        ],
    }


def _day_cell(cell: int | Hidden | None) -> str:
    return "—" if cell is None else cell_in_words(cell)


def _forecast(forecast: Forecast) -> dict[str, Any]:
    pool = forecast.pool
    return {
        "mode": capfirst(pool.get_mode_display()),
        "held": forecast.held,
        "people": forecast.people,
        "rates": [(rate.edition, rate.confirmed, rate.present, _percent(rate)) for rate in forecast.rates],
        "suggested": forecast.suggested,
        "capacity": pool.capacity,
        "safety_limit": pool.safety_limit,
    }


def _percent(rate: Rate) -> str:
    return _("%(number)s%%") % {"number": round(100 * rate.value)}
