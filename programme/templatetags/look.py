"""What the pages are drawn with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programme.models import Edition, Organisation
from programme.services import dates
from programme.services.cover import Cover
from programme.services.texts import text_in_a_language
from symposium.lib.typography import group_digits, typeset

register = template.Library()

NUMBERED_EDITIONS = {
    1: _("First edition"),
    2: _("Second edition"),
    3: _("Third edition"),
    4: _("Fourth edition"),
    5: _("Fifth edition"),
    6: _("Sixth edition"),
    7: _("Seventh edition"),
    8: _("Eighth edition"),
    9: _("Ninth edition"),
    10: _("Tenth edition"),
}
# The data knows no gender, so the French says « Intervention » and not « Intervenant ».
ROLE_NAMES = {
    "speaker": ngettext_lazy("Speaker", "Speakers", "count"),
    "moderator": ngettext_lazy("Moderator", "Moderators", "count"),
    "chair": ngettext_lazy("Chair", "Chairs", "count"),
    "discussant": ngettext_lazy("Discussant", "Discussants", "count"),
    "organizer": ngettext_lazy("Organizer", "Organizers", "count"),
}
STATUS_TAGS = {
    "pending": ("wait", "mail", _("Address to be confirmed")),
    "requested": ("wait", "wait", _("Awaiting approval")),
    "confirmed": ("ok", "ok", _("Registration confirmed")),
    "waiting": ("wait", "wait", _("On the waiting list")),
    "cancelled": ("", "no", pgettext_lazy("registration", "Cancelled")),
    "refused": ("stop", "no", pgettext_lazy("registration", "Refused")),
    "expired": ("", "wait", pgettext_lazy("registration", "Time limit passed")),
}


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@register.filter
def typo(text: object) -> str:
    """Set plain text as the language of the page prints it. What comes out is still escaped by the template."""
    return typeset(str(text), language())


@register.filter
def digits(number: int) -> str:
    return group_digits(number, language())


@register.filter
def edition_name(edition: Edition) -> str:
    """Return « Troisième édition » or “Third edition”."""
    name = NUMBERED_EDITIONS.get(edition.ordinal)
    return str(name) if name else str(_("Edition %(number)s") % {"number": edition.ordinal})


@register.filter
def role_name(role: str, count: int = 1) -> str:
    return str(ROLE_NAMES[role] % {"count": count})


@register.simple_tag
def translated(thing: Model, field: str) -> str:
    """Show a text; one in the other language is marked so, for screen readers and dictionaries."""
    text, code = text_in_a_language(thing, field)
    return format_html("{}", text) if code == language() else format_html('<span lang="{}">{}</span>', code, text)


@register.simple_tag
def plain_text(thing: Model, field: str) -> str:
    """Return a text for where no element can say its language: a mail without markup."""
    return text_in_a_language(thing, field)[0]


@register.inclusion_tag("partials/prose.html")
def prose(thing: Model, field: str, css_class: str = "") -> dict[str, Any]:
    """Show a long text by paragraphs, with a note where it is in the other language."""
    text, code = text_in_a_language(thing, field)
    paragraphs = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return {"paragraphs": paragraphs, "foreign": code if code != language() else "", "css_class": css_class}


def _register_date(name: str, function: Callable[..., str]) -> None:
    register.simple_tag(function, name=name)
    register.filter(name, function)


_register_date("edition_date", dates.edition_date)
_register_date("edition_day", dates.edition_day)
_register_date("edition_span", dates.edition_span)
_register_date("zone_name", dates.zone_name)
_register_date("edition_previous_date", dates.edition_previous_date)
register.simple_tag(dates.moment_in)
register.filter(dates.clock)
register.filter(dates.long_day)
register.filter(dates.short_day)


@register.inclusion_tag("partials/icon.html")
def icon(name: str) -> dict[str, str]:
    return {"name": name}


@register.inclusion_tag("partials/logo.html")
def logo(organisation: Organisation) -> dict[str, Any]:
    """Show the logo of an organisation whose logos are read already, or its name."""
    name, code = text_in_a_language(organisation, "name")
    by_ground = {one.variant: one for one in organisation.logos.all()}
    foreign = code if code != language() else ""
    return {"light": by_ground.get("light"), "dark": by_ground.get("dark"), "name": name, "foreign": foreign}


@register.inclusion_tag("partials/status_tag.html")
def status_tag(status: str) -> dict[str, Any]:
    """Show the state of a registration as an icon and words; its colour only repeats them."""
    css_class, icon_name, words = STATUS_TAGS[status]
    return {"css_class": css_class, "icon_name": icon_name, "words": words}


@register.inclusion_tag("partials/cover.html")
def cover(drawing: Cover, name: str) -> dict[str, Any]:
    """Draw a cover; ``name`` is unique on the page. The number stands beside it in words."""
    return {"cover": drawing, "id": f"cover-{name}"}


@register.simple_tag(takes_context=True)
def takes_registrations(context: Context, edition: Edition) -> bool:
    """Return whether the navigation offers to register; a page that has read the clock says so by ``at``."""
    at: datetime = context.get("at") or timezone.now()
    return edition.registration_state(at) in {"open", "soon"}


@register.simple_tag(takes_context=True)
def in_languages(context: Context) -> list[dict[str, str | bool]]:
    """Return this page in each language: its address with and without the query, and whether it is this one.

    A page that has no address of its own in a language (an error) leads to the home page there.
    """
    request: HttpRequest | None = context.get("request")
    path, query = reverse("programme:home"), ""
    if request is not None and request.resolver_match is not None:
        path = request.path
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    languages: list[dict[str, str | bool]] = []
    for code, _name in settings.LANGUAGES:
        href = translate_url(path, code)
        languages.append(
            {
                "code": code,
                "href": href + query,
                "canonical": settings.PUBLIC_ORIGIN + href,
                "is_current": code == language(),
            }
        )
    return languages
