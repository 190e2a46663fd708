"""Somebody registers somebody else: both are written to, and the page of the person is for the person alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registrations.models import Assistant, Registration
from registrations.services import letters
from symposium.lib.text import normalise_email


@dataclass(frozen=True)
class Helper:
    """Who fills in the form for somebody else."""

    name: str
    email: str
    language: str


def keep(registration: Registration, helper: Helper, *, at: datetime) -> None:
    """Keep who it was and write to them, in the caller's transaction; alike whether the person was registered before."""
    assistant = Assistant.objects.create(
        registration=registration,
        name=helper.name,
        email=helper.email,
        email_normalised=normalise_email(helper.email),
        language=helper.language,
        registered_at=at,
    )
    letters.send(registration, letters.Kind.ASSISTANT, at=at, occasion=str(assistant.pk))


def assistant_of(registration: Registration) -> Assistant | None:
    """Return who registered somebody last, if it was not they themselves."""
    return Assistant.objects.filter(registration=registration).order_by("-registered_at", "pk").first()


def helped(email: str) -> list[dict[str, Any]]:
    """Return what is kept of an address because somebody registered others with it."""
    theirs = Assistant.objects.filter(email_normalised=normalise_email(email)).order_by("registered_at", "pk")
    return [
        {
            "name": one.name,
            "email": one.email,
            "at": one.registered_at.isoformat(),
            "edition": one.registration.edition.slug,
        }
        for one in theirs.select_related("registration__edition")
    ]


def forget(email: str) -> None:
    Assistant.objects.filter(email_normalised=normalise_email(email)).delete()
