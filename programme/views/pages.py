"""The public pages. They only read, and ask nothing of the visitor's session."""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from programme.exports import json_ld
from programme.exports.preview import preview_image
from programme.models import Appearance, Edition, KeptText, LegalNotice, Person
from programme.services import pages, summaries
from programme.services.accessibility import statement
from programme.services.now import happening_of
from programme.services.texts import text_in_a_language
from programme.views.drafts import with_drafts
from programme.views.public import public
from symposium.lib.security_headers import content_security_policy

ACCENTS_MAX_AGE_SECONDS = 300


@public
def home(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    edition = pages.current_edition(at=at)
    coming = pages.coming_editions(at=at, apart_from=edition)
    past = pages.past_editions(at=at, apart_from=edition)
    editions = [*([edition] if edition else []), *coming, *(one for one, _headline in past)]
    context: dict[str, object] = {
        "at": at,
        "edition": edition,
        "coming": coming,
        "past": past,
        "summary": summaries.of_home(edition),
        "structured": json_ld.as_script(json_ld.series(editions)),
    }
    if edition is not None:
        partnerships = pages.partnerships_of(edition)
        context |= pages.hero_of(edition, at=at)
        context |= {"partnerships": partnerships, "organisers": pages.organisers_among(partnerships)}
    return render(request, "programme/home.html", context)


@public
@with_drafts
def edition_page(request: HttpRequest, found: Edition) -> HttpResponse:
    at = timezone.now()
    context = pages.edition_page(found, at=at)
    context["happening"] = happening_of(found, context["programme"], at=at)
    about = json_ld.edition(
        found,
        seats=context["seats"],
        state=context["state"],
        entries=context["sessions"],
        roles=context["roles"],
        partnerships=context["partnerships"],
    )
    context |= {"summary": summaries.of_edition(found), "structured": json_ld.as_script(about)}
    return render(request, "programme/edition.html", context)


@public
def preview(request: HttpRequest, edition: str) -> HttpResponse:
    """Show an edition as a picture, for whoever quotes a link to it."""
    at = timezone.now()
    found = get_object_or_404(Edition.objects.public(), slug=edition)
    return HttpResponse(preview_image(found, at=at), content_type="image/png")


@public
@with_drafts
def programme_page(request: HttpRequest, found: Edition) -> HttpResponse:
    at = timezone.now()
    context = _programme_context(found, at) | {
        "organisers": pages.organisers_of(found),
        "summary": summaries.of_programme(found),
    }
    return render(request, "programme/programme.html", context)


def _programme_context(edition: Edition, at: datetime) -> pages.Context:
    context = pages.programme_page(edition, at=at)
    entries = [entry for _day, of_day in context["days"] for entry in of_day]
    return context | {"happening": happening_of(edition, entries, at=at)}


@xframe_options_exempt
@public
def programme_embedded(request: HttpRequest, edition: str) -> HttpResponse:
    """Show the programme alone, to stand in a frame on any site."""
    found = get_object_or_404(Edition.objects.public(), slug=edition)
    context = _programme_context(found, timezone.now()) | {"origin": settings.PUBLIC_ORIGIN}
    response = render(request, "programme/embed.html", context)
    response["Content-Security-Policy"] = content_security_policy(frame_ancestors="*")
    return response


@public
@with_drafts
def session_page(request: HttpRequest, found: Edition, slug: str) -> HttpResponse:
    at = timezone.now()
    entries = [entry for entry in pages.programme_of(found) if entry.number]
    entry = next((entry for entry in entries if entry.session.slug == slug), None)
    if entry is None:
        raise Http404
    seats = pages.seats_of(found)
    state = pages.state_of(found, seats, at=at)
    context = {
        "at": at,
        "edition": found,
        "organisers": pages.organisers_of(found),
        "state": state,
        "entry": entry,
        "others": [other for other in entries if other is not entry],
        "summary": summaries.of_session(found, entry.session),
        "structured": json_ld.as_script(json_ld.session(found, entry, seats=seats, state=state)),
    }
    return render(request, "programme/session.html", context)


@public
def person_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person with what they did; one who appears only in a draft is not announced yet."""
    person = get_object_or_404(Person, slug=slug)
    appearances = (
        Appearance.objects.filter(person=person, edition__in=Edition.objects.public())
        .select_related("edition", "session")
        .order_by("-edition__starts_at", "edition_id", "session__position", "id")
    )
    if not appearances:
        raise Http404
    latest = appearances[0].edition
    context = {
        "at": timezone.now(),
        "edition": latest,
        "organisers": pages.organisers_of(latest),
        "person": person,
        "summary": summaries.of_person(person),
        "appearances": appearances,
    }
    return render(request, "programme/person.html", context)


def _about_the_site(request: HttpRequest, name: str, template: str = "", **more: object) -> HttpResponse:
    at = timezone.now()
    edition = pages.current_edition(at=at)
    context = {
        "at": at,
        "edition": edition,
        "organisers": pages.organisers_of(edition),
        "summary": summaries.of_site_page(name),
    }
    return render(request, f"programme/{template or name}.html", context | pages.contact_of(edition) | more)


@public
def privacy(request: HttpRequest) -> HttpResponse:
    return _about_the_site(request, "privacy", notice=LegalNotice.objects.first())


@require_safe
def kept_text(request: HttpRequest, digest: str) -> HttpResponse:
    """A text that people were shown: the notice in force when they registered, or the words of a consent."""
    text = get_object_or_404(KeptText, pk=digest)
    words, language = text_in_a_language(text, "text")
    return _about_the_site(request, "privacy", "kept_text", text=text, words=words, words_language=language)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    return _about_the_site(request, "accessibility", statement=statement(at=timezone.now()))


@public
def legal(request: HttpRequest) -> HttpResponse:
    return _about_the_site(request, "legal")


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    edition = pages.current_edition(at=at)
    context = {
        "at": at,
        "edition": edition,
        "organisers": pages.organisers_of(edition),
        "editions": pages.site_plan(),
        "summary": summaries.of_site_page("sitemap"),
    }
    return render(request, "programme/sitemap.html", context)


@public
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    by_language = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            by_language[code] = pages.public_paths()
    languages = zip(*by_language.values(), strict=True)
    context = {
        "origin": settings.PUBLIC_ORIGIN,
        "pages": [dict(zip(by_language, paths, strict=True)) for paths in languages],
    }
    return render(request, "programme/sitemap.xml", context, content_type="application/xml")


@public
def accents(request: HttpRequest) -> HttpResponse:
    """Serve the colours of all public editions, so that no page needs a style of its own."""
    response = render(
        request, "programme/accents.css", {"editions": pages.coloured_editions()}, content_type="text/css"
    )
    patch_cache_control(response, public=True, max_age=ACCENTS_MAX_AGE_SECONDS)
    return response
