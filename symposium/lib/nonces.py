"""The signed nonce that a form carries, so that the same form sent twice is known for the same.

Its signature says when the form was given, so that a form filled in faster than anybody reads is known as well.
"""

import secrets

from django.core import signing

SALT = "symposium.form"


def new() -> str:
    return signing.TimestampSigner(salt=SALT).sign(secrets.token_urlsafe(18))


def read(signed: str) -> str:
    """Return the nonce; a new one where the form carries none of ours, since only a repetition needs the old."""
    try:
        return signing.TimestampSigner(salt=SALT).unsign(signed)
    except signing.BadSignature:
        return secrets.token_urlsafe(18)


def is_younger(signed: str, seconds: int) -> bool:
    """Say whether the form was given less than so long ago, or is none of ours.

    A signature counts whole seconds, so up to one less is enough: nobody waits longer than they should.
    """
    try:
        signing.TimestampSigner(salt=SALT).unsign(signed, max_age=seconds)
    except signing.SignatureExpired:
        return False
    except signing.BadSignature:
        return True
    return True


def is_ours(signed: str) -> bool:
    try:
        signing.TimestampSigner(salt=SALT).unsign(signed)
    except signing.BadSignature:
        return False
    return True
