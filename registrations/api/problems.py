"""Saying no to a program (RFC 9457), to its authors in their language: that of ``Accept-Language``, else English."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from ninja.errors import HttpError, ValidationError

from registrations.api import words
from symposium.errors import RETRY_AFTER_SECONDS

MEDIA_TYPE = "application/problem+json"
NOTHING = _("There is nothing here, or nothing for this key.")


class Problem(Schema):
    """What every refusal looks like. `code` is for programs and does not change; `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str


class Refused(Exception):
    """The answer is no. ``more`` stands beside the members that every problem has."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str | Promise,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.content = status, content_of(status, code, detail, more)
        self.headers = headers


def content_of(
    status: HTTPStatus, code: str, detail: str | Promise, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
        **(more or {}),
    }


def answer(request: HttpRequest, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer in the language of the caller, whatever language ``content`` was written or kept in."""
    language = words.language_of(request)
    with translation.override(language):
        told = {"title": str(words.TITLES[content["status"]]), "detail": gettext(str(content["detail"]))}
        response = JsonResponse({**content, **told}, status=content["status"], content_type=MEDIA_TYPE)
    response["Cache-Control"], response["Content-Language"] = "no-store", language
    patch_vary_headers(response, ["Accept-Language"])
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def not_found(request: HttpRequest, _error: object = None) -> HttpResponse:
    return answer(request, content_of(HTTPStatus.NOT_FOUND, "not_found", NOTHING))


def method_not_allowed(request: HttpRequest, allowed: Iterable[str]) -> HttpResponse:
    methods = ", ".join(allowed)
    detail = format_lazy(_("This address takes {methods}."), methods=methods)
    return answer(request, content_of(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail), {"Allow": methods})


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return answer(request, error.content, error.headers)


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name what is wrong and where, and never repeat what was sent."""
    with translation.override(words.language_of(request)):
        errors = [{"at": ".".join(map(str, one["loc"])), "detail": words.what_is_wrong(one)} for one in error.errors]
    detail = _("The request does not say what it should.")
    return answer(request, content_of(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, {"errors": errors}))


def unreadable(request: HttpRequest, _error: Exception) -> HttpResponse:
    return answer(request, content_of(HTTPStatus.BAD_REQUEST, "unreadable", _("The body is no JSON.")))


def too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return answer(request, content_of(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _("The body is too large.")))


def database_away(request: HttpRequest, _error: Exception) -> HttpResponse:
    content = content_of(HTTPStatus.SERVICE_UNAVAILABLE, "away", _("The database is away. Try again in a moment."))
    return answer(request, content, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def our_fault(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Leave it to Django, which logs it and answers 500."""
    raise error


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refused: refused,
    ValidationError: invalid,
    HttpError: unreadable,
    Http404: not_found,
    RequestDataTooBig: too_large,
    RawPostDataException: unreadable,  # the body of a form
    OperationalError: database_away,
    InterfaceError: database_away,
    Exception: our_fault,
}
