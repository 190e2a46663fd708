"""Compress answers, where nobody could learn a secret from their length."""

import re
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip

TEXTS = ("text/", "application/json", "application/xml", "image/svg+xml")
REFUSED = re.compile(r"(?:^|,)[^,;]*;\s*q\s*=\s*0(?:\.0*)?\s*(?=,|$)", re.IGNORECASE)
_gzip = GZipMiddleware(lambda _request: HttpResponse())


def without_refused(encodings: str) -> str:
    """Return what a reader accepts without « gzip;q=0 », which names an encoding in order to refuse it."""
    return REFUSED.sub("", encodings)


def accepts_gzip(request: HttpRequest) -> bool:
    return re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")) is not None


def compress(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compress a text for a reader without a session.

    Whoever can make a browser ask for a page with words of their choice, and sees how long the answer is, can guess what
    else is in it (BREACH). Pages of somebody signed in hold people's data, so they stay as they are. Without a session there
    is the token of a form, masked anew each time, and the page behind a link that one would have to know already.
    """
    is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
    if settings.SESSION_COOKIE_NAME in request.COOKIES or not is_text:
        return response
    return cast(HttpResponse, _gzip.process_response(request, response))
