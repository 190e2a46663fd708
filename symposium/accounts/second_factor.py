"""Whoever belongs to the staff opens nothing before they have a second factor."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from symposium.accounts.models import User

# Set by the one-click links of the demo, and believed there alone.
DEMO_SESSION_KEY = "signed_in_by_the_demo"
# Recovery codes are no factor of their own: they stand in for a lost one.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def belongs_to_staff(user: User) -> bool:
    return user.is_staff or user.is_superuser or user.staff_roles.exists()


def must_set_up_second_factor(request: HttpRequest) -> bool:
    """Say whether who is asking belongs to the staff and has none.

    That the account has one is enough: allauth, the only way in, asks for it at every login. This is asked at every
    request, so that a role or a reset acts on the next one.
    """
    user = request.user
    if not isinstance(user, User) or not belongs_to_staff(user):
        return False
    if settings.DEBUG and request.session.get(DEMO_SESSION_KEY):
        return False
    return not is_mfa_enabled(user, FACTORS)
