"""What watches the installation asks here."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registrations.exports.metrics import CONTENT_TYPE, prometheus_text
from registrations.services import metrics as service


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who knows the token, and for this machine itself; for everybody else there is nothing here."""
    if not (_has_token(request) or _is_this_machine(request)):
        raise Http404
    return HttpResponse(prometheus_text(service.metrics(at=timezone.now())), content_type=CONTENT_TYPE)


def _has_token(request: HttpRequest) -> bool:
    known = settings.METRICS_TOKEN
    return bool(known) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {known}")


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether no proxy stands between: behind one on the same machine, every visitor would look like it."""
    is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not is_forwarded and request.META["REMOTE_ADDR"] in {"127.0.0.1", "::1"}
