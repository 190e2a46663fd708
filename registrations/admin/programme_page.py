"""The programme of an edition on one page: its sessions in their order, and under each the people in it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programme.models import Appearance, Edition
from programme.services.clashes import clashes_of
from programme.services.people import KnownPeople
from programme.services.readiness import of_clash
from programme.services.running_order import put_in_order
from registrations.admin.programme_forms import session_rows
from registrations.admin.readiness import words_of
from registrations.services.editions import open_pools
from symposium.administration.pages import show_page
from symposium.administration.traces import Message, Trace
from symposium.trail.writing import Kind

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin

EMPTY_ROWS = 3
MOST_EMPTY_ROWS = 12


def programme_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    """Show and read the page by the edition's clock; rendered here, where that clock still counts."""
    # Those that the queryset holds are the ones that who is asking may change.
    edition = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    with timezone.override(edition.zone):
        if request.method != "POST":
            return _shown(model_admin, request, edition, _rows(edition, None, extra=_empty_rows(request)))
        with transaction.atomic():
            # Who saves at the same moment comes after, and finds what is there then.
            Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
            rows = _rows(edition, request.POST, extra=EMPTY_ROWS)
            if rows.is_valid():
                _save(model_admin, request, edition, rows)
                model_admin.message_user(request, _("The programme is saved."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:programme_edition_programme", args=[edition.pk]))
        return _shown(model_admin, request, edition, rows, status=422)


def _empty_rows(request: HttpRequest) -> int:
    wanted = request.GET.get("rows", "")
    return min(int(wanted), MOST_EMPTY_ROWS) if wanted.isascii() and wanted.isdigit() else EMPTY_ROWS


def _rows(edition: Edition, data: Any, *, extra: int) -> Any:
    people = Prefetch("appearances", Appearance.objects.select_related("person"))
    edition = Edition.objects.prefetch_related("sessions", people).get(pk=edition.pk)
    # Once people have registered, somebody may have chosen the session.
    rows = session_rows(extra=extra, can_delete=not edition.registrations.exists())
    return rows(data, instance=edition, prefix="sessions", known=KnownPeople.read())


def _shown(
    model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, rows: Any, *, status: int = 200
) -> HttpResponse:
    warned = clashes_of(rows.instance) if status == 200 else []
    context = {
        "title": _("Programme"),
        "edition": edition,
        "rows": rows,
        "warnings": [(one.session.pk, words_of(of_clash(one))) for one in warned],
        "most_rows": MOST_EMPTY_ROWS,
    }
    return show_page(model_admin, request, "admin/programme/edition/programme.html", context, status=status).render()


def _save(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, rows: Any) -> None:
    """Save as the page of the edition does, calendars and trail included."""
    nothing_else = forms.modelform_factory(Edition, fields=())(instance=edition)
    formsets = [rows]
    model_admin.save_formset(request, nothing_else, rows, change=True)
    for people in rows.rows_of_people:
        model_admin.save_formset(request, nothing_else, people, change=True)
        formsets.append(people)
    moved = put_in_order(edition)
    open_pools(edition=edition)
    message = model_admin.construct_change_message(request, nothing_else, formsets)
    traces = [
        *message.traces,
        *(Trace(Kind.ADDED, person) for person in rows.known.added),
        *(Trace(Kind.CHANGED, session, ("position",)) for session in moved),
    ]
    if traces:
        model_admin.log_change(request, edition, Message(message, traces))
