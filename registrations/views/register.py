"""From the form to « we have written to you »."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from programme.models import Edition, Question
from programme.services import summaries
from programme.services.terms import load_terms, terms_of
from programme.views.drafts import edition_to_register_for
from registrations.forms import GroupForm, LostMailForm, RegistrationForAnotherForm, RegistrationForm, SentForm
from registrations.models import Registration
from registrations.services import access, links
from registrations.services.offer import offer_of
from registrations.services.questions import QuestionsChanged
from registrations.services.register import RegistrationClosed, register
from registrations.services.seats import ModeNotOffered
from symposium.accounts.addresses import verified_addresses
from symposium.errors import too_many_requests
from symposium.lib import limits, nonces
from symposium.lib.form_language import typed_values
from symposium.lib.redirects import see_other
from symposium.lib.text import normalise_email

ANSWER_SALT = "registrations.answer"
FILLING_IN_SECONDS = 2


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest, edition: str) -> HttpResponse:
    found = edition_to_register_for(request, edition, Edition.objects.with_terms())
    terms = terms_of(found)
    at = timezone.now()
    questions = terms.asked(Question.Stage.REGISTRATION, at)
    form_class = RegistrationForAnotherForm if request.GET.get("for") == "other" else RegistrationForm
    if request.method != "POST":
        form = form_class(offer=offer_of(found), terms=terms, questions=questions, initial=_prefilled(request))
        form.initial["code"] = request.GET.get("code", "")  # from the link of an invitation
        form.initial.update(typed_values(request, form.fields))
        return _form_page(request, found, form, at)
    if not _is_within_limits(request) or not may_try_a_code(request, found):
        return too_many_requests(request)
    form = form_class(request.POST, offer=offer_of(found), terms=terms, questions=questions)
    if not form.is_valid() or is_hurried(request, form):
        judge_code(request, found, form, at)
        return _form_page(request, found, form, at, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.is_for_another and not _may_register_another(form):
        return too_many_requests(request)
    try:
        answer = _register(request, found, form, at)
    except QuestionsChanged:
        answer, form = None, _asked_anew(request, form, at)
    if answer is None:
        return _form_page(request, found, form, at, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _see_answer(request, found, form, answer)


def _register(request: HttpRequest, edition: Edition, form: RegistrationForm, at: datetime) -> str | None:
    nonce = nonces.read(form.cleaned_data["nonce"])
    return answered(
        request,
        form,
        lambda: register(edition=edition, application=form.application(), nonce=nonce, at=at, pools=form.offer.pools),
    )


def _asked_anew(request: HttpRequest, form: RegistrationForm, at: datetime) -> RegistrationForm:
    """Return what was sent as a form with the questions of this moment."""
    terms = load_terms(form.offer.edition)
    anew = type(form)(
        request.POST, offer=form.offer, terms=terms, questions=terms.asked(Question.Stage.REGISTRATION, at)
    )
    anew.ask_again_as_changed()
    return anew


def answered(request: HttpRequest, form: SentForm, enter: Callable[[], str]) -> str | None:
    """Return the answer; None if there is none, and the form or the state of the edition says why."""
    try:
        return enter()
    except RegistrationClosed:
        pass
    except ModeNotOffered:  # moved online since the form was read
        form.add_error("attendance_mode", _("This way to attend is no longer offered."))
    except (access.WrongCode, access.CodeUsedUp) as error:
        _refuse_code(request, form, error)
    return None


def judge_code(request: HttpRequest, edition: Edition, form: SentForm, at: datetime) -> None:
    """Tell of a wrong code beside whatever else is wrong with the form, and not only once that is mended."""
    try:
        access.find(edition=edition, code=form.cleaned_data.get("code"), at=at)
    except (access.WrongCode, access.CodeUsedUp) as error:
        _refuse_code(request, form, error)


def _refuse_code(request: HttpRequest, form: SentForm, error: access.WrongCode | access.CodeUsedUp) -> None:
    if isinstance(error, access.WrongCode):
        limits.note_wrong_code(request.META["REMOTE_ADDR"])
        form.add_error("code", _("This code is not one of this edition, or it is no longer valid."))
    else:
        form.add_error("code", form.code_used_up)


def may_try_a_code(request: HttpRequest, edition: Edition) -> bool:
    return not edition.requires_code or limits.may_try_a_code(request.META["REMOTE_ADDR"])


def _is_within_limits(request: HttpRequest) -> bool:
    return limits.has_room_for(email=request.POST.get("email", ""), visitor=request.META["REMOTE_ADDR"])


def is_hurried(request: HttpRequest, form: SentForm) -> bool:
    """Say whether the form came back sooner than anybody fills it in, and ask for it again if so.

    Nothing is stored and nothing lost: the same form, sent again, passes. Whoever is not of the open internet is not
    asked for this, as for the budget of a network.
    """
    if not limits.public_network(request.META["REMOTE_ADDR"]):
        return False
    if not nonces.is_younger(form.cleaned_data["nonce"], FILLING_IN_SECONDS):
        return False
    form.ask_again()
    return True


def page_of_form(edition: Edition, form: RegistrationForm | GroupForm, at: datetime) -> dict[str, Any]:
    """Return what the page of the form shows, for one person or for a group."""
    return {
        "edition": edition,
        "form": form,
        "offer": form.offer,
        "terms": form.terms,
        "state": edition.registration_state(at),
        "at": at,
        "summary": summaries.of_registration(edition),
    }


def _form_page(
    request: HttpRequest, edition: Edition, form: RegistrationForm, at: datetime, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "registrations/register.html", page_of_form(edition, form, at), status=status)


def _prefilled(request: HttpRequest) -> dict[str, str]:
    """Say again what somebody signed in wrote the last time, with an address that they have proved to be theirs."""
    if request.GET.get("for") == "other":
        return {"assistant_email": request.user.email} if request.user.is_authenticated else {}
    addresses = verified_addresses(request.user)
    last = Registration.objects.of_addresses(addresses).order_by("-created_at", "pk").first()
    if last is None:
        return {"email": request.user.email} if request.user.is_authenticated else {}
    attendee = last.attendee
    return {
        "email": attendee.email,
        "given_name": attendee.given_name,
        "family_name": attendee.family_name,
        "affiliation": attendee.affiliation,
        "country": last.country,
        "profile": last.profile,
    }


def _may_register_another(form: RegistrationForm) -> bool:
    data = form.cleaned_data
    return limits.may_register_another(assistant=data["assistant_email"], person=data["email"])


def _see_answer(request: HttpRequest, edition: Edition, form: RegistrationForm, answer: str) -> HttpResponse:
    """Lead to a page that tells a stranger nothing; the owner of the address, logged in, goes straight to theirs."""
    own = _own_registration(request, edition, form.cleaned_data["email"])
    if own is not None:
        return see_other("registrations:page", token=own.page_token)
    return see_other(answer_url(edition, answer) + ("&for=other" if form.is_for_another else ""))


def answer_url(edition: Edition, answer: str) -> str:
    state = signing.dumps(answer, salt=ANSWER_SALT, compress=False)
    return f"{reverse('registrations:registered', kwargs={'edition': edition.slug})}?s={state}"


def _own_registration(request: HttpRequest, edition: Edition, email: str) -> Registration | None:
    if normalise_email(email) not in verified_addresses(request.user):
        return None
    return Registration.objects.filter(edition=edition, attendee__email_normalised=normalise_email(email)).first()


@never_cache
@require_GET
def registered(request: HttpRequest, edition: str) -> HttpResponse:
    found = edition_to_register_for(request, edition, Edition.objects.all())
    try:
        answer = signing.loads(request.GET.get("s", ""), salt=ANSWER_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    context = {"edition": found, "answer": answer, "is_group": "group" in request.GET}
    context["is_for_another"] = request.GET.get("for") == "other"
    return render(request, "registrations/registered.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost_mail(request: HttpRequest) -> HttpResponse:
    """« I have lost my mail »: the answer is the same for everybody."""
    form = LostMailForm(request.POST or None, initial=typed_values(request, LostMailForm.base_fields))
    if request.method != "POST":
        return render(request, "registrations/lost_mail.html", {"form": form})
    if not _is_within_limits(request):
        return too_many_requests(request)
    if not form.is_valid():
        return render(request, "registrations/lost_mail.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    links.ask_for_lost(email=form.cleaned_data["email"], at=timezone.now())
    return see_other("registrations:lost_mail_sent")


@require_GET
def lost_mail_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "registrations/lost_mail_sent.html", {"title": _("We have written to you")})
