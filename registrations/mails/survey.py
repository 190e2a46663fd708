"""The survey after an edition, as a mail to each of those who took part."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.services.texts import text_in_a_language
from registrations.mails.letters import came_back
from registrations.mails.messages import Part, to_one_of_many
from registrations.models import Registration
from registrations.models.registrations import registration_key
from registrations.services.survey import KIND, people_to_ask
from registrations.services.unsubscribing import link_of
from symposium.lib.mail import Mail
from symposium.lib.text import one_line
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


def make(registration: Registration) -> Mail:
    edition = registration.edition
    with override(registration.language):
        title, _language = text_in_a_language(edition, "title")
        words = [
            _("Hello %(name)s,") % {"name": registration.attendee.name},
            _(
                "Thank you for having taken part. What did you think of it? Your answers help to prepare the next edition."
            ),
            _("The survey is on another site. It takes a few minutes, and answering is up to you."),
        ]
        return to_one_of_many(
            edition,
            registration.attendee.email,
            link_of(registration),
            language=registration.language,
            subject=_("Your opinion: %(edition)s") % {"edition": one_line(title)},
            body="\n\n".join(words),
            paragraphs=[[[Part(paragraph)]] for paragraph in words],
            button=(_("Answer the survey"), edition.survey_url),
        )


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    """Return the survey for each who is still to be asked, where there still is one."""
    keys = {mail.pk: UUID(registration_key(mail)) for mail in mails}
    found = people_to_ask().select_related("edition", "attendee").in_bulk(keys.values())
    return {pk: make(found[key]) for pk, key in keys.items() if key in found and found[key].edition.survey_url}


def register_kinds() -> None:
    kinds.register(KIND, kinds.Kind(render=render, came_back=came_back))
