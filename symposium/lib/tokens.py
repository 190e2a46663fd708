"""Tokens that can be written again without being stored.

A token is an HMAC over its purpose, the registration and the number of the issue, under one of ``TICKET_KEYS``; the
database keeps a digest to find it by and the version of the key, so that a new key in front breaks no ticket.
The alphabet is Crockford's base 32: no look-alikes, any case.
"""

import hashlib
import hmac
import secrets
import uuid
from functools import cache
from typing import Literal

from django.conf import settings
from django.utils.crypto import constant_time_compare

Purpose = Literal["page", "ticket", "unsubscribe", "bounce"]
Paper = Literal["certificate", "invitation"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH = ID_LENGTH = 26  # 130 bits
REFERENCE_LENGTH = PAPER_CODE_LENGTH = 8
READ_AS = str.maketrans("OIL", "011", " -")


class UnknownKeyVersion(Exception):
    """A ticket was made with a key that TICKET_KEYS no longer holds."""


def current_key_version() -> str:
    """Return the name of the key that signs, the first of ``TICKET_KEYS``: a digest, which tells nothing of it."""
    return _version(settings.TICKET_KEYS[0])


def token(purpose: Purpose, registration_id: uuid.UUID, issue: int, key_version: str) -> str:
    """Return the token's 27 characters, the last being a check character.

    :raises UnknownKeyVersion: the key was removed from TICKET_KEYS.
    """
    message = f"{purpose}:{registration_id}:{issue}".encode()
    digest = hmac.digest(_key(key_version).encode(), message, "sha256")
    body = _letters(_number(digest), TOKEN_LENGTH)
    return body + _check_character(body)


def paper_code(paper: Paper, registration_id: uuid.UUID, key_version: str) -> str:
    """Return the 8 characters (40 bits) that make the number of a paper one that nobody invents.

    :raises UnknownKeyVersion: the key was removed from TICKET_KEYS.
    """
    message = f"{paper}:{registration_id}".encode()
    return _letters(_number(hmac.digest(_key(key_version).encode(), message, "sha256")), PAPER_CODE_LENGTH)


def signed_id(purpose: Purpose, thing_id: uuid.UUID) -> str:
    """Return an id with its proof, 53 characters of which nothing is stored."""
    return _letters(thing_id.int, ID_LENGTH) + token(purpose, thing_id, 0, current_key_version())


def read_signed_id(purpose: Purpose, value: str) -> uuid.UUID | None:
    """Return the id, if one of the keys that ``TICKET_KEYS`` holds has proved it."""
    normal = normalise(value)
    letters, proof = normal[:ID_LENGTH], normal[ID_LENGTH:]
    if len(letters) < ID_LENGTH or not set(letters) <= set(ALPHABET):
        return None
    number = sum(ALPHABET.index(letter) << (5 * place) for place, letter in enumerate(letters))
    if number >> 128:
        return None
    thing_id = uuid.UUID(int=number)
    proofs = [token(purpose, thing_id, 0, _version(key)) for key in settings.TICKET_KEYS]
    return thing_id if any(constant_time_compare(proof, known) for known in proofs) else None


def webhook_key(webhook_id: uuid.UUID, issue: int, key_version: str) -> bytes:
    """Return the 32 bytes with which one webhook signs.

    :raises UnknownKeyVersion: the key was removed from TICKET_KEYS.
    """
    return hmac.digest(_key(key_version).encode(), f"webhook:{webhook_id}:{issue}".encode(), "sha256")


def digest_of(value: str) -> str | None:
    """Return what the database keeps of a typed or scanned token; None if it cannot be one."""
    normal = normalise(value)
    if len(normal) != TOKEN_LENGTH + 1 or not set(normal) <= set(ALPHABET):
        return None
    if _check_character(normal[:-1]) != normal[-1]:
        return None
    return hashlib.sha256(normal.encode()).hexdigest()


def normalise(value: str) -> str:
    return value.strip().upper().translate(READ_AS)


def new_reference() -> str:
    """Return a random reference for people to read out, as ``SYM-7K4Q-M2XD``."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(REFERENCE_LENGTH))
    return f"SYM-{letters[:4]}-{letters[4:]}"


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:17], "big")


def _letters(number: int, length: int) -> str:
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def _check_character(body: str) -> str:
    """Return a character that no other fits once one is mistyped, or two have changed places.

    The characters are the coefficients of a polynomial over the field of 32 elements, evaluated at a primitive element:
    its powers differ for 31 places. Sums modulo 32 cannot do both.
    """
    total = 0
    for letter in body:
        total = (total ^ ALPHABET.index(letter)) << 1
        if total & 32:
            total ^= 0b100101  # x⁵ + x² + 1
    return ALPHABET[total]


@cache
def _version(key: str) -> str:
    return hashlib.sha256(f"version:{key}".encode()).hexdigest()[:8]


def _key(version: str) -> str:
    for key in settings.TICKET_KEYS:
        if _version(key) == version:
            return str(key)
    raise UnknownKeyVersion(version)
