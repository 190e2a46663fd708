"""Who wants no more messages from the organizers of an edition. Letters about their own registration still come."""

import uuid
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from registrations.models import Attendee, Registration
from symposium.lib import tokens

ID_LENGTH = 32


class UnknownToken(Exception):
    """The token is none of ours, or its person is erased."""


def token_of(registration: Registration) -> str:
    """Return the id with its proof: nothing is stored, and it works as long as the mail is kept.

    Not of an issue, unlike the link to the page: who took a new ticket still stops the mails they got before.
    """
    return f"{registration.pk.hex}{_proof(registration)}"


def link_of(registration: Registration) -> str:
    path = reverse("tickets:unsubscribe", kwargs={"token": token_of(registration)})
    return f"{settings.PUBLIC_ORIGIN}{path}"


def find(token: str) -> Registration:
    """:raises UnknownToken: there is nobody behind it."""
    try:
        key = uuid.UUID(token[:ID_LENGTH])
        found = Registration.objects.select_related("edition", "attendee").get(pk=key, attendee__isnull=False)
        proof = _proof(found)
    except (ValueError, Registration.DoesNotExist, tokens.UnknownKeyVersion) as error:
        raise UnknownToken from error
    if not constant_time_compare(tokens.normalise(token[ID_LENGTH:]), proof):
        raise UnknownToken
    return found


def unsubscribe(*, registration: Registration, at: datetime) -> None:
    Attendee.objects.filter(registration=registration, unsubscribed_at=None).update(unsubscribed_at=at)


def subscribe_again(*, registration: Registration) -> None:
    Attendee.objects.filter(registration=registration).update(unsubscribed_at=None)


def _proof(registration: Registration) -> str:
    return tokens.token("unsubscribe", registration.pk, 0, registration.key_version)
