"""The door: one field for a scanner, a typed ticket or a name. It works without JavaScript."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from programme.models import Edition
from registrations.models import CheckIn, Registration
from registrations.services import admission, door_access
from registrations.services import door as service
from registrations.services.place import Place, place_of
from symposium.accounts.models import User
from symposium.errors import too_many_requests
from symposium.lib import limits

GATE = "gate"
# Of one helper, who types two names a second for ten minutes. Tickets are not counted: nobody is kept waiting for that.
SEARCHES = limits.Budget("door-searches", most=1_200, seconds=600)


class DoorForm(forms.Form):
    """``registration`` comes from the button beside somebody that the search found."""

    q = forms.CharField(max_length=500, required=False)
    gate = forms.CharField(max_length=40, required=False)
    registration = forms.UUIDField(required=False)
    nonce = forms.UUIDField(required=False)

    @property
    def is_search(self) -> bool:
        typed, chosen = self.cleaned_data["q"], self.cleaned_data["registration"]
        return bool(typed) and chosen is None and not admission.is_code(typed)


@dataclass(frozen=True)
class Answer:
    """What the page says of one person: ``ok``, ``twice``, ``unknown`` or the status that keeps them out."""

    state: str
    registration: Registration | None = None
    place: Place | None = None
    entered_at: datetime | None = None  # by the clock of the edition
    gate: str = ""


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, edition: str) -> HttpResponse:
    found, user, at = get_object_or_404(Edition, slug=edition), request.user, timezone.now()
    assert isinstance(user, User)  # noqa: S101  login_required let nobody else in
    try:
        door_access.check_access(edition=found, user=user, at=at)
    except door_access.NotAtTheDoor as error:
        raise PermissionDenied from error
    except door_access.DoorShut as error:
        times = {"edition": found, "opens_at": error.opens_at, "closes_at": error.closes_at}
        return render(request, "registrations/door_shut.html", times, status=HTTPStatus.FORBIDDEN)
    form = DoorForm(request.POST or None)
    context: dict[str, object] = {}
    if form.is_valid():
        if form.is_search and not SEARCHES.takes(str(user.pk)):
            return too_many_requests(request)
        request.session[GATE] = form.cleaned_data["gate"]
        context = _answer(found, form, user, at)
    context |= {
        "edition": found,
        "today": at.astimezone(found.zone).date(),
        "form": form,
        "counts": admission.counts(found),
        "gate": request.session.get(GATE, ""),
        # Of this very page: sent twice, by an impatient scanner or a reload, it is one entry and one answer.
        "nonce": uuid.uuid4(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "registrations/door.html", context, status=status)


def _answer(edition: Edition, form: DoorForm, user: User, at: datetime) -> dict[str, object]:
    typed, chosen = form.cleaned_data["q"], form.cleaned_data["registration"]
    if chosen is not None:
        registration = admission.of_edition(edition).filter(pk=chosen).first()
        return {"answer": _admit(registration, CheckIn.Source.SEARCH, form, user, at)}
    if admission.is_code(typed):
        registration = admission.find_by_code(edition, typed)
        return {"answer": _admit(registration, CheckIn.Source.QR, form, user, at)}
    if not typed:
        return {}
    hits = admission.search(edition, typed)
    return {"typed": typed, "hits": hits, "is_cut": len(hits) == admission.HITS_AT_MOST}


def _admit(registration: Registration | None, source: str, form: DoorForm, user: User, at: datetime) -> Answer:
    if registration is None:
        return Answer("unknown")
    nonce = form.cleaned_data["nonce"]
    place = place_of(registration, at)
    try:
        service.check_in(
            registration=registration,
            by=user,
            source=source,
            gate=form.cleaned_data["gate"],
            at=at,
            scan_id=uuid.uuid5(nonce, str(registration.pk)) if nonce else None,
        )
    except service.NotConfirmed as error:
        return Answer(error.status, registration, place)
    except service.AlreadyCheckedIn as error:
        entered_at = error.check_in.scanned_at.astimezone(registration.edition.zone)
        return Answer("twice", registration, place, entered_at, error.check_in.gate)
    return Answer("ok", registration, place)
