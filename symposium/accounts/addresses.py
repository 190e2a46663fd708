"""The addresses that somebody has proved to be theirs."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from symposium.accounts.models import User
from symposium.lib.text import normalise_email


def accounts_with(email: str) -> list[User]:
    """Return the accounts that have this address, proved or not: two that are typed differently may be the same."""
    typed = EmailAddress.objects.filter(email__iexact=email.strip()).values("user")
    return list(User.objects.filter(Q(email__iexact=email.strip()) | Q(pk__in=typed)).order_by("pk"))


def accounts_never_proved(*, joined_until: datetime) -> QuerySet[User]:
    """Return the accounts that somebody signed up for and proved no address of: nobody ever got in."""
    own = EmailAddress.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        Exists(own),
        ~Exists(own.filter(verified=True)),
        is_staff=False,
        is_superuser=False,
        staff_roles__isnull=True,
        joined_at__lte=joined_until,
    )


def verified_addresses(user: User | AnonymousUser) -> list[str]:
    """Return them normalised, the main one first; none for somebody who is not signed in."""
    if not user.is_authenticated:
        return []
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return [normalise_email(address.email) for address in found]
