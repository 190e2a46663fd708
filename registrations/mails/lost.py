"""« I have lost my mail »: whether anybody is known by the address is found out here, after the answer has left."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.mail import EmailMessage

from registrations.services import links
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    """Queue the letters that were asked for, and delete the question with its address; it is no message itself.

    Killed between the two, a worker asks again: no link is sent twice in ten minutes.
    """
    for mail in mails:
        links.send_lost(at=mail.created_at, **mail.context)
        OutgoingMail.objects.filter(pk=mail.pk).delete()
    return {}


def register_kinds() -> None:
    kinds.register(links.LOST, kinds.Kind(render=render))
