"""« I have lost my mail »: send the link again."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from registrations.models import Registration
from registrations.services import letters
from symposium.lib.text import normalise_email
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue, mail

PAUSE_MINUTES = 10
LOST = "registration.lost"


def send_again(registration: Registration, *, at: datetime) -> None:
    """Queue the link for its owner, at most once in ten minutes."""
    pause_over = Q(link_resent_at__isnull=True) | Q(link_resent_at__lte=at - timedelta(minutes=PAUSE_MINUTES))
    if Registration.objects.filter(pause_over, pk=registration.pk).update(link_resent_at=at):
        letters.send(registration, letters.Kind.LINK, at=at, occasion=at.isoformat())


def ask_for_lost(*, email: str, at: datetime) -> None:
    """Leave the question to a worker, so that a request does the same work for every address there may be.

    The row is the only one of the outbox that holds an address. It lives until a worker has read it: seconds, as a rule.
    """
    with transaction.atomic(durable=True):
        enqueue([question(email=email, at=at)])


def question(*, email: str, at: datetime, **of: int) -> OutgoingMail:
    """Return the row that asks a worker for the links of an address; of one edition alone, if ``edition`` says which."""
    context = {"email": normalise_email(email), **of}
    return mail(kind=LOST, about=f"question:{uuid.uuid4()}", at=at, context=context)


def forget_lost(*, emails: list[str]) -> None:
    """Delete the questions about normalised addresses that no worker has read yet."""
    OutgoingMail.objects.filter(kind=LOST, context__email__in=emails).delete()


def send_lost(*, email: str, at: datetime, edition: int | None = None) -> None:
    """Send their links to whoever registered with this address in editions still to come; says nothing of who is known.

    What was merged with another leads to that one: its link goes to the address that was kept, whichever was typed.
    With the id of an edition, the link to that one alone.
    """
    with transaction.atomic(durable=True):
        theirs = Registration.objects.filter(attendee__email_normalised=normalise_email(email))
        keys = {key for pair in theirs.values_list("pk", "merged_into") for key in pair if key}
        known = Registration.objects.filter(pk__in=keys, status__in=Registration.ALIVE, edition__ends_at__gt=at)
        if edition is not None:
            known = known.filter(edition=edition)
        for registration in known.order_by("pk"):
            send_again(registration, at=at)
