"""The page of the data protection officer: the record of processing, what goes when, and the proof that it went."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from registrations.services.processing import ProcessingRecord, processing_record
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.trail import TrailAdmin

PERIODS = {
    "unconfirmed": gettext_lazy("registrations whose address was never confirmed, from the day they were sent"),
    "waiting": gettext_lazy("people who were not admitted, from the end of the edition"),
    "identified": gettext_lazy("all other registrations, from the end of the edition; then only numbers remain"),
    "needs": gettext_lazy("diet and access needs, from the end of the edition"),
    "visa_letters": gettext_lazy("letters of invitation for a visa, from the end of the edition"),
    "accounts": gettext_lazy("accounts of which no address was proved, from the day of signing up"),
    "forms": gettext_lazy("the mark of a form that was sent, kept against sending it twice"),
    "replies": gettext_lazy("the reply to a program, kept against letting somebody in twice"),
    "exports": gettext_lazy("files of exports, from the moment they are ready"),
    "trail": gettext_lazy("the trail of what staff did"),
    "webhooks": gettext_lazy("the log of what other software was told"),
}
WHY = {
    "unconfirmed": gettext_lazy("never confirmed"),
    "waiting": gettext_lazy("not admitted"),
    "identified": gettext_lazy("registrations made anonymous"),
    "needs": gettext_lazy("diet and access needs deleted"),
    "visa_letters": gettext_lazy("letters of invitation deleted"),
}


def _record(model_admin: "TrailAdmin", request: HttpRequest) -> ProcessingRecord:
    if not model_admin.reads_everything(request):
        raise PermissionDenied
    return processing_record(at=timezone.now())


@require_safe
def record_page(request: HttpRequest, *, model_admin: "TrailAdmin") -> HttpResponse:
    record = _record(model_admin, request)
    context = {
        "title": _("Record of processing"),
        "record": record,
        "periods": [(period.days, PERIODS[period.what]) for period in record.periods],
        "countdown": [(due, WHY[due.what]) for due in record.countdown],
        "purges": [(purge, model_admin.words_of(purge.counts)) for purge in record.purges],
    }
    return show_page(model_admin, request, "admin/trail/record.html", context)


@require_safe
def record_file(request: HttpRequest, *, model_admin: "TrailAdmin") -> HttpResponse:
    options = {"indent": 2, "ensure_ascii": False}
    response = JsonResponse(asdict(_record(model_admin, request)), json_dumps_params=options)
    response["Content-Disposition"] = 'attachment; filename="record-of-processing.json"'
    return response
