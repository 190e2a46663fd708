"""What we change in allauth's logins by somebody else, of which there is one: ORCID."""

import time
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import forms
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from symposium.accounts.provider import OrcidProvider

SESSION_KEY = "orcid_to_join"
# Long enough for the code to come by mail.
WAITS_SECONDS = 15 * 60


def _app() -> SocialApp:
    return SocialApp(
        provider=OrcidProvider.id,
        name=OrcidProvider.name,
        client_id=settings.ORCID_CLIENT_ID,
        secret=settings.ORCID_CLIENT_SECRET,
    )


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return what the environment configures; the table of allauth stays empty, and unasked."""
        return [_app()] if settings.ORCID_CLIENT_ID else []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> OrcidProvider:
        """Return it also where it is no longer offered: who joined an iD may still take it away."""
        return OrcidProvider(request, app=_app())

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let an iD that no account has wait until its owner has proved an address, and join nothing before.

        allauth would make an account of the iD and of an address that is only typed. Whoever owns that address signs
        in to it one day by a code, and finds somebody else's iD as a second key to their registrations.
        """
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        sociallogin.token = None
        request.session[SESSION_KEY] = [sociallogin.serialize(), time.time() + WAITS_SECONDS]
        raise ImmediateHttpResponse(redirect(f"{reverse('account_login')}?next={reverse('orcid_join')}"))


def waiting_login(request: HttpRequest) -> dict[str, Any] | None:
    """Return the login by ORCID that waits for an account in this session, as allauth writes it down."""
    login, until = request.session.get(SESSION_KEY, (None, 0))
    return login if time.time() < until else None


def waiting_orcid(request: HttpRequest) -> str:
    login = waiting_login(request)
    return str(login["account"]["uid"]) if login else ""


class DisconnectForm(forms.DisconnectForm):  # type: ignore[misc]  # allauth has no types
    def clean(self) -> dict[str, Any]:
        """Let everybody take their iD away, where allauth asks for a password.

        Nobody is signed in here without a verified address, and a code sent to it signs them in again.
        """
        cleaned: dict[str, Any] = super(forms.DisconnectForm, self).clean()
        return cleaned
