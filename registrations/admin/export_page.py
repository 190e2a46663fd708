"""The page from which the attendance list of an edition leaves: whom, which columns, in which form, and what for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programme.admin.permissions import Role, actor_of, editions_of, has_role, member_of
from programme.models import Edition
from registrations.admin.export_form import EXPORT, SAVE, SCHEDULE, ExportPageForm, ForgetForm, StopForm
from registrations.exports import attendance_response
from registrations.exports.columns import unknown
from registrations.models import ColumnSet, ExportJob, ExportSchedule
from registrations.services import column_sets, export_jobs, export_schedules
from registrations.services.export_rows import ROLES, of_edition, who_were_chosen
from symposium.accounts.models import User
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin
    from registrations.admin.registrations import RegistrationAdmin

FORGET, STOP = "forget", "stop"
JOBS_SHOWN = 5


@method_decorator(require_safe)
def choose_edition_page(model_admin: "RegistrationAdmin", request: HttpRequest) -> HttpResponseBase:
    """Lead to the page of an edition; asked for here, since who only exports sees no list of editions."""
    if not has_role(request, *ROLES):
        raise PermissionDenied
    editions = editions_of(request, *ROLES).order_by("-starts_at", "id")
    chosen = editions.filter(slug=request.GET.get("edition", "")).first()
    if chosen:
        return HttpResponseRedirect(_address(chosen))
    context = {
        "title": _("Export of which edition?"),
        "editions": editions,
    }
    return show_page(model_admin, request, "admin/registrations/registration/choose_edition.html", context)


def export_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponseBase:
    edition = get_object_or_404(editions_of(request, *ROLES), pk=object_id)
    user = actor_of(request)
    purpose = request.POST.get("do", EXPORT)
    if purpose in LEAVINGS:
        return LEAVINGS[purpose](model_admin, request, edition, user)
    column_set = _column_set(request, edition)
    form = ExportPageForm(
        request.POST if request.method == "POST" else None,
        edition=edition,
        purpose=purpose,
        initial={"columns": column_set.columns} if column_set else None,
    )
    if form.is_bound and form.is_valid():
        return DEEDS.get(purpose, _export)(model_admin, request, form, edition, user)
    return _show(model_admin, request, form, edition, column_set)


def _column_set(request: HttpRequest, edition: Edition) -> ColumnSet | None:
    """Return the named choice that was picked, if there is such a one."""
    form = ForgetForm(request.GET, edition=edition)
    return form.cleaned_data["column_set"] if form.is_valid() else None


def _export(
    _model_admin: "EditionAdmin", _request: HttpRequest, form: ExportPageForm, edition: Edition, user: User
) -> HttpResponseBase:
    """Answer with the file; a large one is written by a worker, and its page says how far it is."""
    chosen = who_were_chosen(edition, **form.narrowing)
    if chosen.count() > export_jobs.LARGE_ROWS:
        job = ExportJob(edition=edition, asked_by=user, **form.choices)
        export_jobs.ask(job=job, at=timezone.now())
        return HttpResponseRedirect(reverse("admin:registrations_export_job", args=[job.pk]))
    return attendance_response(
        chosen,
        form.cleaned_data["profile"],
        by=user,
        at=timezone.now(),
        reason=form.cleaned_data["reason"],
        edition=edition,
        keys=form.keys,
    )


def _save(
    model_admin: "EditionAdmin", request: HttpRequest, form: ExportPageForm, edition: Edition, user: User
) -> HttpResponseRedirect:
    name, columns = form.cleaned_data["name"], form.cleaned_data["columns"]
    kept = column_sets.save(edition=edition, name=name, columns=columns, by=user, at=timezone.now())
    model_admin.message_user(request, _("The choice of columns is kept."), messages.SUCCESS)
    return HttpResponseRedirect(f"{_address(edition)}?column_set={kept.pk}")


def _forget(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, user: User) -> HttpResponseRedirect:
    form = ForgetForm(request.POST, edition=edition)
    if form.is_valid():
        column_sets.forget(column_set=form.cleaned_data["column_set"], by=user, at=timezone.now())
        model_admin.message_user(request, _("The choice of columns is deleted."), messages.SUCCESS)
    return HttpResponseRedirect(_address(edition))


def _schedule(
    model_admin: "EditionAdmin", request: HttpRequest, form: ExportPageForm, edition: Edition, user: User
) -> HttpResponseRedirect:
    when = {name: form.cleaned_data[name] for name in ("every", "due_time")}
    schedule = ExportSchedule(edition=edition, asked_by=user, **form.choices, **when)
    try:
        export_schedules.begin(schedule=schedule, at=timezone.now())
    except export_schedules.EditionOver:
        model_admin.message_user(request, _("The edition is over: nothing more will come."), messages.ERROR)
    else:
        words = _("The export is made from its next moment on; each time a mail tells you.")
        model_admin.message_user(request, words, messages.SUCCESS)
    return HttpResponseRedirect(_address(edition))


def _stop(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, user: User) -> HttpResponseRedirect:
    form = StopForm(request.POST, schedules=_schedules(request, edition))
    if form.is_valid():
        export_schedules.stop(schedule=form.cleaned_data["schedule"], by=user, at=timezone.now())
        model_admin.message_user(request, _("The export is stopped."), messages.SUCCESS)
    return HttpResponseRedirect(_address(edition))


def _schedules(request: HttpRequest, edition: Edition) -> QuerySet[ExportSchedule]:
    """Return those that run: one's own, and for organizers everybody's."""
    running = ExportSchedule.objects.running().filter(edition=edition).select_related("asked_by").order_by("pk")
    if has_role(request, Role.ORGANIZER, edition_id=edition.pk):
        return running
    return running.filter(asked_by=member_of(request))


DEEDS: dict[str, Callable[..., HttpResponseBase]] = {EXPORT: _export, SAVE: _save, SCHEDULE: _schedule}
LEAVINGS: dict[str, Callable[..., HttpResponseBase]] = {FORGET: _forget, STOP: _stop}


def _address(edition: Edition) -> str:
    return reverse("admin:programme_edition_export", args=[edition.pk])


def _show(
    model_admin: "EditionAdmin",
    request: HttpRequest,
    form: ExportPageForm,
    edition: Edition,
    column_set: ColumnSet | None,
) -> HttpResponseBase:
    context = {
        "title": _("Export the attendance list"),
        "edition": edition,
        "is_organizer": has_role(request, Role.ORGANIZER, edition_id=edition.pk),
        "form": form,
        "column_sets": edition.column_sets.order_by("name", "id"),
        "column_set": column_set,
        "unknown": unknown(edition, column_set.columns) if column_set else [],
        "jobs": ExportJob.objects.filter(edition=edition, asked_by=member_of(request)).order_by("-asked_at", "-pk")[
            :JOBS_SHOWN
        ],
        "schedules": _schedules(request, edition),
        "large": export_jobs.LARGE_ROWS,
        "people": of_edition(edition).count(),
    }
    status = 422 if form.errors else 200
    return show_page(model_admin, request, "admin/programme/edition/export.html", context, status=status)
