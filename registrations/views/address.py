"""Another address for a registration: asked for on the person's page, proved by a link to the new one."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from registrations.forms import NewAddressForm
from registrations.models import Registration
from registrations.services import addresses
from registrations.views.page import back_to_page, private
from symposium.errors import too_many_requests
from symposium.lib import limits
from symposium.lib.form_language import typed_values
from symposium.lib.redirects import see_other
from symposium.lib.text import normalise_email

# Of one person, who may mistype; and to one address, whose owner may not be the one who asks.
PER_REGISTRATION = limits.Budget("new-address-of", most=5, seconds=3600)
PER_NEW_ADDRESS = limits.Budget("new-address", most=3, seconds=3600)
PER_NETWORK = limits.Budget("new-address-of-network", most=300, seconds=300)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def change_email(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Answer alike whoever the new address belongs to."""
    if request.method == "POST" and not limits.network_has_room(PER_NETWORK, request.META["REMOTE_ADDR"]):
        return too_many_requests(request)
    if request.method != "POST" and registration.status not in addresses.CHANGEABLE:
        return back_to_page(registration)
    form = NewAddressForm(
        request.POST or None,
        present=registration.attendee.email,
        initial=typed_values(request, NewAddressForm.base_fields),
    )
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        context = {"registration": registration, "edition": registration.edition, "form": form}
        return render(request, "registrations/change_email.html", context, status=status)
    email = form.cleaned_data["email"]
    if not PER_REGISTRATION.takes(str(registration.pk)) or not PER_NEW_ADDRESS.takes(normalise_email(email)):
        return too_many_requests(request)
    try:
        addresses.ask(registration=registration, email=email, at=timezone.now())
    except addresses.NotChangeable:
        return back_to_page(registration)
    return see_other("registrations:change_email_sent", token=registration.page_token)


@require_GET
@private
def change_email_sent(request: HttpRequest, registration: Registration) -> HttpResponse:
    context = {"registration": registration, "edition": registration.edition}
    return render(request, "registrations/change_email_sent.html", context)


@csrf_exempt  # as the person's page: the link is the whole proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: HttpRequest, proof: str) -> HttpResponse:
    """The address is proved by a click on a button: programs that check mails only open links."""
    response = _prove(request, proof)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _prove(request: HttpRequest, proof: str) -> HttpResponse:
    template, at = "registrations/new_address.html", timezone.now()
    try:
        registration = addresses.find(proof=proof, at=at)
        if request.method != "POST":
            context = {"registration": registration, "edition": registration.edition}
            return render(request, template, context)
        registration = addresses.change(proof=proof, at=at)
    except (addresses.ProofNotValid, addresses.AddressTaken):
        return render(request, template, status=HTTPStatus.NOT_FOUND)
    return back_to_page(registration)
