"""Write who somebody is."""

import unicodedata
from dataclasses import dataclass

from registrations.models import Attendee, Registration
from symposium.lib.text import normalise_email


@dataclass(frozen=True)
class Identity:
    """How a person calls themselves. A person may have one name only: then it is the family name."""

    email: str
    given_name: str
    family_name: str
    affiliation: str


def new_attendee(registration: Registration, identity: Identity) -> Attendee:
    """Return an unsaved attendee."""
    attendee = Attendee(registration=registration, edition=registration.edition)
    _fill(attendee, identity, registration.reference)
    return attendee


def update_attendee(attendee: Attendee, identity: Identity, reference: str | None) -> None:
    _fill(attendee, identity, reference)
    attendee.save(
        update_fields=["email", "email_normalised", "given_name", "family_name", "affiliation", "search_text"]
    )


def _fill(attendee: Attendee, identity: Identity, reference: str | None) -> None:
    attendee.email = identity.email.strip()
    attendee.email_normalised = normalise_email(identity.email)
    attendee.given_name = _normal(identity.given_name)
    attendee.family_name = _normal(identity.family_name)
    attendee.affiliation = _normal(identity.affiliation)
    attendee.fill_search_text(reference)


def _normal(value: str) -> str:
    plain = " ".join(value.split())
    normal = unicodedata.normalize("NFC", plain)
    # Some letters have no composed form and grow, « क़ » to two: beyond the length that the form has checked.
    return normal if len(normal) <= len(plain) else plain
