"""The page that takes in a programme: a file, what it would do, and a yes. Between the two nothing is kept here."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programme.models import Edition
from programme.services.import_programme import Added, Planned, import_programme, plan
from programme.services.programme_files import (
    MOST_BYTES,
    Code,
    Draft,
    NotACalendar,
    NoTitleColumn,
    Reading,
    TooManySessions,
    read_programme,
)
from programme.services.programme_lines import Named
from registrations.admin import plans
from registrations.admin.uploads import in_words
from registrations.services.editions import open_pools
from symposium.administration.pages import show_page
from symposium.administration.traces import Message, Trace
from symposium.lib.tables import Unreadable
from symposium.trail.writing import Kind

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin

SALT = "programme.import"
MOMENTS = ("starts_at", "ends_at")  # of a draft, which travel as text
TOO_LARGE = gettext_lazy("This file is too large: 1 MB and 100 sessions at most, those that are there included.")
NOT_TEXT = gettext_lazy("This is neither a table nor a calendar: send CSV, XLSX or iCalendar (.ics).")
PROBLEMS = {
    Code.NO_TITLE: gettext_lazy("There is no title."),
    Code.BAD_DAY: gettext_lazy("“%(words)s” is no day: write 20/05/2027 or 2027-05-20."),
    Code.BAD_START: gettext_lazy("The beginning is not understood, or does not exist on that clock: “%(words)s”."),
    Code.BAD_END: gettext_lazy("The end is not understood, or does not exist on that clock: “%(words)s”."),
    Code.END_WITHOUT_START: gettext_lazy("There is an end and no beginning."),
    Code.ENDS_TOO_EARLY: gettext_lazy("It ends before it begins."),
    Code.BAD_KIND: gettext_lazy("“%(words)s” is neither a session nor a break."),
    Code.TOO_LONG: gettext_lazy("This is too long: “%(words)s”."),
    Code.TOO_MANY_PEOPLE: gettext_lazy("More than 50 people are named."),
    Code.REPEATS: gettext_lazy("An event that repeats is not taken: write each of its days."),
    Code.CANCELLED: gettext_lazy("The event is cancelled."),
}
SHOWN_WORDS = 60


class NotUsable(Exception):
    """The file cannot be taken; the text is for the page."""


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ics,text/csv,text/calendar"}),
        help_text=gettext_lazy("CSV, XLSX or iCalendar (.ics), 1 MB at most. Nothing is stored before you say yes."),
    )


def import_programme_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    # Those that the queryset holds are the ones that who is asking may change.
    edition = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    with timezone.override(edition.zone):
        try:
            if "plan" in request.POST:
                return _import(model_admin, request, edition)
            if request.method == "POST":
                return _preview(model_admin, request, edition)
        except NotUsable as error:
            form = UploadForm()
            return _shown(model_admin, request, edition, {"form": form, "refusal": str(error)}, status=422)
        return _shown(model_admin, request, edition, {"form": UploadForm()})


def _preview(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(model_admin, request, edition, {"form": form}, status=422)
    reading = _read(form.cleaned_data["file"], edition)
    planned = _plan(edition, reading.drafts)
    new = [one for one in planned if not one.is_there]
    try:
        signed = plans.sign(request, [_packed(one.draft) for one in new], edition=edition, salt=SALT)
    except plans.PlanTooLarge as error:
        raise NotUsable(TOO_LARGE) from error
    context = {
        "reading": reading,
        "new": new,
        "there": [one for one in planned if one.is_there],
        "problems": [(problem.number, _problem_in_words(problem.code, problem.words)) for problem in reading.problems],
        "signed": signed,
        "is_public": edition.status != Edition.Status.DRAFT,
    }
    return _shown(model_admin, request, edition, context)


def _read(upload: "UploadedFile[Any]", edition: Edition) -> Reading:
    if (upload.size or 0) > MOST_BYTES:  # before it is read into memory
        raise NotUsable(TOO_LARGE)
    try:
        return read_programme(upload.read(), zone=edition.zone, day=edition.day)
    except Unreadable as error:
        raise NotUsable(in_words(error, too_long=TOO_LARGE, not_text=NOT_TEXT)) from error
    except NoTitleColumn as error:
        raise NotUsable(_("The first line must name the columns, and one of them « Titre » or « Title ».")) from error
    except NotACalendar as error:
        raise NotUsable(_("This calendar is broken, or holds no event.")) from error
    except TooManySessions as error:
        raise NotUsable(TOO_LARGE) from error


def _plan(edition: Edition, drafts: list[Draft]) -> list[Planned]:
    try:
        return plan(edition=edition, drafts=drafts)
    except TooManySessions as error:
        raise NotUsable(TOO_LARGE) from error


def _problem_in_words(code: Code, words: str) -> str:
    shown = f"{words[:SHOWN_WORDS]}…" if len(words) > SHOWN_WORDS else words
    return str(PROBLEMS[code] % {"words": shown})


def _import(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition) -> HttpResponse:
    try:
        packed = plans.read(request, request.POST["plan"], edition=edition, salt=SALT)
        with transaction.atomic():
            added = import_programme(edition=edition, drafts=[_unpacked(draft) for draft in packed])
            open_pools(edition=edition)
            _trace(model_admin, request, edition, added)
    except plans.PlanNotShown as error:
        raise NotUsable(plans.TOO_OLD) from error
    except TooManySessions as error:
        raise NotUsable(TOO_LARGE) from error
    words = ngettext("%(count)s session was added.", "%(count)s sessions were added.", len(added.sessions))
    model_admin.message_user(request, words % {"count": len(added.sessions)}, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:programme_edition_programme", args=[edition.pk]))


def _trace(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, added: Added) -> None:
    records = [*added.people.added, *added.sessions, *added.appearances]
    traces = [Trace(Kind.ADDED, record) for record in records]
    traces += [Trace(Kind.CHANGED, session, ("position",)) for session in added.moved]
    if traces:
        model_admin.log_change(request, edition, Message([{"changed": {"fields": ["sessions"]}}], traces))


def _packed(draft: Draft) -> dict[str, Any]:
    plain = asdict(draft)
    return plain | {name: plain[name] and plain[name].isoformat() for name in MOMENTS}


def _unpacked(packed: dict[str, Any]) -> Draft:
    moments = {name: packed[name] and datetime.fromisoformat(packed[name]) for name in MOMENTS}
    people = tuple(Named(**named) for named in packed["people"])
    return Draft(**{**packed, **moments, "people": people})


def _shown(
    model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {
        "title": _("Import a programme"),
        "edition": edition,
        **more,
    }
    return show_page(
        model_admin, request, "admin/programme/edition/import_programme.html", context, status=status
    ).render()
