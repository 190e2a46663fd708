"""The person's page, behind the link in their mail: the ticket, the rank, and what can be done about them."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programme.models import Question
from programme.services.terms import load_terms
from registrations.exports import certificate as certificate_export
from registrations.exports import ticket as ticket_export
from registrations.forms import ChangeForm, initial_answers
from registrations.models import Registration
from registrations.services import (
    addresses,
    answers,
    certificates,
    change_requests,
    holds,
    privacy,
    questions,
    still_coming,
    visa_letters,
)
from registrations.services import cancel as cancel_service
from registrations.services import change as change_service
from registrations.services.offer import offer_of
from registrations.services.place import place_of
from registrations.services.seats import ModeNotOffered, NoSeatLeft
from registrations.services.staff import message_of_refusal
from registrations.services.tickets import calendar_file, qr_svg
from symposium.lib.form_language import typed_values
from symposium.lib.redirects import see_other

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Load the registration a token belongs to, and keep the page out of caches and search engines.

    Browsers send no origin from a page without referrer, so Django's check would refuse every form here. Nothing is lost
    without it: the token in the address is the whole proof, no cookie is, and who knows it needs nobody's browser.
    """

    @csrf_exempt
    @wraps(view)
    @never_cache
    def wrapped(request: HttpRequest, token: str, **named: str) -> HttpResponse:
        with_token = Registration.objects.with_details().knowing_questions().with_token("page", token)
        registration = get_object_or_404(with_token.filter(attendee__isnull=False))
        response = view(request, registration, **named)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def _context(registration: Registration, **more: Any) -> dict[str, Any]:
    return {
        "registration": registration,
        "edition": registration.edition,
        "place": place_of(registration, timezone.now()),
        **more,
    }


@require_GET
@private
def page(request: HttpRequest, registration: Registration) -> HttpResponse:
    code = qr_svg(registration) if registration.status == Registration.Status.CONFIRMED else ""
    at = timezone.now()
    is_certified = certificates.is_earned(registration, at=at)
    may_ask_visa_letter = visa_letters.may_ask(registration, at=at)
    has_questions: bool = registration.has_questions  # type: ignore[attr-defined]  # annotated
    answered = questions.answers_of(registration) if has_questions else []
    asked = questions.asked_of(registration, at) if has_questions else []
    is_askable = change_requests.is_askable(registration, at)
    context = _context(
        registration,
        code=code,
        is_certified=is_certified,
        needs=answers.needs_of(registration),
        consents=answers.standing_of(registration),
        answered=answered,
        is_asked=bool(asked),
        awaits_answers=questions.are_awaited(registration, asked, answered),
        is_address_changeable=registration.status in addresses.CHANGEABLE,
        message_of_refusal=message_of_refusal(registration),
        may_ask_visa_letter=may_ask_visa_letter,
        visa_letter=visa_letters.letter_of(registration) if may_ask_visa_letter else None,
        is_asked_whether_coming=still_coming.is_asked(registration, at=at),
        is_askable=is_askable,
        open_request=change_requests.open_request_of(registration) if is_askable else None,
    )
    return render(request, "registrations/page.html", context)


@require_POST
@private
def confirm(request: HttpRequest, registration: Registration) -> HttpResponse:
    """The address is proved by a click on a button: programs that check mails only open links."""
    holds.confirm_address(registration=registration, at=timezone.now())
    return back_to_page(registration)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def cancel(request: HttpRequest, registration: Registration) -> HttpResponse:
    if request.method == "POST":
        cancel_service.cancel(registration=registration, at=timezone.now())
        return back_to_page(registration)
    return render(request, "registrations/cancel.html", _context(registration))


