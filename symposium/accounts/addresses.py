"""The addresses that somebody has proved to be theirs."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from symposium.accounts.models import User
from symposium.lib.text import normalise_email


def accounts_with(email: str) -> list[User]:
    """Return the accounts that have this address, proved or not: two that are typed differently may be the same."""
    typed = EmailAddress.objects.filter(email__iexact=email.strip()).values("user")
    return list(User.objects.filter(Q(email__iexact=email.strip()) | Q(pk__in=typed)).order_by("pk"))


def verified_addresses(user: User | AnonymousUser) -> list[str]:
    """Return them normalised, the main one first; none for somebody who is not signed in."""
    if not user.is_authenticated:
        return []
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return [normalise_email(address.email) for address in found]
