"""Behind the person's link: asking for a letter of invitation, and getting it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registrations.exports.visa_letter import visa_letter_pdf
from registrations.forms import VisaLetterForm
from registrations.models import Registration, VisaLetter
from registrations.services import visa_letters
from registrations.views.page import back_to_page, pdf_response, private
from symposium.lib.form_language import typed_values
from symposium.lib.redirects import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@private
def visa_letter(request: HttpRequest, registration: Registration) -> HttpResponse:
    at, letter = timezone.now(), visa_letters.letter_of(registration)
    if not visa_letters.may_ask(registration, at=at):
        return back_to_page(registration)
    form = VisaLetterForm(request.POST or None, initial=_initial(registration, letter))
    form.initial.update(typed_values(request, form.fields))
    if form.is_valid():
        try:
            visa_letters.ask(registration=registration, traveller=form.traveller, at=at)
        except visa_letters.NotOffered:  # cancelled since the page was loaded
            return back_to_page(registration)
        return see_other("registrations:visa_letter", token=registration.page_token)
    context = {
        "registration": registration,
        "edition": registration.edition,
        "letter": letter,
        "message_of_decline": visa_letters.message_of_decline(registration),
        "form": form,
        "deleted_at": visa_letters.deleted_at(registration.edition),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "registrations/visa_letter.html", context, status=status)


@require_POST
@private
def delete(request: HttpRequest, registration: Registration) -> HttpResponse:
    visa_letters.take_back(registration=registration)
    return back_to_page(registration)


@require_GET
@private
def letter_pdf(request: HttpRequest, registration: Registration) -> HttpResponse:
    """For who has one that holds; for the others the page says how things stand."""
    letter = visa_letters.letter_of(registration)
    if letter is None or not visa_letters.is_valid(letter, at=timezone.now()):
        return back_to_page(registration)
    return pdf_response(visa_letter_pdf(letter), f"symposium-{registration.edition.slug}-invitation.pdf")


def _initial(registration: Registration, letter: VisaLetter | None) -> dict[str, str]:
    if letter is None:
        return {"passport_name": registration.attendee.name}
    return {name: getattr(letter, name) for name in ("passport_name", "nationality", "passport_number")}
