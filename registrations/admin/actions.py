"""What staff decide about the registrations they ticked in the list.

Each action shows a page that says what it will do and asks for what it needs. Every registration is decided by itself:
those that cannot be are left alone and counted, with the reason why.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.admin.permissions import Role, actor_of, editions_of
from registrations.admin.forms import CancelForm, ConfirmForm, ReasonForm, RefuseForm
from registrations.admin.outcomes import OUTCOMES, REFUSALS
from registrations.models import Registration
from registrations.services import bounces, links, staff
from registrations.services.seats import ModeNotOffered, NoSeatLeft
from symposium.accounts.models import User
from symposium.administration.pages import show_page
from symposium.administration.traces import changed

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from registrations.admin.registrations import RegistrationAdmin

# Each is a transaction of its own, in one request.
AT_MOST = 200
Status = Registration.Status
Decide = Callable[[Registration, User, datetime, dict[str, Any]], str]


@dataclass(frozen=True)
class Decision:
    """One thing that staff can do, and the page that asks before it is done."""

    name: str
    title: "_StrOrPromise"
    entry: "_StrOrPromise"
    explanation: "_StrOrPromise"
    button: "_StrOrPromise"
    form: type[forms.Form]
    decide: Decide
    changes: tuple[str, ...] = ("status",)  # fields of the registration, or labels of what stands beside it


def _confirm(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    done = staff.confirm(registration=registration, by=by, at=at, overtake=data["overtake"], reason=data["reason"])
    return "confirmed" if done.status == Status.CONFIRMED else "waiting"


def _cancel(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    staff.cancel(registration=registration, by=by, at=at, reason=data["reason"], notify=data["notify"])
    return "cancelled"


def _approve(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    done = staff.approve(registration=registration, by=by, at=at, reason=data["reason"])
    return "confirmed" if done.status == Status.CONFIRMED else "waiting"


def _refuse(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    staff.refuse(registration=registration, by=by, at=at, **data)
    return "refused"


def _restore(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    done = staff.restore(registration=registration, by=by, at=at, reason=data["reason"])
    return "confirmed" if done.status == Status.CONFIRMED else "waiting"


def _send_link(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    if not registration.is_alive:
        return "impossible"
    before = registration.link_resent_at
    with transaction.atomic(durable=True):
        links.send_again(registration, at=at)
    registration.refresh_from_db(fields=["link_resent_at"])
    return "sent" if registration.link_resent_at != before else "too_soon"


def _clear_bounces(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    bounces.clear(registration=registration, by=by, at=at)
    return "cleared"


CONFIRM = Decision(
    "confirm_registrations",
    gettext_lazy("Confirm registrations"),
    gettext_lazy("Confirm…"),
    gettext_lazy(
        "A request is approved, an address is taken as right, and each person is written to. "
        "Who is on the waiting list gets a seat only if you choose to overtake."
    ),
    gettext_lazy("Confirm"),
    ConfirmForm,
    _confirm,
)
APPROVE = Decision(
    "approve_registrations",
    gettext_lazy("Approve requests"),
    gettext_lazy("Approve…"),
    gettext_lazy(
        "Each person is written to: with their ticket if a seat is free, else with their rank on the waiting list."
    ),
    gettext_lazy("Approve"),
    ReasonForm,
    _approve,
)
CANCEL = Decision(
    "cancel_registrations",
    gettext_lazy("Cancel registrations"),
    gettext_lazy("Cancel…"),
    gettext_lazy("The seats are given up at once and go to the first people on the waiting list, who are written to."),
    gettext_lazy("Cancel these registrations"),
    CancelForm,
    _cancel,
)
REFUSE = Decision(
    "refuse_registrations",
    gettext_lazy("Refuse requests"),
    gettext_lazy("Refuse…"),
    gettext_lazy("The organizers cannot offer these people a place. They may ask again while registration is open."),
    gettext_lazy("Refuse"),
    RefuseForm,
    _refuse,
)
RESTORE = Decision(
    "restore_registrations",
    gettext_lazy("Bring registrations back"),
    gettext_lazy("Bring back…"),
    gettext_lazy(
        "Each person comes back as a newcomer: with a seat if one is free, else at the end of the waiting list. "
        "They get a new ticket and are written to."
    ),
    gettext_lazy("Bring back"),
    ReasonForm,
    _restore,
)
SEND_LINK = Decision(
    "send_link_again",
    gettext_lazy("Send the link again"),
    gettext_lazy("Send the link again…"),
    gettext_lazy("Each person gets the link to their page again, at most once in ten minutes."),
    gettext_lazy("Send the link"),
    forms.Form,
    _send_link,
    changes=(),
)
CLEAR_BOUNCES = Decision(
    "clear_bounces",
    gettext_lazy("Write to these addresses again"),
    gettext_lazy("The address works again…"),
    gettext_lazy(
        "Mails to these addresses came back, so messages to everybody leave them out. If you know that they work, the next "
        "message goes there again."
    ),
    gettext_lazy("Write to them again"),
    forms.Form,
    _clear_bounces,
    changes=("undeliverable since",),
)


def action_of(decision: Decision) -> Any:
    """Return the entry of the list's menu that leads to a decision."""

    def action(
        model_admin: "RegistrationAdmin", request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        return ask_and_decide(model_admin, request, queryset, decision)

    action.__name__ = decision.name  # by which the form names it
    return admin.action(permissions=["decide"], description=decision.entry)(action)


DECISIONS = (APPROVE, REFUSE, CONFIRM, CANCEL, RESTORE, SEND_LINK, CLEAR_BOUNCES)


def ask_and_decide(
    model_admin: "RegistrationAdmin", request: HttpRequest, queryset: QuerySet[Registration], decision: Decision
) -> HttpResponse | None:
    """Show the page that asks or, when it comes back filled in, do what it says."""
    # The list of somebody who only exports in one edition holds rows that they decide nothing about.
    ours = queryset.filter(edition__in=editions_of(request, Role.ORGANIZER))
    registrations = list(ours[: AT_MOST + 1])
    if not registrations or len(registrations) > AT_MOST:
        words = (
            _("Choose at most %(count)s registrations at a time.") % {"count": AT_MOST}
            if registrations
            else _("You organize none of the editions of these registrations.")
        )
        model_admin.message_user(request, words, messages.ERROR)
        return None
    form = decision.form(request.POST if "apply" in request.POST else None)
    if form.is_bound and form.is_valid():
        decide_each(model_admin, request, _as_they_asked(registrations), decision, form.cleaned_data)
        return _way_back(request, registrations)
    return ask(
        model_admin,
        request,
        form,
        title=decision.title,
        explanation=decision.explanation,
        button=decision.button,
        action=decision.name,
        registrations=registrations,
    )


def _as_they_asked(registrations: list[Registration]) -> list[Registration]:
    """Put who asked first first, whatever the order of the list: seats may not be left for all."""

    def positions(registration: Registration) -> list[int]:
        return [claim.position or 0 for claim in registration.claims.all() if claim.pool.session_id is None]

    return sorted(registrations, key=positions)


def decide_each(
    model_admin: "RegistrationAdmin",
    request: HttpRequest,
    registrations: Iterable[Registration],
    decision: Decision,
    data: dict[str, Any],
) -> None:
    user = actor_of(request)
    outcomes: Counter[str] = Counter()
    for registration in registrations:
        outcome = _decide_one(registration, user, decision, data)
        outcomes[outcome] += 1
        if outcome in OUTCOMES and decision.changes:
            # Into the history alone: the service has left its trace in the transaction of the decision.
            admin.ModelAdmin.log_change(model_admin, request, registration, changed(registration, *decision.changes))
    for outcome, count in outcomes.items():
        words = OUTCOMES.get(outcome) or REFUSALS[outcome]
        level = messages.SUCCESS if outcome in OUTCOMES else messages.ERROR
        model_admin.message_user(request, str(words % {"count": count}), level)


def _decide_one(registration: Registration, by: User, decision: Decision, data: dict[str, Any]) -> str:
    try:
        return decision.decide(registration, by, timezone.now(), data)
    except NoSeatLeft:
        return "full"
    except staff.ReasonNeeded:
        return "reason"
    except (staff.NotPossible, ModeNotOffered):
        return "impossible"
    except bounces.NotMarked:
        return "reachable"


def _way_back(request: HttpRequest, registrations: list[Registration]) -> HttpResponse | None:
    """Return to the registration's own page if the action was chosen there; None returns to the list as it was."""
    if request.POST.get("back") != "page":
        return None
    return HttpResponseRedirect(reverse("admin:registrations_registration_change", args=[registrations[0].pk]))


def ask(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, form: forms.Form, template: str = "ask.html", **page: Any
) -> HttpResponse:
    """Show the page between the list and the deed."""
    context = {
        "form": form,
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "select_across": request.POST.get("select_across", "0"),
        "back": request.POST.get("back", ""),
        **page,
    }
    return show_page(model_admin, request, f"admin/registrations/registration/{template}", context)
