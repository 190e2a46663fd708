"""Consents, given and taken back in one click from the person's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from programme.models import ConsentKind
from registrations.models import Registration
from registrations.services import answers
from registrations.views.page import back_to_page, private


@require_POST
@private
def decide(request: HttpRequest, registration: Registration, kind: str) -> HttpResponse:
    if kind not in ConsentKind.values:
        raise Http404
    is_given = request.POST.get("is_given") == "yes"
    try:
        answers.decide(registration=registration, kind=ConsentKind(kind), is_given=is_given, at=timezone.now())
    except answers.NotAsked as error:
        raise Http404 from error
    return back_to_page(registration)
