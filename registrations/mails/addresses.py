"""The two mails of a change of address that do not go to the address of the registration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from registrations.models import Registration
from registrations.models.registrations import registration_key
from registrations.services import addresses
from registrations.services.letters import Kind
from symposium.lib.mail import Mail, render_html
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


@dataclass(frozen=True)
class Notice:
    """Neither name nor reference nor a link to the person's page: a stranger may read it."""

    to: str
    subject: str
    paragraphs: list[str]
    reason: str
    button: tuple[str, str] | None = None


Writer = Callable[[Registration], Notice | None]


def to_new_address(registration: Registration) -> Notice | None:
    """Ask whether the address is theirs; nobody is asked twice who is registered with it already."""
    if not addresses.may_prove(registration, at=timezone.now()) or addresses.is_taken(registration):
        return None
    link = reverse("registrations:new_address", kwargs={"proof": addresses.proof_of(registration)})
    return Notice(
        to=registration.attendee.new_email,
        subject=_("Confirm your new address"),
        paragraphs=[
            _("Somebody, probably you, wants to use this address for a registration. Confirm it within a day."),
            _("You then get a new ticket here; the one you have will no longer open the door."),
        ],
        button=(_("See what is asked"), f"{settings.PUBLIC_ORIGIN}{link}"),
        reason=_("You did not ask for it? Then do nothing: nothing changes."),
    )


def to_former_address(registration: Registration) -> Notice | None:
    if not registration.attendee.former_email:
        return None
    return Notice(
        to=registration.attendee.former_email,
        subject=_("Your registration has another address"),
        paragraphs=[
            _(
                "From now on we write to the other address. Links and tickets that were sent to this one no longer work."
            ),
        ],
        reason=_("You did not ask for it? Tell us by answering this mail."),
    )


WRITERS: dict[Kind, Writer] = {Kind.NEW_ADDRESS: to_new_address, Kind.FORMER_ADDRESS: to_former_address}


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    ids = {mail.pk: registration_key(mail) for mail in mails}
    found = Registration.objects.with_details().filter(pk__in=ids.values(), attendee__isnull=False)
    registrations = {str(registration.pk): registration for registration in found}
    messages = {}
    for mail in mails:
        registration = registrations.get(ids[mail.pk])
        if registration is None:
            continue
        with override(registration.language):
            notice = WRITERS[Kind(mail.kind)](registration)
            if notice is not None:
                messages[mail.pk] = make(registration, notice)
    return messages


def make(registration: Registration, notice: Notice, *, language: str = "") -> Mail:
    """``language`` is that of the notice, where it does not go to the person."""
    edition = registration.edition
    context = {
        "notice": notice,
        "edition": edition,
        "accent_light": edition.accent_light,
        "accent_dark": edition.accent_dark,
    }
    message = Mail(
        subject=notice.subject,
        body=render_to_string("mails/notice.txt", context),
        to=[notice.to],
        reply_to=[edition.contact_email] if edition.contact_email else None,
        headers={"Content-Language": language or registration.language},
    )
    message.attach_alternative(render_html("mails/notice.html", context), "text/html")
    return message


def forget_former(mail: OutgoingMail, _at: datetime) -> None:
    addresses.forget_former(registration_id=registration_key(mail))


def register_kinds() -> None:
    kinds.register(Kind.NEW_ADDRESS, kinds.Kind(render=render))
    kinds.register(Kind.FORMER_ADDRESS, kinds.Kind(render=render, accepted=forget_former))
