"""How far an export in the background is, and its file, for whoever asked for it."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from programme.admin.permissions import Role, has_role, member_of
from registrations.exports.columns import labels_of, unknown
from registrations.exports.jobs import job_response
from registrations.models import ExportJob
from registrations.services import export_jobs
from symposium.accounts.models import User
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.export import ExportAdmin


def export_job_page(model_admin: "ExportAdmin", request: HttpRequest, job_id: int) -> HttpResponseBase:
    """Show a job to whoever asked for it, and to nobody else; hand out its file on a POST, which no mail scanner sends."""
    user = member_of(request)
    job = get_object_or_404(ExportJob.objects.select_related("edition", "asked_by"), pk=job_id, asked_by=user)
    if not export_jobs.may_export(job.asked_by, job.edition):
        raise PermissionDenied
    if request.method == "POST":
        return _download(model_admin, request, job, job.asked_by)
    context = {
        "title": _("Export in the background"),
        "edition": job.edition,
        "is_organizer": has_role(request, Role.ORGANIZER, edition_id=job.edition_id),
        "job": job,
        "has_file": job.has_file(timezone.now()),
        "columns": labels_of(job.edition, job.columns),
        "unknown": unknown(job.edition, job.columns),
    }
    return show_page(model_admin, request, "admin/programme/edition/export_job.html", context)


def _download(model_admin: "ExportAdmin", request: HttpRequest, job: ExportJob, user: User) -> HttpResponseBase:
    try:
        export_jobs.record_download(job=job, by=user, at=timezone.now())
    except export_jobs.FileGone:
        model_admin.message_user(request, _("There is no file at present."), messages.ERROR)
        return HttpResponseRedirect(request.path)
    return job_response(job)
