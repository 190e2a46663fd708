"""Signing in with ORCID. allauth looks for providers in modules of this name.

We keep the iD and nothing else: it stands in the answer that ORCID gives us for the code, so that the record behind it
(names, addresses, works), which allauth's own provider fetches and stores, is never asked for.
"""

from typing import Any

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import ProviderAccount, ProviderException
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from symposium.lib.orcid import is_orcid

# Who it is, and no right to read or write anything.
SCOPE = "/authenticate"


class OrcidAdapter(OAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    provider_id = "orcid"

    @property
    def authorize_url(self) -> str:
        return f"{settings.ORCID_ORIGIN}/oauth/authorize"

    @property
    def access_token_url(self) -> str:
        return f"{settings.ORCID_ORIGIN}/oauth/token"

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Build it from the configured origin, never from the request."""
        return f"{settings.PUBLIC_ORIGIN}{reverse('orcid_callback')}"

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """:raises ProviderException: what answered is no ORCID."""
        answer = kwargs["response"]
        if not is_orcid(str(answer.get("orcid"))):
            raise ProviderException("The answer holds no ORCID iD.")
        return self.get_provider().sociallogin_from_response(request, {"orcid": answer["orcid"]})


class OrcidAccount(ProviderAccount):  # type: ignore[misc]  # allauth has no types
    def get_profile_url(self) -> str:
        return f"https://orcid.org/{self.account.uid}"


class OrcidProvider(OAuth2Provider):  # type: ignore[misc]  # allauth has no types
    id = "orcid"
    name = "ORCID"
    account_class = OrcidAccount
    oauth2_adapter_class = OrcidAdapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return [SCOPE]

    def extract_uid(self, data: dict[str, str]) -> str:
        return data["orcid"]


provider_classes = [OrcidProvider]
