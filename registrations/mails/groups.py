"""What whoever registered a group is told of it as a whole."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from registrations.mails.addresses import Notice, make
from registrations.mails.letters import came_back
from registrations.models import Registration
from registrations.models.registrations import registration_key
from registrations.services.letters import Kind
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


def summary(contact: Registration, people: int) -> Notice:
    """Say what was typed, and not what became of it: that would tell who was registered before."""
    count = ngettext(
        "You have registered a group of %(count)s person, yourself included.",
        "You have registered a group of %(count)s people, yourself included.",
        people,
    )
    return Notice(
        to=contact.attendee.email,
        subject=_("You have registered a group"),
        paragraphs=[
            count % {"count": people},
            _(
                "Each of you gets a letter of your own. It says whether you have a seat, and leads to a page of your own."
            ),
            _("You get your seats together or wait together. Whoever cannot come cancels on their own page."),
        ],
        button=(
            _("See the edition"),
            f"{settings.PUBLIC_ORIGIN}{reverse('programme:edition', args=[contact.edition.slug])}",
        ),
        reason=_("You did not register anybody? Tell us by answering this mail."),
    )


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    ids = {mail.pk: registration_key(mail) for mail in mails}
    found = Registration.objects.with_details().filter(pk__in=ids.values(), attendee__isnull=False)
    contacts = {str(contact.pk): contact for contact in found}
    messages = {}
    for mail in mails:
        contact = contacts.get(ids[mail.pk])
        if contact is not None:
            with override(contact.language):
                messages[mail.pk] = make(contact, summary(contact, mail.context["people"]))
    return messages


def register_kinds() -> None:
    kinds.register(Kind.GROUP, kinds.Kind(render=render, came_back=came_back))
