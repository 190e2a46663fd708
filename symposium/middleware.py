"""What every request passes, around Django's own middleware."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

Handler = Callable[[HttpRequest], HttpResponse]


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
