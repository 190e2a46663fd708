"""From a letter to a message: one text and one HTML form for all of them."""

from dataclasses import dataclass, field
from email.mime.image import MIMEImage
from email.mime.text import MIMEText

from django.template.loader import render_to_string
from django.utils.translation import pgettext

from programme.models import Edition
from programme.services.texts import text_in_a_language
from registrations.models import Claim, Registration
from registrations.services import tickets
from symposium.lib.mail import Mail, render_html

QR_CONTENT_ID = "ticket-qr"


@dataclass(frozen=True)
class Letter:
    """What one letter says, in the receiver's language. Plain texts; the templates escape them."""

    subject: str
    label: str
    heading: str
    paragraphs: list[str]
    button: tuple[str, str]
    second_button: tuple[str, str] | None = None
    # To the questions of the organizers, beside what the letter is about.
    questions_button: tuple[str, str] | None = None
    after: list[str] = field(default_factory=list)
    has_ticket: bool = False
    calendar_method: str = ""


def make(registration: Registration, letter: Letter) -> Mail:
    """Return the message, with the QR code and the calendar file where there is a ticket."""
    edition = registration.edition
    context = {
        "registration": registration,
        "edition": edition,
        "letter": letter,
        "sessions": _sessions(registration),
        "qr": letter.has_ticket and registration.mode == "onsite",
        "qr_content_id": QR_CONTENT_ID,
        "contact": edition.contact_email,
        "accent_light": edition.accent_light,
        "accent_dark": edition.accent_dark,
    }
    message = Mail(
        subject=_subject(letter, edition),
        body=render_to_string("mails/letter.txt", context),
        to=[registration.attendee.email],
        reply_to=[edition.contact_email] if edition.contact_email else None,
        headers={"Content-Language": registration.language},
    )
    message.attach_alternative(render_html("mails/letter.html", context), "text/html")
    if context["qr"]:
        message.attach(_inline_png(tickets.qr_png(registration)))
    if letter.has_ticket or letter.calendar_method:
        message.attach(_calendar(registration, edition, letter.calendar_method or "PUBLISH"))
    return message


def _sessions(registration: Registration) -> list[Claim]:
    """Return the claims on sessions, in the order of the programme, of a registration loaded ``with_details``."""
    claims = [(claim.pool.session, claim) for claim in registration.claims.all() if claim.pool.session]
    return [claim for session, claim in sorted(claims, key=lambda pair: (pair[0].position, pair[0].pk))]


def _subject(letter: Letter, edition: Edition) -> str:
    """Join them on one line: a title is free text, and no line break of it may begin a header."""
    title, _language = text_in_a_language(edition, "title")
    return f"{letter.subject}{pgettext('before a link', ': ')}{' '.join(title.splitlines())}"


def _inline_png(data: bytes) -> MIMEImage:
    image = MIMEImage(data, "png")
    image.add_header("Content-ID", f"<{QR_CONTENT_ID}>")
    image.add_header("Content-Disposition", "inline", filename="ticket.png")
    return image


def _calendar(registration: Registration, edition: Edition, method: str) -> MIMEText:
    text = MIMEText(tickets.calendar_file(registration, method=method).decode(), "calendar", "utf-8")
    text.set_param("method", method)
    text.add_header("Content-Disposition", "attachment", filename=f"symposium-{edition.slug}.ics")
    return text
