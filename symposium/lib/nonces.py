"""The signed nonce that a form carries, so that the same form sent twice is known for the same."""

import secrets

from django.core import signing

SALT = "symposium.form"


def new() -> str:
    return signing.Signer(salt=SALT).sign(secrets.token_urlsafe(18))


def read(signed: str) -> str:
    """Return the nonce; a new one where the form carries none of ours, since only a repetition needs the old."""
    try:
        return signing.Signer(salt=SALT).unsign(signed)
    except signing.BadSignature:
        return secrets.token_urlsafe(18)
