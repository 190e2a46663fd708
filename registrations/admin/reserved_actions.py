"""Moving the registrations that were ticked to the reserved seats, and back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from registrations.admin.actions import Decision
from registrations.admin.forms import ConfirmForm, ReasonForm
from registrations.models import Registration
from registrations.services import reserved
from registrations.services.seats import ModeNotOffered, NoSeatLeft
from symposium.accounts.models import User


def _reserve(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    try:
        reserved.reserve(registration=registration, by=by, at=at, reason=data["reason"])
    except (NoSeatLeft, ModeNotOffered):
        return "none_reserved"
    except reserved.NotOnSite:
        return "online"
    return "reserved"


def _release(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    try:
        reserved.release(registration=registration, by=by, at=at, overtake=data["overtake"], reason=data["reason"])
    except NoSeatLeft:
        return "kept_reserved"
    return "released"


RESERVE = Decision(
    "move_to_reserved_seats",
    gettext_lazy("Move to reserved seats"),
    gettext_lazy("Move to a reserved seat…"),
    gettext_lazy(
        "Reserved seats are for speakers, moderators and partners. The seat that each person held goes to the first on "
        "the waiting list. Who is not confirmed yet is confirmed and written to."
    ),
    gettext_lazy("Move"),
    ReasonForm,
    _reserve,
)
RELEASE = Decision(
    "move_from_reserved_seats",
    gettext_lazy("Move back from reserved seats"),
    gettext_lazy("Move back from the reserved seat…"),
    gettext_lazy(
        "Each person gets one of the seats that are offered to everybody, if one is free. Else they keep the reserved "
        "one, unless you choose to overtake the waiting list."
    ),
    gettext_lazy("Move back"),
    ConfirmForm,
    _release,
)
