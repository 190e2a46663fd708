"""« I have lost my mail »: send the link again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from registrations.models import Registration
from registrations.services import letters
from symposium.lib.text import normalise_email

PAUSE_MINUTES = 10


def send_again(registration: Registration, *, at: datetime) -> None:
    """Queue the link for its owner, at most once in ten minutes."""
    pause_over = Q(link_resent_at__isnull=True) | Q(link_resent_at__lte=at - timedelta(minutes=PAUSE_MINUTES))
    if Registration.objects.filter(pause_over, pk=registration.pk).update(link_resent_at=at):
        letters.send(registration, letters.Kind.LINK, at=at, occasion=at.isoformat())


def send_lost(*, email: str, at: datetime) -> None:
    """Send their links to whoever registered with this address in editions still to come; says nothing of who is known."""
    with transaction.atomic(durable=True):
        known = Registration.objects.filter(
            attendee__email_normalised=normalise_email(email), status__in=Registration.ALIVE, edition__ends_at__gt=at
        )
        for registration in known.order_by("pk"):
            send_again(registration, at=at)
