"""« My account »: everything that was registered with the addresses somebody has proved to be theirs."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from registrations.models import Registration
from registrations.services import accounts, certificates
from symposium.accounts.addresses import verified_addresses
from symposium.accounts.models import User
from symposium.lib.form_language import typed_values


class DeletionForm(forms.Form):
    """Unticked, so that nobody gives up a place by haste."""

    registrations = forms.BooleanField(required=False)


@never_cache
@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """List registrations by address, so that those of a guest are there once the address is verified."""
    mine = Registration.objects.of_addresses(verified_addresses(request.user))
    context = {"registrations": mine, "certified": certificates.earned_among(mine, at=timezone.now())}
    return render(request, "registrations/account.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth has no types
def delete_account(request: HttpRequest) -> HttpResponse:
    """The account goes; the registrations with it only if their owner says so."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  login_required let nobody else in
    mine = list(Registration.objects.of_addresses(verified_addresses(user)))
    form = DeletionForm(request.POST or None, initial=typed_values(request, DeletionForm.base_fields))
    if request.method != "POST" or not form.is_valid():
        return render(request, "registrations/delete_account.html", {"registrations": mine, "form": form})
    try:
        accounts.delete(user=user, erasing=mine if form.cleaned_data["registrations"] else [], at=timezone.now())
    except accounts.NotDeletable:
        return render(request, "registrations/delete_account.html", {"is_refused": True}, status=HTTPStatus.FORBIDDEN)
    logout(request)
    return redirect("registrations:account_deleted")


@require_safe
def account_deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "registrations/account_deleted.html")
