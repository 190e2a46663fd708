"""What every request passes, around Django's own middleware."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.defaults import page_not_found

from symposium.lib.security_headers import content_security_policy, permissions_policy

Handler = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: Handler) -> Handler:
    """Set what Django has no setting for. The outermost, so that errors, redirects and static files have it as well."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A view that needs another policy has set its own.
        response.headers.setdefault("Content-Security-Policy", content_security_policy())
        response.headers.setdefault("Permissions-Policy", permissions_policy(request.path))
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


def refuse_odd_input(get_response: Handler) -> Handler:
    """Refuse bytes that PostgreSQL cannot store, before a view trips over them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            "\x00" in request.path
            or "\x00" in request.META.get("QUERY_STRING", "")
            or "%00" in request.META.get("QUERY_STRING", "")
        ):
            return HttpResponseBadRequest("Bad request")
        return get_response(request)

    return middleware


def own_page_not_found(get_response: Handler) -> Handler:
    """Show the demo the page an installation shows, where DEBUG would show a list of addresses in a style of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if settings.DEBUG and is_page and response.status_code == HTTPStatus.NOT_FOUND:
            return page_not_found(request, Http404())
        return response

    return middleware
