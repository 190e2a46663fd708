"""Anybody checks whether a certificate of attendance or a letter of invitation is one of ours."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from registrations.forms import CertificateForm
from registrations.services.papers import find_paper
from symposium.errors import too_many_requests
from symposium.lib import limits
from symposium.lib.form_language import typed_values

# An office types in a pile of certificates by hand; a script that tries numbers is sooner at its end.
PER_NETWORK = limits.Budget("certificates-of-network", most=300, seconds=300)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Say whether number and name belong together. It is a POST, so that no address and no log holds the name."""
    if request.method == "POST" and not limits.network_has_room(PER_NETWORK, request.META["REMOTE_ADDR"]):
        return too_many_requests(request)
    form = CertificateForm(request.POST or None, initial=typed_values(request, CertificateForm.base_fields))
    context = {"form": form, "is_answered": False}
    if form.is_valid():
        context |= {"is_answered": True, "found": find_paper(**form.cleaned_data, at=timezone.now())}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "registrations/certificates.html", context, status=status)
