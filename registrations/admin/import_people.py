"""The page on which organizers enter a list of people: a file, what it would do, and then the deed.

Between the two nothing is kept here: the page carries what was read, signed, and sends it back.
"""

from collections.abc import Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programme.admin.permissions import actor_of
from programme.models import Edition
from registrations.admin import plans
from registrations.admin.people_form import TOO_LONG, PeopleForm
from registrations.admin.people_list import Reading
from registrations.services.attendees import Identity
from registrations.services.newcomers import EditionNotOpen, Entered, enter_people, known_addresses, takes_people
from registrations.services.offer import offer_of
from registrations.services.register import Application
from registrations.services.seats import ModeNotOffered
from symposium.administration.pages import show_page
from symposium.lib.text import normalise_email

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin

SALT = "symposium.people"
SHOWN = 50


def import_people_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    # Those that the queryset holds are the ones that who is asking may change.
    edition = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    is_sent = request.method == "POST"
    if not takes_people(edition, timezone.now()):
        return _show(model_admin, request, edition, {"is_shut": True})
    if "people" in request.POST:
        return _enter(model_admin, request, edition)
    form = PeopleForm(request.POST if is_sent else None, request.FILES if is_sent else None, offer=offer_of(edition))
    if is_sent and form.is_valid() and (reading := form.read()):
        known = known_addresses(edition, (one.identity.email for one in reading.applications))
        plan = _packed(form.source_in_letter, _new(reading, known))
        try:
            signed = plans.sign(request, plan, edition=edition, salt=SALT)
        except plans.PlanTooLarge:
            form.add_error("file", TOO_LONG)
        else:
            return _show(model_admin, request, edition, _preview(reading, known, signed, form.source_in_letter))
    return _show(model_admin, request, edition, {"form": form})


def _new(reading: Reading, known: dict[str, bool]) -> list[Application]:
    return [one for one in reading.applications if normalise_email(one.identity.email) not in known]


def _preview(reading: Reading, known: dict[str, bool], signed: str, source: str) -> dict[str, Any]:
    """Return what the page shows before anything is done: the numbers, and the first of each sort."""
    new = _new(reading, known)
    there = [one for one in reading.applications if normalise_email(one.identity.email) in known]
    over = [one for one in there if not known[normalise_email(one.identity.email)]]
    groups: dict[str, Sequence[Any]] = {
        "new": new,
        "over": over,
        "there": [one for one in there if one not in over],
        "problems": reading.problems,
    }
    return {
        "counts": {name: len(group) for name, group in groups.items()},
        "shown": {name: group[:SHOWN] for name, group in groups.items()},
        "unread": reading.unread,
        "source": source,
        "people": signed,
    }


def _packed(source: str, applications: Sequence[Application]) -> dict[str, Any]:
    people = [(*astuple(one.identity), one.mode, one.profile, one.country, one.language) for one in applications]
    return {"source": source, "people": people}


def _enter(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition) -> HttpResponse:
    """Do what the preview has shown; sent twice, the second finds everybody there."""
    try:
        plan = plans.read(request, request.POST["people"], edition=edition, salt=SALT)
    except plans.PlanNotShown:
        return _again(model_admin, request, edition, str(plans.TOO_OLD))
    applications = [Application(Identity(*person[:4]), *person[4:]) for person in plan["people"]]
    try:
        entered = enter_people(
            edition=edition, applications=applications, source=plan["source"], by=actor_of(request), at=timezone.now()
        )
    except EditionNotOpen:
        return _show(model_admin, request, edition, {"is_shut": True})
    except ModeNotOffered:
        words = _("The edition has no longer seats of one kind. Nobody was entered; send the file again.")
        return _again(model_admin, request, edition, words)
    _tell(model_admin, request, entered)
    address = reverse("admin:registrations_registration_changelist")
    return HttpResponseRedirect(f"{address}?edition={edition.slug}")


def _tell(model_admin: "EditionAdmin", request: HttpRequest, entered: Entered) -> None:
    lines = (
        (
            entered.confirmed,
            ngettext("%(count)s person has a seat.", "%(count)s people have a seat.", entered.confirmed),
        ),
        (
            entered.waiting,
            ngettext(
                "%(count)s person is on the waiting list.", "%(count)s people are on the waiting list.", entered.waiting
            ),
        ),
        (
            entered.known,
            ngettext(
                "%(count)s person was registered in the meantime, and nothing of theirs changed.",
                "%(count)s people were registered in the meantime, and nothing of theirs changed.",
                entered.known,
            ),
        ),
    )
    for count, words in lines:
        if count:
            model_admin.message_user(request, words % {"count": count}, messages.SUCCESS)


def _again(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, words: str) -> HttpResponse:
    model_admin.message_user(request, words, messages.ERROR)
    return _show(model_admin, request, edition, {"form": PeopleForm(offer=offer_of(edition))})


def _show(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition, page: dict[str, Any]) -> HttpResponse:
    context = {
        "title": _("Enter a list of people"),
        "edition": edition,
        "shown_at_most": SHOWN,
        **page,
    }
    is_refused = request.method == "POST" and "people" not in page
    template = "admin/programme/edition/people.html"
    return show_page(model_admin, request, template, context, status=422 if is_refused else 200)
