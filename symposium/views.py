"""Addresses that belong to the site and not to an edition."""

from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SECURITY_TXT_VALID_DAYS = 180
FAVICON_MAX_AGE_SECONDS = 24 * 3600


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the visitor's language, which LocaleMiddleware has read from cookie and header."""
    response = redirect("programme:home")
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process lives, whatever else is away."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether this process can serve: PostgreSQL answers and its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        is_pending = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (OperationalError, InterfaceError):
        return HttpResponse("the database is away\n", content_type="text/plain", status=503)
    if is_pending:
        return HttpResponse("a migration is pending\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon of the pages whoever asks where icons have always been."""
    response = redirect(static("favicon.svg"))
    patch_cache_control(response, public=True, max_age=FAVICON_MAX_AGE_SECONDS)
    return response


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    return render(request, "robots.txt", {"origin": settings.PUBLIC_ORIGIN}, content_type="text/plain")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    context = {
        "origin": settings.PUBLIC_ORIGIN,
        "contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "expires": timezone.now() + timedelta(days=SECURITY_TXT_VALID_DAYS),
    }
    return render(request, "security.txt", context, content_type="text/plain")
