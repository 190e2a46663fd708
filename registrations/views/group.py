"""The form of several people who come together."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from programme.models import Edition, Question
from programme.services.terms import terms_of
from programme.views.drafts import edition_to_register_for
from registrations.forms import GroupForm
from registrations.services.groups import GroupTooLarge, register_group
from registrations.services.offer import offer_of
from registrations.views.register import answer_url, answered, is_hurried, judge_code, may_try_a_code, page_of_form
from symposium.errors import too_many_requests
from symposium.lib import limits, nonces
from symposium.lib.form_language import typed_values
from symposium.lib.redirects import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_page(request: HttpRequest, edition: str) -> HttpResponse:
    found = edition_to_register_for(request, edition, Edition.objects.taking_groups().with_terms())
    terms = terms_of(found)
    at = timezone.now()
    if request.method != "POST":
        return _form_page(request, found, _typed(request, GroupForm(offer=offer_of(found), terms=terms)), at)
    form = GroupForm(request.POST, offer=offer_of(found), terms=terms)
    if not _is_within_limits(request, form) or not may_try_a_code(request, found):
        return too_many_requests(request)
    if not form.is_valid() or is_hurried(request, form):
        judge_code(request, found, form, at)
        return _form_page(request, found, form, at, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    answer = _register(request, found, form, at)
    if answer is None:
        return _form_page(request, found, form, at, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return see_other(f"{answer_url(found, answer)}&group=1")


def _typed(request: HttpRequest, form: GroupForm) -> GroupForm:
    """Fill in the code of the link of an invitation, and what was typed before the language changed."""
    form.initial["code"] = request.GET.get("code", "")
    form.initial.update(typed_values(request, form.fields))
    for member in form.members:
        member.initial.update(typed_values(request, member.fields, str(member.prefix)))
    return form


def _is_within_limits(request: HttpRequest, form: GroupForm) -> bool:
    """Count a form for each person, as if each had sent their own."""
    emails = [str(member["email"].value() or "") for member in form.people]
    return all(limits.has_room_for(email=email, visitor=request.META["REMOTE_ADDR"]) for email in emails)


def _register(request: HttpRequest, edition: Edition, form: GroupForm, at: datetime) -> str | None:
    """Return the answer; None if there is none, and the form or the state of the edition says why."""
    nonce = nonces.read(form.cleaned_data["nonce"])
    applications = form.applications()
    try:
        return answered(
            request,
            form,
            lambda: register_group(edition=edition, applications=applications, nonce=nonce, at=at),
        )
    except GroupTooLarge as error:
        words = ngettext(
            "There is %(count)s seat in all: a group cannot be larger.",
            "There are %(count)s seats in all: a group cannot be larger.",
            error.pool.capacity or 0,
        )
        form.add_error("attendance_mode", words % {"count": error.pool.capacity})
    return None


def _form_page(
    request: HttpRequest, edition: Edition, form: GroupForm, at: datetime, status: int = HTTPStatus.OK
) -> HttpResponse:
    asked_later = form.terms.asked(Question.Stage.REGISTRATION, at)
    context = {**page_of_form(edition, form, at), "has_questions_for_each": bool(asked_later)}
    return render(request, "registrations/group.html", context, status=status)
