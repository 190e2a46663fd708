"""What the views of the public pages have in common: they answer everybody alike, so an answer may be given again."""

import hashlib
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, set_response_etag
from django.views.decorators.http import conditional_page, require_safe

from programme.services.freshness import public_version
from symposium.lib.compression import accepts_gzip, compress

View = Callable[..., HttpResponse]
# Whatever changes in the database shows at once; this is how late the clock may be noticed: an opening, a last seat held.
KEEP_SECONDS = 5
OWN_COOKIES = frozenset({settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name})
# Other queries change nothing but the link to the other language; keeping them would let anybody fill the cache.
QUERIES = frozenset({"", *(f"lang={code}" for code, _name in settings.LANGUAGES)})


def public(view: View) -> View:
    """Answer anonymous readers from the cache while nothing public has changed, and with 304 where they have it.

    A reader with a session or a message gets a page of their own.
    """

    @wraps(view)
    @require_safe
    @conditional_page
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not OWN_COOKIES.isdisjoint(request.COOKIES) or request.META.get("QUERY_STRING", "") not in QUERIES:
            return _fresh(view(request, *args, **kwargs))
        key = _key(request)
        kept: HttpResponse | None = cache.get(key)
        if kept is not None:
            return kept
        # After the ETag, which is of the text and not of how it was compressed.
        response = compress(request, _fresh(view(request, *args, **kwargs)))
        cache.set(key, response, KEEP_SECONDS)
        return response

    return wrapped


def _fresh(response: HttpResponse) -> HttpResponse:
    """Let caches keep the answer, and ask each time whether it still holds."""
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, no_cache=True)
    set_response_etag(response)
    return response


def _key(request: HttpRequest) -> str:
    # A digest, because a path may hold what a cache takes for no key.
    wanted = f"{request.get_full_path()} {accepts_gzip(request)} {public_version()}"
    return f"public:{hashlib.sha256(wanted.encode()).hexdigest()}"
