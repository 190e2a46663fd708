"""The keys that programs come with: made, used, revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from programme.models import Edition, StaffRole
from programme.models.editions import EditionQuerySet
from registrations.models import ApiToken
from symposium.accounts.models import User

# So that whoever finds one in a file or a log knows what it is, and scanners of secrets do as well.
PREFIX = "symposium_"
LONGEST_DAYS = 366
# A program that asks ten times a second writes one row a minute.
USE_NOTED_EVERY = timedelta(minutes=1)


class UnknownToken(Exception):
    """There is no such token, or it has expired, was revoked, or its maker's account is closed."""


class AlreadyRevoked(Exception):
    """Somebody revoked it before."""


def issue(*, token: ApiToken, days: int, by: User, at: datetime) -> None:
    """Save a new token with a secret, of which only a digest is kept: nobody sees it a second time."""
    token.secret = PREFIX + secrets.token_urlsafe(32)
    token.digest = _digest(token.secret)
    token.created_by, token.created_at, token.expires_at = by, at, at + timedelta(days=days)
    token.save()


def revoke(*, token: ApiToken, at: datetime) -> None:
    """End a token for good.

    :raises AlreadyRevoked: it has ended so before.
    """
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        raise AlreadyRevoked


def use_token(*, secret: str, at: datetime) -> ApiToken:
    """Return the token whose secret this is, and note that it was used.

    :raises UnknownToken: there is none that could be used.
    """
    usable = ApiToken.objects.usable(at).filter(created_by__is_active=True, created_by__is_staff=True)
    token: ApiToken | None = usable.select_related("created_by").filter(digest=_digest(secret)).first()
    if token is None:
        raise UnknownToken
    if token.last_used_at is None or at - token.last_used_at >= USE_NOTED_EVERY:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=at)
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=at)
    return token


def editions_of(token: ApiToken) -> EditionQuerySet:
    """Return the editions it opens: never one in which its maker is no organizer any more, nor a rehearsal."""
    theirs: EditionQuerySet = Edition.objects.for_role(token.created_by, StaffRole.Role.ORGANIZER)
    theirs = theirs.filter(is_rehearsal=False)
    return theirs if token.edition_id is None else theirs.filter(pk=token.edition_id)


def _digest(secret: str) -> str:
    # A plain digest is enough for 256 random bits: there is nothing to guess.
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
