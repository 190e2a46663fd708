"""Behind the person's link: asking the organizers for a change once registration has closed."""

from contextlib import suppress
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from registrations.forms import AskForChangeForm, ChangeForm
from registrations.models import Registration
from registrations.services import change_requests
from registrations.services.offer import offer_of
from registrations.views.page import back_to_page, private
from symposium.lib.form_language import typed_values


@require_http_methods(["GET", "HEAD", "POST"])
@private
def ask_for_change(request: HttpRequest, registration: Registration) -> HttpResponse:
    if not change_requests.is_askable(registration, timezone.now()):
        return back_to_page(registration)
    offer = offer_of(registration.edition)
    typed = typed_values(request, AskForChangeForm.base_fields)
    initial = ChangeForm.initial_of(registration) | typed
    form = AskForChangeForm(request.POST or None, offer=offer, initial=initial)
    if form.is_valid():
        with suppress(change_requests.AskedAlready, change_requests.NotAskable):  # the page says how things stand
            change_requests.ask(
                registration=registration,
                mode=form.cleaned_data["attendance_mode"],
                sessions=form.chosen_sessions,
                message=form.cleaned_data["message"],
                at=timezone.now(),
            )
        return back_to_page(registration)
    context = {"registration": registration, "edition": registration.edition, "form": form, "offer": offer}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "registrations/ask_for_change.html", context, status=status)
