"""The check-list of an edition in words, and the page that asks before it is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programme.models import Appearance, Edition, Session
from programme.services.completeness import Completeness, Missing, completeness_of
from programme.services.readiness import Code, Finding, Severity, findings_of
from registrations.admin.places import place_of
from registrations.admin.words import TOO_MANY_FOR_THE_ROOM
from registrations.services.editions import set_status
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin

WORDS = {
    Code.NO_TITLE: gettext_lazy("The edition has no title."),
    Code.NO_MODE: gettext_lazy("Nobody can attend: choose on site, online or both."),
    Code.NO_SEATS: gettext_lazy("No seat is offered here: %(one)s."),
    Code.NO_VENUE: gettext_lazy("People come on site, and there is no venue."),
    Code.OPENS_TOO_LATE: gettext_lazy("Registration opens after the edition has ended."),
    Code.SESSION_UNTITLED: gettext_lazy("A session has no title: %(one)s."),
    Code.ROOM_TOO_SMALL: TOO_MANY_FOR_THE_ROOM,
    Code.ONLY_THE_MONTH: gettext_lazy("Only the month is known: pages show no day."),
    Code.OVER: gettext_lazy("The edition is over already."),
    Code.NEVER_OPENS: gettext_lazy("Nobody can register: the moment at which registration opens is missing."),
    Code.CLOSED_ALREADY: gettext_lazy("Nobody can register: registration has closed already."),
    Code.CLOSES_TOO_LATE: gettext_lazy("Registration closes after the edition has ended; it will close at its end."),
    Code.NO_ACCESS_CODE: gettext_lazy("Nobody can register: the form asks for a code, and none can be used."),
    Code.SEATS_NOT_GIVEN_ON: gettext_lazy(
        "The waiting list stands still before registration closes: freed seats are no longer given on."
    ),
    Code.NO_JOINING_LINK: gettext_lazy("People attend online, and the link for them is missing."),
    Code.NO_SESSION: gettext_lazy("The programme has no session."),
    Code.OUTSIDE_THE_EDITION: gettext_lazy("A session does not lie within the edition's time: %(one)s."),
    Code.NOBODY_IN_SESSION: gettext_lazy("A session has nobody in it: %(one)s."),
    Code.ROOM_TWICE: gettext_lazy("Two sessions take place in %(one)s at the same time: %(two)s, %(three)s."),
    Code.PERSON_TWICE: gettext_lazy("%(one)s is in two sessions at the same time: %(two)s, %(three)s."),
    Code.NO_CONTACT: gettext_lazy("There is no contact address; people write to the sender of the letters."),
    Code.NO_CONTROLLER: gettext_lazy(
        "Nobody is named who answers for the personal data: an administrator writes it under “Privacy notice”."
    ),
    Code.LEGAL_NOTICE_UNWRITTEN: gettext_lazy(
        "The legal notice does not name the host and the director of publication: whoever runs the site writes them."
    ),
}


@dataclass(frozen=True)
class Line:
    """Something to mend, in words, with the address where that is done."""

    words: str
    place: str


@dataclass(frozen=True)
class LanguageTexts:
    """How complete a language is, in words, and what it lacks."""

    words: str
    is_complete: bool
    missing: list[Line]


def words_of(finding: Finding) -> str:
    if finding.code == Code.TEXTS_MISSING:
        missing = ngettext(
            "%(language)s: %(count)s text is missing that the other language has.",
            "%(language)s: %(count)s texts are missing that the other language has.",
            finding.count,
        )
        return missing % {"language": capfirst(_language(finding.names[0])), "count": finding.count}
    if finding.code == Code.WAITING_FOR_NOTHING:
        waiting = ngettext(
            "%(count)s person waits, and freed seats are no longer given on.",
            "%(count)s people wait, and freed seats are no longer given on.",
            finding.count,
        )
        return waiting % {"count": finding.count}
    return str(WORDS[finding.code] % dict(zip(("one", "two", "three"), finding.names, strict=False)))


def findings_in_words(findings: Iterable[Finding], edition: Edition) -> list[Line]:
    return [Line(words_of(finding), place_of(finding.record, finding.field, edition)) for finding in findings]


def texts_in_words(edition: Edition) -> str:
    """Return « anglais : 12 champs sur 15 » for each language that lacks something."""
    languages = [_in_words(language) for language in completeness_of(edition) if not language.is_complete]
    return " · ".join(languages) or _("complete")


def language_texts(edition: Edition) -> list[LanguageTexts]:
    return [
        LanguageTexts(
            words=capfirst(_in_words(language)),
            is_complete=language.is_complete,
            missing=[_line_of(missing, edition) for missing in language.missing],
        )
        for language in completeness_of(edition)
    ]


def _in_words(language: Completeness) -> str:
    words = ngettext(
        "%(language)s: %(filled)s of %(total)s text", "%(language)s: %(filled)s of %(total)s texts", language.total
    )
    return words % {
        "language": _language(language.language),
        "filled": language.filled,
        "total": language.total,
    }


def _language(code: str) -> str:
    return str(dict(settings.LANGUAGES)[code])


def _line_of(missing: Missing, edition: Edition) -> Line:
    label = missing.record._meta.get_field(missing.field).verbose_name  # type: ignore[union-attr]  # noqa: SLF001  a column's
    words = _("%(thing)s: %(field)s") % {"thing": _name_of(missing.record), "field": label}
    return Line(words, place_of(missing.record, f"{missing.field}_{missing.language}", edition))


def _name_of(record: Model) -> str:
    if isinstance(record, Edition):
        return capfirst(_("edition"))
    if isinstance(record, Appearance):
        return record.person.name
    return record.title if isinstance(record, Session) else str(record)


def publish_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    """Show the check-list; publish a draft without errors, past its warnings only where somebody has ticked so."""
    # Those that the queryset holds are the ones that who is asking may change.
    edition = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    findings = findings_of(edition, at=timezone.now())
    is_draft = edition.status == Edition.Status.DRAFT
    has_errors = any(finding.severity == Severity.ERROR for finding in findings)
    is_refused = has_errors or bool(findings and "publish_anyway" not in request.POST)
    if request.method == "POST" and is_draft and not is_refused:
        _publish(model_admin, request, edition)
        return HttpResponseRedirect(reverse("admin:programme_edition_change", args=[edition.pk]))
    context = {
        "title": _("Check-list"),
        "edition": edition,
        "errors": findings_in_words((one for one in findings if one.severity == Severity.ERROR), edition),
        "warnings": findings_in_words((one for one in findings if one.severity == Severity.WARNING), edition),
        "languages_of_texts": language_texts(edition),
        "is_draft": is_draft,
        "is_refused": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return show_page(model_admin, request, "admin/programme/edition/publish.html", context, status=status)


def _publish(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition) -> None:
    set_status(edition=edition, status=Edition.Status.PUBLISHED, at=timezone.now())
    model_admin.log_fields(request, edition, "status")
    model_admin.message_user(request, _("The edition is published."), messages.SUCCESS)
