"""The report of an edition as a page, beside another edition, for its organizers and readers of figures."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programme.admin.permissions import Role, editions_of, has_role
from programme.models import Edition
from registrations.admin.dashboard import SEEN_BY, edition_seen
from registrations.services.report_schedule import edition_before
from registrations.services.reports import make_report
from registrations.services.reports.published import published
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin


@method_decorator(require_safe)
def report_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    """Show what may be published: cells that would point at few people are hidden from everybody."""
    edition = edition_seen(request, object_id)
    # What is compared with is public, or one's own draft.
    others = (
        (Edition.objects.public() | Edition.objects.filter(pk__in=editions_of(request, *SEEN_BY)))
        .exclude(pk=edition.pk)
        .exclude(is_rehearsal=True)
    )
    against = _against(request, edition, others)
    report = make_report(edition=edition, against=against, at=timezone.now())
    context = {
        "title": _("Report"),
        "edition": edition,
        "is_organizer": has_role(request, Role.ORGANIZER, edition_id=edition.pk),
        "report": published(report),
        "others": others.order_by("-starts_at", "id"),
        "against": against,
    }
    return show_page(model_admin, request, "admin/programme/edition/report.html", context)


def _against(request: HttpRequest, edition: Edition, others: Any) -> Edition | None:
    """Return the edition that was chosen, none where none was, and the one before at first."""
    chosen = request.GET.get("against")
    if chosen is None:
        return edition_before(edition)
    return get_object_or_404(others, slug=chosen) if chosen else None
