"""« My account »: everything that was registered with the addresses somebody has proved to be theirs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registrations.models import Registration
from symposium.accounts.addresses import verified_addresses


@never_cache
@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """List registrations by address, so that those of a guest are there once the address is verified."""
    mine = Registration.objects.of_addresses(verified_addresses(request.user))
    response = render(request, "registrations/account.html", {"registrations": mine})
    response["Referrer-Policy"] = "no-referrer"  # the links hold tokens
    return response
