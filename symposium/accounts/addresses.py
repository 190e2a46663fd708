"""The addresses that somebody has proved to be theirs."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser

from symposium.accounts.models import User
from symposium.lib.text import normalise_email


def verified_addresses(user: User | AnonymousUser) -> list[str]:
    """Return them normalised, the main one first; none for somebody who is not signed in."""
    if not user.is_authenticated:
        return []
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return [normalise_email(address.email) for address in found]
