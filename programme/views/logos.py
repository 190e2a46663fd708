"""The logos, each at an address that its content names: it may be kept for good."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from programme.models import Logo

KEEP_SECONDS = 365 * 24 * 3600


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    found = Logo.objects.filter(digest=digest).values_list("content", flat=True).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found), content_type="image/png")
    patch_cache_control(response, public=True, max_age=KEEP_SECONDS, immutable=True)
    # Opened by itself it is a picture and nothing else, whatever a browser makes of its bytes.
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response
