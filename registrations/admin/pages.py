"""The page of one registration, and the page that adds one.

They are forms of their own and not Django's: what they say goes to the services, which own their transaction and may
answer no.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import construct_change_message, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.admin.permissions import Role, actor_of, editions_of
from programme.models import RESERVED, AttendanceMode, Edition
from registrations.admin import actions, group_actions, reserved_actions
from registrations.admin.forms import StaffChangeForm, StaffRegistrationForm
from registrations.admin.mail import letter_name
from registrations.models import Attendee, Claim, Registration
from registrations.services import assistants, change, newcomers, place, questions, register, reserved, still_coming
from registrations.services.offer import offer_of
from registrations.services.seats import ModeNotOffered, NoSeatLeft
from symposium.accounts.models import User
from symposium.administration.pages import show_page
from symposium.administration.traces import Message, Trace
from symposium.lib import nonces
from symposium.lib.text import normalise_email
from symposium.outbox.models import OutgoingMail
from symposium.trail.writing import Kind

if TYPE_CHECKING:
    from registrations.admin.registrations import RegistrationAdmin

Status = Registration.Status
PERSON: tuple[Any, Any] = (None, {"fields": ["given_name", "family_name", "affiliation", "country", "profile"]})
# What can be decided in each status, in the order of the buttons.
DECISIONS = {
    Status.PENDING: (actions.CONFIRM, actions.CANCEL, actions.SEND_LINK),
    Status.REQUESTED: (actions.APPROVE, actions.REFUSE, actions.CANCEL, actions.SEND_LINK),
    Status.CONFIRMED: (actions.CANCEL, actions.SEND_LINK),
    Status.WAITING: (actions.CONFIRM, actions.CANCEL, actions.SEND_LINK),
    Status.CANCELLED: (actions.RESTORE,),
    Status.REFUSED: (actions.RESTORE,),
    Status.EXPIRED: (actions.RESTORE,),
}
# What the services answer where staff add somebody: the field it is about, and the words.
REFUSALS: dict[type[Exception], tuple[str | None, Any]] = {
    register.RegistrationClosed: (
        None,
        gettext_lazy("Registration for this edition is not open. Look at its status and its dates."),
    ),
    newcomers.EditionNotOpen: (None, gettext_lazy("The edition is over, or not published.")),
    ModeNotOffered: ("attendance_mode", gettext_lazy("The edition has no seats of this kind any more.")),
    reserved.NotOnSite: ("attendance_mode", gettext_lazy("The reserved seats are in the room.")),
    reserved.RegisteredAlready: ("email", gettext_lazy("Somebody has registered this address a moment ago.")),
    NoSeatLeft: ("is_reserved", gettext_lazy("No reserved seat is left.")),
}


def _possible(registration: Registration, attendee: Attendee) -> list[actions.Decision]:
    """Return what can be decided, in the order of the buttons."""
    possible = list(DECISIONS[Status(registration.status)])
    if attendee.undeliverable_at:
        possible.append(actions.CLEAR_BOUNCES)
    seat = _seat_of(registration)
    if seat is not None and seat.group_id is not None and not seat.is_held:
        possible.append(group_actions.SPLIT)
    if seat is not None and seat.pool.is_reserved:
        possible.append(reserved_actions.RELEASE)
    elif seat is not None and seat.pool.mode == AttendanceMode.ONSITE and _reserves(registration.edition):
        possible.append(reserved_actions.RESERVE)
    return possible


def _seat_of(registration: Registration) -> Claim | None:
    return next((claim for claim in registration.claims.all() if claim.pool.session_id is None), None)


def _reserves(edition: Edition) -> bool:
    return edition.seat_pools.filter(mode=RESERVED, capacity__gt=0).exists()


def change_page(model_admin: "RegistrationAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    registration = model_admin.get_object(request, unquote(object_id))
    if registration is None:
        raise Http404
    if not model_admin.has_view_permission(request, registration):
        raise PermissionDenied
    attendee = getattr(registration, "attendee", None)
    form = None
    if attendee is not None and registration.is_alive:
        offer = offer_of(registration.edition)
        data = request.POST if request.method == "POST" else None
        form = StaffChangeForm(data, offer=offer, initial=StaffChangeForm.initial_of(registration))
        if form.is_bound and form.is_valid() and _change(model_admin, request, registration, form):
            return HttpResponseRedirect(request.path)
    return _show_registration(model_admin, request, registration, attendee, form)


def _change(
    model_admin: "RegistrationAdmin", request: HttpRequest, registration: Registration, form: StaffChangeForm
) -> bool:
    """Hand the form to the service; return whether it was done, else the form says why not."""
    if not form.has_changed():
        model_admin.message_user(request, _("Nothing was changed."))
        return True
    try:
        change.change(registration=registration, wish=form.wish(registration), at=timezone.now())
    except NoSeatLeft as error:
        field = "sessions" if error.pool.session_id else "attendance_mode"
        form.add_error(field, _("No seat is left there. Everything stays as it was, the old seat is kept."))
        return False
    except ModeNotOffered:
        form.add_error("attendance_mode", _("The edition has no seats of this kind any more."))
        return False
    except change.NotChangeable:
        form.add_error(None, _("This registration was ended in the meantime and can no longer be changed."))
        return False
    traces = [Trace(Kind.CHANGED, registration, tuple(form.changed_data))]
    model_admin.log_change(request, registration, Message(construct_change_message(form, [], add=False), traces))
    model_admin.message_user(request, _("The registration was changed."), messages.SUCCESS)
    return True


def _show_registration(
    model_admin: "RegistrationAdmin",
    request: HttpRequest,
    registration: Registration,
    attendee: Attendee | None,
    form: StaffChangeForm | None,
) -> HttpResponse:
    seats: tuple[Any, Any] = (
        _("Attendance"),
        {
            "fields": ["attendance_mode", "sessions"],
            "description": _("Moving to where no seat is free is refused. The person is written to about a move."),
        },
    )
    seat = _seat_of(registration)
    mails = OutgoingMail.objects.filter(about=registration.mail_about).order_by("-created_at", "id")
    answered, asked = questions.answers_of(registration), questions.asked_of(registration, timezone.now())
    context = {
        "title": _("Registration %(reference)s") % {"reference": registration.reference or "—"},
        "registration": registration,
        "edition": registration.edition,
        "attendee": attendee,
        "form": form,
        "adminform": form and AdminForm(form, [PERSON, seats], {}),  # type: ignore[arg-type]  # any form will do
        "place": place.place_of(registration, timezone.now()),
        "assistant": assistants.assistant_of(registration),
        "is_asked_whether_coming": still_coming.is_asked(registration, at=timezone.now()),
        "check_ins": registration.check_ins.select_related("session", "scanned_by").order_by("received_at", "id"),
        "answered": answered,
        "awaits_answers": attendee is not None and questions.are_awaited(registration, asked, answered),
        "decisions": registration.decisions.select_related("decided_by").order_by("decided_at", "id"),
        "mails": [(mail, letter_name(mail.kind)) for mail in mails],
        "group": seat and seat.group,
        "possible": _possible(registration, attendee) if attendee else (),
    }
    return _render(model_admin, request, "registration.html", context, form)


def add_page(model_admin: "RegistrationAdmin", request: HttpRequest) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    editions = editions_of(request, Role.ORGANIZER).order_by("-starts_at", "id")
    edition = editions.filter(slug=request.GET.get("edition", "")).first()
    if edition is None:
        context = {"title": _("Which edition?"), "editions": editions}
        return _render(model_admin, request, "choose_edition.html", context, None)
    form = StaffRegistrationForm(request.POST if request.method == "POST" else None, offer=offer_of(edition))
    if form.is_bound and form.is_valid() and (registration := _register(edition, form, actor_of(request))):
        model_admin.log_addition(request, registration, [{"added": {}}])
        model_admin.message_user(
            request, _("The registration was added, and the person is written to."), messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:registrations_registration_change", args=[registration.pk]))
    return _show_form(model_admin, request, edition, form)


def _register(edition: Edition, form: StaffRegistrationForm, by: User) -> Registration | None:
    """Register somebody; else None, and the form says why not."""
    known = _known(edition, form.cleaned_data["email"])
    if known is not None and (known.registration.is_alive or form.is_on_reserved_seat):
        address = reverse("admin:registrations_registration_change", args=[known.registration_id])
        form.add_error(
            "email", format_html('{} <a href="{}">{}</a>', _("Registered already:"), address, known.registration)
        )
        return None
    try:
        _hand_over(edition, form, by)
    except tuple(REFUSALS) as error:
        form.add_error(*REFUSALS[type(error)])
        return None
    known = _known(edition, form.cleaned_data["email"])
    return known.registration if known else None


def _hand_over(edition: Edition, form: StaffRegistrationForm, by: User) -> None:
    at = timezone.now()
    if form.is_on_reserved_seat:
        reserved.add(edition=edition, application=form.application(), by=by, at=at)
    else:
        nonce = nonces.read(form.cleaned_data["nonce"])
        register.register(edition=edition, application=form.application(), nonce=nonce, at=at)


def _known(edition: Edition, email: str) -> Attendee | None:
    attendees = Attendee.objects.filter(edition=edition, email_normalised=normalise_email(email))
    return attendees.select_related("registration").first()


def _show_form(
    model_admin: "RegistrationAdmin", request: HttpRequest, edition: Edition, form: StaffRegistrationForm
) -> HttpResponse:
    fieldsets = [
        (None, {"fields": ["email", "language"]}),
        (_("Who"), PERSON[1]),
        (_("Attendance"), {"fields": ["attendance_mode", "sessions", *form.reserved_fields]}),
    ]
    context = {
        "title": _("Add a registration for %(edition)s") % {"edition": edition.title},
        "edition": edition,
        "form": form,
        "adminform": AdminForm(form, fieldsets, {}),  # type: ignore[arg-type]  # any form will do
    }
    return _render(model_admin, request, "add.html", context, form)


def _render(
    model_admin: "RegistrationAdmin",
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    form: forms.Form | None,
) -> HttpResponse:
    context = {
        "has_view_permission": True,
        "errors": form.errors if form is not None else None,
        **context,
    }
    status = 422 if form is not None and form.errors else 200
    return show_page(model_admin, request, f"admin/registrations/registration/{template}", context, status=status)
