"""The pages that say something went wrong."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_AFTER_SECONDS = 10
# Of the longest budget there is (symposium.lib.limits), and of those of the accounts.
TOO_MANY_RETRY_AFTER_SECONDS = 600


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while PostgreSQL is away, and 500 for what is our fault; both without asking the database."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(request, "500.html", status=500)
    response = render(request, "503.html", status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer 429, to the accounts of allauth as well; the browser's « back » still holds what was written."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(TOO_MANY_RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
