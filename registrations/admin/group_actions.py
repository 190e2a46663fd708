"""Letting the people of a group that waits wait one by one."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from registrations.admin.actions import Decision
from registrations.models import Registration
from registrations.services import groups
from symposium.accounts.models import User


def _split(registration: Registration, by: User, at: datetime, data: dict[str, Any]) -> str:
    try:
        groups.split(registration=registration, by=by, at=at)
    except groups.NotInAGroup:
        return "alone"
    return "split"


SPLIT = Decision(
    "split_group",
    gettext_lazy("Split the group"),
    gettext_lazy("Split the group…"),
    gettext_lazy(
        "Everybody of the group then waits alone, each at their rank, and takes the next free seat. Choose one person of "
        "each group."
    ),
    gettext_lazy("Split the group"),
    forms.Form,
    _split,
    changes=("group",),
)
