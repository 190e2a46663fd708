"""What organizers write to many, as a mail to each; and as a preview, which opens nobody's page."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import override

from programme.models import Edition
from programme.services.dates import edition_date
from programme.services.texts import text_in_a_language
from registrations.mails.letters import came_back
from registrations.models import Message, Registration
from registrations.models.placeholders import fill, parts_of
from registrations.models.registrations import registration_key
from registrations.services.messages import KIND, TEST, recipients_of
from registrations.services.tickets import page_url
from registrations.services.unsubscribing import link_of
from symposium.accounts.models import User
from symposium.lib.mail import Mail, render_html
from symposium.lib.text import carriable, one_line
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail

# A test or a preview has the form of a link, and opens nothing.
NO_TOKEN = "…"  # noqa: S105  none
_ADDRESS = re.compile(r"(https?://[^\s<>\"{}]+)")
_END_OF_SENTENCE = ".,;:!?)»\u201d\u2026"


@dataclass(frozen=True)
class Reader:
    """Whom a mail is for, and where its links lead."""

    email: str
    given_name: str
    family_name: str
    reference: str
    page: str
    unsubscribing: str


@dataclass(frozen=True)
class Part:
    """Words of a line, or a link; whatever a reader's name looks like, it is none."""

    words: str
    href: str = ""


# Paragraphs of lines of parts.
Paragraphs = list[list[list[Part]]]


def reader_of(registration: Registration) -> Reader:
    attendee = registration.attendee
    return Reader(
        attendee.email,
        attendee.given_name,
        attendee.family_name,
        registration.reference or "",
        page_url(registration),
        link_of(registration),
    )


def reader_shown(registration: Registration) -> Reader:
    """Return the person as organizers may see them: without what opens their page."""
    reader = reader_of(registration)
    return Reader(
        reader.email,
        reader.given_name,
        reader.family_name,
        reader.reference,
        page=reader.page.replace(registration.page_token, NO_TOKEN),
        unsubscribing=f"{settings.PUBLIC_ORIGIN}/u/{NO_TOKEN}/",
    )


def reader_for_test(user: User, language: str) -> Reader:
    page = f"{settings.PUBLIC_ORIGIN}/{language}/registrations/{NO_TOKEN}/"
    name = user.name or user.email.partition("@")[0]
    return Reader(user.email, "", name, "SYM-0000-0000", page, f"{settings.PUBLIC_ORIGIN}/u/{NO_TOKEN}/")


def make(message: Message, reader: Reader, language: str) -> Mail:
    """Return the mail to one reader in one language."""
    with override(language):
        subject, body = message.text(language)
        values = _values(message, reader)
        return to_one_of_many(
            message.edition,
            reader.email,
            reader.unsubscribing,
            language=language,
            subject=one_line(fill(subject, values)),
            body=fill(_tidy(body), values),
            paragraphs=list(_paragraphs(_tidy(body), values)),
        )


def to_one_of_many(
    edition: Edition,
    email: str,
    unsubscribing: str,
    *,
    language: str,
    subject: str,
    body: str,
    paragraphs: Paragraphs,
    button: tuple[str, str] | None = None,
) -> Mail:
    """Return a mail in bulk, in the language that is active, with the way to get no more of them."""
    context = {
        "subject": subject,
        "body": body,
        "paragraphs": paragraphs,
        "button": button,
        "edition": edition,
        "unsubscribing": unsubscribing,
        "contact": edition.contact_email,
        "accent_light": edition.accent_light,
        "accent_dark": edition.accent_dark,
    }
    mail = Mail(
        subject=subject,
        body=render_to_string("mails/message.txt", context),
        to=[email],
        reply_to=[edition.contact_email] if edition.contact_email else None,
        headers=_headers(edition, unsubscribing, language),
    )
    mail.attach_alternative(render_html("mails/message.html", context), "text/html")
    return mail


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    """Return a mail for each whom the choices of its message still fit; what is paused meanwhile is held back again."""
    by_message: dict[int, list[OutgoingMail]] = defaultdict(list)
    for mail in mails:
        by_message[int(mail.occasion)].append(mail)
    messages = Message.objects.select_related("edition").in_bulk(by_message)
    rendered: dict[UUID, EmailMessage] = {}
    for key, group in by_message.items():
        message = messages.get(key)
        if message is not None and message.state == Message.State.PAUSED:
            _hold(group)
        elif message is not None:
            rendered |= _render_group(message, group)
    return rendered


def render_test(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    rendered: dict[UUID, EmailMessage] = {}
    for mail in mails:
        message = Message.objects.select_related("edition").filter(pk=mail.about.removeprefix("message:")).first()
        user = User.objects.filter(pk=mail.context["user"], is_active=True, is_staff=True).first()
        if message is not None and user is not None:
            language = mail.context["language"]
            rendered[mail.pk] = make(message, reader_for_test(user, language), language)
    return rendered


def register_kinds() -> None:
    kinds.register(KIND, kinds.Kind(render=render, came_back=came_back))
    kinds.register(TEST, kinds.Kind(render=render_test))


def _render_group(message: Message, mails: Sequence[OutgoingMail]) -> dict[UUID, EmailMessage]:
    keys = {mail.pk: UUID(registration_key(mail)) for mail in mails}
    found = recipients_of(message).select_related("attendee").in_bulk(keys.values())
    return {pk: make(message, reader_of(found[key]), found[key].language) for pk, key in keys.items() if key in found}


def _hold(mails: Iterable[OutgoingMail]) -> None:
    # They were claimed as it was paused, or an attempt failed then; that they were taken again is no attempt.
    claimed = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails], state=OutgoingMail.State.SENDING)
    claimed.update(state=OutgoingMail.State.HELD, attempts=F("attempts") - 1)


def _values(message: Message, reader: Reader) -> dict[str, str]:
    title, _language = text_in_a_language(message.edition, "title")
    values = {
        "given_name": reader.given_name,
        "family_name": reader.family_name,
        "name": f"{reader.given_name} {reader.family_name}",
        "edition": title,
        "date": edition_date(message.edition),
        "reference": reader.reference,
        "link": reader.page,
    }
    return {name: one_line(value) for name, value in values.items()}


def _headers(edition: Edition, unsubscribing: str, language: str) -> dict[str, str]:
    """Return what programs read: RFC 8058 for unsubscribing by one click, RFC 2919 for the name of the list."""
    return {
        "Content-Language": language,
        "List-Id": f"<{edition.slug}.messages.{urlsplit(settings.PUBLIC_ORIGIN).hostname}>",
        "List-Unsubscribe": f"<{unsubscribing}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }


def _tidy(body: str) -> str:
    return carriable(body).strip()


def _paragraphs(body: str, values: Mapping[str, str]) -> Iterable[list[list[Part]]]:
    """Yield the paragraphs as lists of lines, and these as parts."""
    for paragraph in re.split(r"\n\s*\n", body):
        yield [list(_line(line, values)) for line in paragraph.split("\n")]


def _line(line: str, values: Mapping[str, str]) -> Iterable[Part]:
    for name, words in parts_of(line):
        if name == "link":
            yield Part(values[name], values[name])
        elif name:
            yield Part(values[name])
        else:
            yield from _written(words)


def _written(words: str) -> Iterable[Part]:
    """Make a link of an address that the organizer has written out, without the end of its sentence."""
    for position, part in enumerate(_ADDRESS.split(words)):
        if position % 2:
            address = part.rstrip(_END_OF_SENTENCE)
            yield Part(address, address)
            yield Part(part[len(address) :])
        else:
            yield Part(part)
