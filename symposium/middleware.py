"""What every request passes, around Django's own middleware."""

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from symposium.accounts.second_factor import must_set_up_second_factor
from symposium.lib.compression import compress, without_refused
from symposium.lib.security_headers import content_security_policy, holds_token, permissions_policy

Handler = Callable[[HttpRequest], HttpResponse]
# Views that do some milliseconds more for one address than for another: those of allauth, and the form of a group.
ASKED_BY_ADDRESS = {
    "registrations:group",
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_signup",
}
ANSWER_SECONDS = 0.2


def security_headers(get_response: Handler) -> Handler:
    """Set what Django has no setting for. The outermost, so that errors, redirects and static files have it as well."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A view that needs another policy has set its own.
        response.headers.setdefault("Content-Security-Policy", content_security_policy())
        response.headers.setdefault("Permissions-Policy", permissions_policy(request.path))
        if holds_token(request.path):
            response.headers["Referrer-Policy"] = "no-referrer"  # Django has set one that is less strict
        return response

    return middleware


def trusted_proxies(get_response: Handler) -> Handler:
    """Put the visitor's address into REMOTE_ADDR, believing only as many proxies as we are told to."""

    def middleware(request: HttpRequest) -> HttpResponse:
        count = settings.TRUSTED_PROXY_COUNT
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if count and len(forwarded) >= count:
            request.META["REMOTE_ADDR"] = forwarded[-count]
        return get_response(request)

    return middleware


def heed_refused_encodings(get_response: Handler) -> Handler:
    """Forget the encodings that a reader refuses: Django and WhiteNoise look only for the name of one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "HTTP_ACCEPT_ENCODING" in request.META:
            request.META["HTTP_ACCEPT_ENCODING"] = without_refused(request.META["HTTP_ACCEPT_ENCODING"])
        return get_response(request)

    return middleware


def compress_answers(get_response: Handler) -> Handler:
    """Compress what is not a file; those are compressed beforehand. The public pages keep their answers compressed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return compress(request, get_response(request))

    return middleware


def refuse_odd_input(get_response: Handler) -> Handler:
    """Refuse bytes that PostgreSQL cannot store, before a view trips over them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        # Python's reader of cookies turns « \\000 » into the character itself.
        texts = (request.path, query, *request.COOKIES.values())
        if "%00" in query or any("\x00" in text for text in texts):
            return HttpResponseBadRequest("Bad request")
        return get_response(request)

    return middleware


def answer_alike_in_time(get_response: Handler) -> Handler:
    """Answer no form of the accounts, and none of a group, sooner than another, so that time does not tell who is known.

    Both kinds of address send one mail or hash one password, within the request; what is left are two inserts of a
    signing up and another text to render, some ten milliseconds of allauth that we could only imitate. So all are held
    to one floor above what either takes. A mail server slow enough to break through it hides the ten milliseconds by
    itself: of 200 they are 5 %.

    It costs a thread for that long, at most a hundred times a minute for one network (ACCOUNT_RATE_LIMITS); an answer of
    « too many » waits for nothing. Our other forms, which a rush may fill, wait for nothing either: they do equal work
    (``registrations.services.register``, ``registrations.services.links``).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = get_response(request)
        match = request.resolver_match
        is_asking = request.method == "POST" and match is not None and match.view_name in ASKED_BY_ADDRESS
        if is_asking and response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            time.sleep(max(0.0, began + ANSWER_SECONDS - time.monotonic()))
        return response

    return middleware


class SecondFactorForStaff:
    """Lead staff without a second factor to the page where they set one up, whatever else they ask for.

    Everything is closed unless it is named here, so that a new page of staff is closed from its first day.
    """

    OPEN = ("account_", "mfa_", "demo-sign-in", "programme:accents")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: Sequence[Any], _kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        # Without a cookie there is no session to look into, and a page for everybody stays one for caches.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or self._is_open(request):
            return None
        if not must_set_up_second_factor(request):
            return None
        messages.warning(request, _("Your account belongs to the staff: set up a second factor first."))
        return redirect("mfa_index")

    def _is_open(self, request: HttpRequest) -> bool:
        return request.resolver_match is not None and request.resolver_match.view_name.startswith(self.OPEN)


def own_page_not_found(get_response: Handler) -> Handler:
    """Show the demo the page an installation shows, where DEBUG would show a list of addresses in a style of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if settings.DEBUG and is_page and response.status_code == HTTPStatus.NOT_FOUND:
            return page_not_found(request, Http404())
        return response

    return middleware
