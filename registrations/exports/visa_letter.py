"""The letter of invitation for a visa: the same page in French and in English."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.services import dates, pages
from programme.services.schedule import place_of
from programme.services.texts import text_in_a_language
from programme.templatetags.look import edition_name
from registrations.models import VisaLetter
from registrations.services.visa_letters import number_of
from symposium.lib import countries, pdf
from symposium.lib.text import one_line
from symposium.lib.typography import typeset

# French first: it is the language of those who grant the visa.
LANGUAGES = ("fr", "en")


def visa_letter_pdf(letter: VisaLetter) -> bytes:
    """Return a letter that was issued."""
    edition = letter.registration.edition
    halves = [_half(letter, language) for language in LANGUAGES]
    return pdf.pdf(
        "visa_letter",
        {
            "language": LANGUAGES[0],
            "title": " / ".join(half["title"] for half in halves),
            "accent": edition.accent_light,
            "name": letter.passport_name,
            "signatory": one_line(edition.signatory_name),
            "number": number_of(letter),
            "halves": halves,
        },
    )


def _half(letter: VisaLetter, language: str) -> dict[str, Any]:
    edition = letter.registration.edition
    with override(language):
        prose: dict[str, Any] = {
            "label": edition_name(edition),
            "title": _("Letter of invitation"),
            "to": _("To the consular authorities"),
            "invites": _(
                "The organizers invite the person named below to take part in the symposium, on site. "
                "The registration of this person is confirmed."
            ),
            "costs": _(
                "Taking part is free of charge. This letter does not commit the organizers to pay for travel, stay or "
                "insurance."
            ),
            "function": one_line(text_in_a_language(edition, "signatory_function")[0]),
            "issued": _issued(letter),
            "number_label": _("Number"),
            "check": _("To check this letter, type its number and the name on it at the address below."),
        }
        return {key: typeset(text, language) for key, text in prose.items()} | {
            "language": language,
            "facts": [[name, typeset(value, language)] for name, value in _facts(letter, language) if value],
            "sender": _sender(letter),
            "address": f"{settings.PUBLIC_ORIGIN}{reverse('registrations:certificates')}",
        }


def _facts(letter: VisaLetter, language: str) -> list[tuple[str, str]]:
    edition = letter.registration.edition
    return [
        (_("Name in the passport"), letter.passport_name),
        (_("Nationality"), countries.names(language).get(letter.nationality, "")),
        (_("Passport number"), letter.passport_number),
        (_("Symposium"), one_line(text_in_a_language(edition, "title")[0])),
        (_("Dates"), dates.edition_span(edition)),
        (_("Place"), place_of(edition)),
        (_("Registration"), str(letter.registration.reference)),
    ]


def _sender(letter: VisaLetter) -> list[str]:
    """Return the head of the letter, line by line: who organizes, and where they are written to."""
    edition = letter.registration.edition
    address, _language = text_in_a_language(edition, "organizer_address")
    organisers = [one_line(organisation.name) for organisation in pages.organisers_of(edition)]
    lines = [*organisers, *address.splitlines(), edition.contact_email]
    return [line.strip() for line in lines if line.strip()]


def _issued(letter: VisaLetter) -> str:
    assert letter.issued_at is not None  # noqa: S101  a constraint of the database keeps it
    day = letter.issued_at.astimezone(letter.registration.edition.zone).date()
    return _("Made on %(date)s.") % {"date": dates.short_day(day)}
