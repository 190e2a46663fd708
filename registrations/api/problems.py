"""Saying no to a program: RFC 9457, in English, since programs and their authors read it."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Schema
from ninja.errors import HttpError, ValidationError

from symposium.errors import RETRY_AFTER_SECONDS

MEDIA_TYPE = "application/problem+json"


class Problem(Schema):
    """What every refusal looks like; ``code`` is for programs and does not change."""

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
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.content = status, content_of(status, code, detail, more)
        self.headers = headers


def content_of(status: HTTPStatus, code: str, detail: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
        **(more or {}),
    }


def answer(content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    response = JsonResponse(dict(content), status=content["status"], content_type=MEDIA_TYPE)
    response["Cache-Control"], response["Content-Language"] = "no-store", "en"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def not_found(_request: HttpRequest, _error: object = None) -> HttpResponse:
    return answer(content_of(HTTPStatus.NOT_FOUND, "not_found", "There is nothing here, or nothing for this key."))


def method_not_allowed(allowed: Iterable[str]) -> HttpResponse:
    methods = ", ".join(allowed)
    detail = f"This address takes {methods}."
    return answer(content_of(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail), {"Allow": methods})


def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
    return answer(error.content, error.headers)


def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name what is wrong and where, and never repeat what was sent."""
    errors = [{"at": ".".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors]
    detail = "The request does not say what it should."
    return answer(content_of(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, {"errors": errors}))


def unreadable(_request: HttpRequest, _error: HttpError) -> HttpResponse:
    return answer(content_of(HTTPStatus.BAD_REQUEST, "unreadable", "The body is no JSON."))


def too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return answer(content_of(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The body is too large."))


def database_away(_request: HttpRequest, _error: Exception) -> HttpResponse:
    content = content_of(HTTPStatus.SERVICE_UNAVAILABLE, "away", "The database is away. Try again in a moment.")
    return answer(content, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def our_fault(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Leave it to Django, which logs it and answers 500."""
    raise error


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refused: refused,
    ValidationError: invalid,
    HttpError: unreadable,
    Http404: not_found,
    RequestDataTooBig: too_large,
    OperationalError: database_away,
    InterfaceError: database_away,
    Exception: our_fault,
}
