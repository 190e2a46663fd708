"""Who is asking: a token with its scopes, or nobody in particular, and how often they may."""

from http import HTTPStatus
from typing import NoReturn

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja.security.http import HttpAuthBase

from programme.models import Edition
from registrations.api.problems import NOTHING, Refused
from registrations.models import ApiToken
from registrations.services import api_tokens
from symposium.lib.limits import Budget, network_has_room

REALM = 'Bearer realm="Symposium"'
BUDGET_SECONDS = 60
# Ten requests a second: a door of several scanners, or a list of thousands in one go.
PER_TOKEN = Budget("api-token", most=600, seconds=BUDGET_SECONDS)
# A house may run several programs, and its readers' phones may ask as well.
PER_NETWORK = Budget("api-network", most=1_800, seconds=BUDGET_SECONDS)


class Bearer(HttpAuthBase):
    """Lets in who comes with a token that has the scope."""

    openapi_scheme = "bearer"

    def __init__(self, scope: ApiToken.Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiToken:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            _refuse_token("key_missing", _("Send an API key: Authorization: Bearer …"), REALM)
        try:
            token = api_tokens.use_token(secret=secret.strip(), at=timezone.now())
        except api_tokens.UnknownToken:
            detail = _("The key is unknown, has expired or was revoked.")
            _refuse_token("key_invalid", detail, f'{REALM}, error="invalid_token"')
        if not PER_TOKEN.takes(str(token.pk)):
            refuse_more()
        if self.scope not in token.scopes:
            raise Refused(
                HTTPStatus.FORBIDDEN,
                "scope_missing",
                format_lazy(_("The key has no scope {scope}."), scope=self.scope),
                headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{self.scope}"'},
            )
        return token


def token_of(request: HttpRequest) -> ApiToken:
    token: ApiToken = request.auth  # type: ignore[attr-defined]  # set by ninja: what Bearer returned
    return token


def edition_of(request: HttpRequest, slug: str) -> Edition:
    """Return the edition, where the token of the request opens it; else there is none."""
    edition: Edition | None = api_tokens.editions_of(token_of(request)).filter(slug=slug).first()
    if edition is None:
        raise Refused(HTTPStatus.NOT_FOUND, "not_found", NOTHING)
    return edition


def check_network(request: HttpRequest) -> None:
    if not network_has_room(PER_NETWORK, request.META.get("REMOTE_ADDR", "")):
        refuse_more()


def refuse_more() -> NoReturn:
    detail = _("That was too much at once. Try again in a minute.")
    headers = {"Retry-After": str(BUDGET_SECONDS)}
    raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", detail, headers=headers)


def _refuse_token(code: str, detail: Promise, challenge: str) -> NoReturn:
    raise Refused(HTTPStatus.UNAUTHORIZED, code, detail, headers={"WWW-Authenticate": challenge})
