"""The pages that ask before a rehearsal of an edition is made, and before it is removed."""

from contextlib import suppress
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programme.admin.permissions import actor_of
from programme.models import Edition
from registrations.services import rehearsals
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin


class RehearsalForm(forms.Form):
    people = forms.IntegerField(
        label=gettext_lazy("Invented people"),
        min_value=0,
        max_value=rehearsals.MOST_PEOPLE,
        initial=30,
        help_text=gettext_lazy("They register one after the other, with addresses at example.org."),
    )


def rehearse_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    # Those that the queryset holds are the ones that who is asking may change.
    source = get_object_or_404(model_admin.get_queryset(request), pk=object_id, is_rehearsal=False)
    form = RehearsalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with suppress(rehearsals.AlreadyRehearsed):
            return _rehearse(model_admin, request, source, form.cleaned_data["people"])
    there = Edition.objects.filter(slug=rehearsals.slug_of_rehearsal(source)).first()
    context = {"title": _("Rehearse the edition"), "edition": source, "form": form, "there": there}
    status = 422 if form.is_bound else 200
    return show_page(model_admin, request, "admin/programme/edition/rehearse.html", context, status=status)


def _rehearse(model_admin: "EditionAdmin", request: HttpRequest, source: Edition, people: int) -> HttpResponse:
    rehearsal = rehearsals.rehearse(source=source, people=people, by=actor_of(request), at=timezone.now())
    words = _("The rehearsal is made. Only its staff see it, and its mails stay here: read them under “Outgoing mail”.")
    model_admin.message_user(request, words, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:programme_edition_change", args=[rehearsal.pk]))


def remove_rehearsal_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    rehearsal = get_object_or_404(model_admin.get_queryset(request), pk=object_id, is_rehearsal=True)
    if request.method == "POST":
        return _remove(model_admin, request, rehearsal)
    context = {
        "title": _("Remove the rehearsal"),
        "edition": rehearsal,
        "people": rehearsal.registrations.count(),
    }
    return show_page(model_admin, request, "admin/programme/edition/remove_rehearsal.html", context)


def _remove(model_admin: "EditionAdmin", request: HttpRequest, rehearsal: Edition) -> HttpResponse:
    count = rehearsals.remove(rehearsal=rehearsal, by=actor_of(request), at=timezone.now())
    words = ngettext(
        "The rehearsal is removed, with %(count)s row of the database.",
        "The rehearsal is removed, with %(count)s rows of the database.",
        count,
    )
    model_admin.message_user(request, words % {"count": count}, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:programme_edition_changelist"))
