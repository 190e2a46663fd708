"""Taking the ticked registrations along as a file, and the record of who took which."""

from functools import partial
from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.admin.permissions import ReadOnly, Role, editions_of, member_of
from programme.models import Edition
from programme.services.dates import moment_in
from registrations.admin.actions import ask
from registrations.admin.export_job_page import export_job_page
from registrations.admin.filters import EditionFilter
from registrations.admin.forms import ExportForm
from registrations.exports import attendance_response
from registrations.exports.answers import consents_response
from registrations.models import Export, ExportJob, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services import export_jobs
from symposium.accounts.models import User

if TYPE_CHECKING:
    from registrations.admin.registrations import RegistrationAdmin


@admin.action(permissions=["export"], description=gettext_lazy("Export attendance…"))
def export_attendance(
    model_admin: "RegistrationAdmin", request: HttpRequest, queryset: QuerySet[Registration]
) -> HttpResponseBase | None:
    """Ask for whom and what for; then stream the file, or have a worker write a large one."""
    form = ExportForm(request.POST if "apply" in request.POST else None)
    user = member_of(request)
    if user is not None and form.is_bound and form.is_valid():
        ours = cast(RegistrationQuerySet, queryset).filter(
            edition__in=editions_of(request, Role.ORGANIZER, Role.EXPORTER)
        )
        if ours.count() > export_jobs.LARGE_ROWS:
            return _in_background(model_admin, request, ours, form, user)
        profile, reason = form.cleaned_data["profile"], form.cleaned_data["reason"]
        return attendance_response(ours, profile, by=user, at=timezone.now(), reason=reason)
    return ask(
        model_admin,
        request,
        form,
        title=_("Export attendance"),
        explanation=_("A file of the registrations that you chose, one row each."),
        button=_("Export"),
        action="export_attendance",
        is_download=True,
    )


def _in_background(
    model_admin: "RegistrationAdmin",
    request: HttpRequest,
    registrations: RegistrationQuerySet,
    form: ExportForm,
    user: User,
) -> HttpResponseRedirect:
    """Have one file written for each edition: its clock, its questions and its page are its own."""
    jobs = [
        ExportJob(edition=edition, asked_by=user, **form.cleaned_data)
        for edition in Edition.objects.filter(pk__in=registrations.order_by().values("edition")).order_by("pk")
    ]
    for job in jobs:
        export_jobs.ask(job=job, at=timezone.now(), ticked=registrations)
    if len(jobs) == 1:
        return HttpResponseRedirect(reverse("admin:registrations_export_job", args=[jobs[0].pk]))
    words = _("A file is written for each edition: choose one to see how far it is.")
    model_admin.message_user(request, words, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:registrations_registration_export"))


@admin.action(permissions=["export"], description=gettext_lazy("Export consents…"))
def export_consents(
    model_admin: "RegistrationAdmin", request: HttpRequest, queryset: QuerySet[Registration]
) -> HttpResponseBase | None:
    """Ask for whom and what for; then stream who agrees to what."""
    form = ExportForm(request.POST if "apply" in request.POST else None)
    user = member_of(request)
    if user is not None and form.is_bound and form.is_valid():
        ours = queryset.filter(edition__in=editions_of(request, Role.ORGANIZER, Role.EXPORTER))
        profile, reason = form.cleaned_data["profile"], form.cleaned_data["reason"]
        return consents_response(ours, profile, by=user, at=timezone.now(), reason=reason)
    return ask(
        model_admin,
        request,
        form,
        title=_("Export consents"),
        explanation=_("A file of who agrees to what among the registrations that you chose, one row for each consent."),
        button=_("Export"),
        action="export_consents",
        is_download=True,
    )


@admin.register(Export)
class ExportAdmin(ReadOnly[Export]):
    list_display = ("moment", "edition", "content", "rows", "profile", "by", "reason")
    list_filter = (EditionFilter, "content", "profile")
    list_select_related = ("edition", "exported_by")
    ordering = ("-exported_at", "id")
    fields = ("moment", "edition", "content", "rows", "profile", "by", "reason")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(export_job_page, self))
        return [path("jobs/<int:job_id>/", page, name="registrations_export_job"), *super().get_urls()]

    @admin.display(description=gettext_lazy("exported"), ordering="exported_at")
    def moment(self, export: Export) -> str:
        return moment_in(export.edition, export.exported_at)

    @admin.display(description=gettext_lazy("by"))
    def by(self, export: Export) -> str:
        by = export.exported_by
        return by.called if by else _("the command line")
