"""The programme for machines: the same for everybody, readable from any site."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import patch_cache_control

from programme.exports import calendars, schedule_json, schedule_xml
from programme.models import Edition
from programme.services import pages
from programme.services.schedule import Schedule, schedule_of
from programme.views.public import public

MAX_AGE_SECONDS = 60
View = Callable[..., HttpResponse]


def feed(view: View) -> View:
    """Load the edition's schedule in the language of ``?lang=`` (French where it is not said)."""

    @wraps(view)
    @public
    def wrapped(request: HttpRequest, edition: str, **kwargs: str) -> HttpResponse:
        language = request.GET.get("lang") or settings.LANGUAGE_CODE
        if language not in dict(settings.LANGUAGES):
            return HttpResponseBadRequest("lang is fr or en.\n", content_type="text/plain; charset=utf-8")
        found = get_object_or_404(Edition.objects.public(), slug=edition)
        with translation.override(language):
            response = view(request, schedule=_read(found), **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Content-Language"] = language
        patch_cache_control(response, public=True, max_age=MAX_AGE_SECONDS)
        return response

    return wrapped


@feed
def schedule_as_xml(request: HttpRequest, schedule: Schedule) -> HttpResponse:
    content = schedule_xml.schedule_xml(schedule, url=_address(request, schedule))
    return HttpResponse(content, content_type=schedule_xml.MEDIA_TYPE)


@feed
def schedule_as_json(request: HttpRequest, schedule: Schedule) -> HttpResponse:
    content = schedule_json.schedule_json(schedule, url=_address(request, schedule))
    return HttpResponse(content, content_type=schedule_json.MEDIA_TYPE)


@feed
def schedule_as_calendar(request: HttpRequest, schedule: Schedule) -> HttpResponse:
    content = calendars.edition_calendar(schedule, source=_address(request, schedule))
    return _calendar(content, f"symposium-{schedule.slug}.ics")


@feed
def session_as_calendar(request: HttpRequest, schedule: Schedule, slug: str) -> HttpResponse:
    """Serve one session; a break, or one whose time is not published, has nothing to keep."""
    event = next((event for event in schedule.events if event.slug == slug and not event.is_break), None)
    if event is None:
        raise Http404
    return _calendar(calendars.session_calendar(schedule, event), f"symposium-{schedule.slug}-{slug}.ics")


def _read(edition: Edition) -> Schedule:
    team = edition.appearances.filter(session=None).select_related("person").order_by("position", "id")
    return schedule_of(edition, pages.programme_of(edition), team, contact=pages.contact_of(edition)["contact"])


def _address(request: HttpRequest, schedule: Schedule) -> str:
    """Return where this file is found, on the configured origin and with its language."""
    return f"{settings.PUBLIC_ORIGIN}{request.path}?lang={schedule.language}"


def _calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=calendars.MEDIA_TYPE)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
