"""What is written to somebody who has registered somebody else."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from registrations.mails.addresses import Notice, make
from registrations.models import Assistant
from registrations.services.letters import Kind
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


def confirmation(assistant: Assistant) -> Notice:
    """Say what was typed, and not what became of it: the link, the seat and the rank are for the person to tell."""
    registration = assistant.registration
    edition = reverse("programme:edition", args=[registration.edition.slug])
    return Notice(
        to=assistant.email,
        subject=_("You have registered somebody else"),
        paragraphs=[
            _("We have written to the address that you gave for them: %(email)s.")
            % {"email": registration.attendee.email_normalised},
            _("That mail alone leads to their page. It names you, and says how they have everything erased."),
        ],
        button=(_("See the edition"), f"{settings.PUBLIC_ORIGIN}{edition}"),
        reason=_("You did not register anybody? Tell us by answering this mail."),
    )


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    known = Assistant.objects.filter(pk__in=[mail.occasion for mail in mails], registration__attendee__isnull=False)
    found = {str(one.pk): one for one in known.select_related("registration__edition", "registration__attendee")}
    messages = {}
    for mail in mails:
        assistant = found.get(mail.occasion)
        if assistant is not None:
            with override(assistant.language):
                messages[mail.pk] = make(assistant.registration, confirmation(assistant), language=assistant.language)
    return messages


def register_kinds() -> None:
    kinds.register(Kind.ASSISTANT, kinds.Kind(render=render))