@require_http_methods(["GET", "HEAD", "POST"])
@private
def coming(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Ask whether they are still coming; the links of the mail only choose the button that stands out."""
    at = timezone.now()
    if not still_coming.is_asked(registration, at=at):
        return back_to_page(registration)
    said = request.POST.get("answer")
    if said in Registration.Coming.values:
        with suppress(still_coming.NotAsked):  # cancelled meanwhile: their page says so
            still_coming.answer(registration=registration, is_coming=said == Registration.Coming.YES, at=at)
        return back_to_page(registration)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = _context(
        registration,
        needed_by=still_coming.answer_needed_by(registration),
        stands_out=request.GET.get("answer", Registration.Coming.YES),
    )
    return render(request, "registrations/coming.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def edit(request: HttpRequest, registration: Registration) -> HttpResponse:
    is_read_only = request.method != "POST" and not registration.is_alive
    if is_read_only or not registration.edition.takes_changes(timezone.now()):
        return back_to_page(registration)
    form = _change_form(request, registration)
    if request.method == "POST" and form.is_valid():
        try:
            change_service.change(registration=registration, wish=form.wish(registration), at=timezone.now())
        except NoSeatLeft as error:
            form.add_error(
                "sessions" if error.pool.session_id else "attendance_mode",
                _("No seat is left there. You keep what you have."),
            )
        except ModeNotOffered:  # moved online since the form was shown
            form.add_error("attendance_mode", _("This way to attend is no longer offered."))
        except questions.QuestionsChanged:
            form = _change_form(request, registration)
            form.ask_again_as_changed()
        except change_service.NotChangeable:
            return back_to_page(registration)
        else:
            return back_to_page(registration)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(
        request, "registrations/edit.html", _context(registration, form=form, offer=form.offer), status=status
    )


def _change_form(request: HttpRequest, registration: Registration) -> ChangeForm:
    form = ChangeForm(
        request.POST or None,
        offer=offer_of(registration.edition),
        questions=load_terms(registration.edition).asked(Question.Stage.REGISTRATION, timezone.now()),
        initial=ChangeForm.initial_of(registration) | initial_answers(questions.answers_of(registration)),
    )
    form.initial.update(typed_values(request, form.fields))
    return form


@require_GET
@private
def ticket_ics(request: HttpRequest, registration: Registration) -> HttpResponse:
    response = HttpResponse(calendar_file(registration), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="symposium-{registration.edition.slug}.ics"'
    return response


@require_GET
@private
def ticket_pdf(request: HttpRequest, registration: Registration) -> HttpResponse:
    """The page is the ticket; this is for who wants paper. Without a ticket the page says how things stand."""
    if registration.status != Registration.Status.CONFIRMED:
        return back_to_page(registration)
    content = ticket_export.ticket_pdf(registration, at=timezone.now())
    return pdf_response(content, f"symposium-{registration.edition.slug}-ticket.pdf")


@require_GET
@private
def certificate_pdf(request: HttpRequest, registration: Registration) -> HttpResponse:
    """For who came, once the edition is over; for the others the page says how things stand."""
    try:
        content = certificate_export.certificate_pdf(registration, at=timezone.now())
    except certificates.NotEarned:
        return back_to_page(registration)
    return pdf_response(content, f"symposium-{registration.edition.slug}-certificate.pdf")


@require_GET
@private
def data(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Everything that is kept of the person, for their own use."""
    response = JsonResponse(
        privacy.export_registration(registration), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="symposium-{registration.edition.slug}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@private
def erase(request: HttpRequest, registration: Registration) -> HttpResponse:
    if request.method != "POST":
        return render(request, "registrations/erase.html", _context(registration))
    privacy.erase(registration=registration, at=timezone.now())
    # Rendered here: the page that a redirect would lead to is gone with the person.
    return render(request, "registrations/erased.html", {"registration": registration, "edition": registration.edition})


def pdf_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def back_to_page(registration: Registration) -> HttpResponse:
    return see_other("registrations:page", token=registration.page_token)


@require_GET
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """What a QR code opens: a page that tells a stranger nothing, not even whether the ticket exists."""
    response = render(request, "registrations/ticket.html")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
