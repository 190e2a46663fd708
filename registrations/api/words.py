"""What a refusal says, in English and French; its ``code`` and ``type`` are for programs and stay as they are."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.utils.translation.trans_real import parse_accept_lang_header

# The phrases of HTTP, which RFC 9457 lets us translate.
TITLES = {
    HTTPStatus.BAD_REQUEST: pgettext_lazy("HTTP", "Bad Request"),
    HTTPStatus.UNAUTHORIZED: pgettext_lazy("HTTP", "Unauthorized"),
    HTTPStatus.FORBIDDEN: pgettext_lazy("HTTP", "Forbidden"),
    HTTPStatus.NOT_FOUND: pgettext_lazy("HTTP", "Not Found"),
    HTTPStatus.METHOD_NOT_ALLOWED: pgettext_lazy("HTTP", "Method Not Allowed"),
    HTTPStatus.CONFLICT: pgettext_lazy("HTTP", "Conflict"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: pgettext_lazy("HTTP", "Request Entity Too Large"),
    HTTPStatus.UNPROCESSABLE_ENTITY: pgettext_lazy("HTTP", "Unprocessable Entity"),
    HTTPStatus.TOO_MANY_REQUESTS: pgettext_lazy("HTTP", "Too Many Requests"),
    HTTPStatus.SERVICE_UNAVAILABLE: pgettext_lazy("HTTP", "Service Unavailable"),
}
INTEGER, TEXT = _("Input should be a valid integer"), _("Input should be a valid string")
MOMENT = _("Input should be a date and a time with its offset from UTC")
UUID, OBJECT = _("Input should be a valid UUID"), _("Input should be an object")
# By pydantic's names of what can be wrong with a request of ours.
WRONGS = {
    "missing": _("Field required"),
    "literal_error": _("Input should be one of: {expected}"),
    "greater_than_equal": _("Input should be greater than or equal to {ge}"),
    "less_than_equal": _("Input should be less than or equal to {le}"),
    "string_too_short": _("Length should be at least {min_length}"),
    "string_too_long": _("Length should be at most {max_length}"),
    "string_pattern_mismatch": _("Input holds a character that cannot be stored"),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), INTEGER),
    **dict.fromkeys(("string_type", "string_unicode"), TEXT),
    **dict.fromkeys(("uuid_type", "uuid_parsing"), UUID),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_object_invalid",
            "datetime_from_date_parsing",
            "timezone_aware",
        ),
        MOMENT,
    ),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), OBJECT),
}


def language_of(request: HttpRequest) -> str:
    """Return the first of our languages that the caller names; English for who names none, as most programs do."""
    for named, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        language = named.partition("-")[0]
        if weight and language in dict(settings.LANGUAGES):
            return language
    return "en"


def what_is_wrong(error: Mapping[str, Any]) -> str:
    """Return in the present language what pydantic has found; in its own words, if it has found something new."""
    words = WRONGS.get(error["type"])
    if words is None:
        return str(error["msg"])
    found = error.get("ctx", {})
    # pydantic joins the last two by an English word.
    return words.format(**{**found, "expected": str(found.get("expected", "")).replace(" or ", ", ")})
