"""The page that asks before people are written to about the questions that await them."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programme.admin.permissions import actor_of
from programme.models import Edition
from registrations.services import question_letters, questions
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin


def ask_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    # Those that it holds are the ones that who is asking may change.
    edition = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    if request.method == "POST":
        _ask(model_admin, request, edition)
        return HttpResponseRedirect(reverse("admin:programme_edition_change", args=[edition.pk]))
    people = question_letters.people_to_ask(edition, timezone.now()).values()
    context = {
        "title": _("Ask for the answers that are awaited"),
        "edition": edition,
        "people": sum(found.count() for found in people),
        "awaited": questions.awaiting(edition, timezone.now()).count(),
    }
    return show_page(model_admin, request, "admin/programme/edition/ask_questions.html", context)


def _ask(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition) -> None:
    try:
        asked = question_letters.ask(edition=edition, by=actor_of(request), at=timezone.now())
    except question_letters.NobodyToAsk:
        model_admin.message_user(request, _("Nobody is left to write to."), messages.WARNING)
        return
    words = ngettext("A letter leaves to %(count)s person.", "A letter leaves to %(count)s people.", asked)
    model_admin.message_user(request, words % {"count": asked}, messages.SUCCESS)
