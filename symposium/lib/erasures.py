"""The journal of who asked to be erased: what a restored backup has to forget again.

It is a file outside the database, one keyed digest on a line: without our key it says nothing of anybody, and with it only
whether a registration that one has in hand was erased.
"""

import hmac
import logging
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)


def digest_of(registration_id: uuid.UUID) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"erased:{registration_id}".encode(), "sha256").hex()


def note(registration_id: uuid.UUID) -> None:
    """Add a registration. A journal that cannot be written is told to whoever runs the site, and keeps nobody's data."""
    path = settings.ERASURE_JOURNAL
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="ascii") as journal:
            journal.write(f"{digest_of(registration_id)}\n")
    except OSError:
        logger.exception(
            "An erasure could not be written to the journal %s: a restored backup would not know it.", path
        )


def read(*paths: Path) -> set[str]:
    """Return the digests of those journals that are there."""
    return {line for path in paths if path.exists() for line in path.read_text(encoding="ascii").split()}


def write(path: Path, digests: Iterable[str]) -> None:
    path.write_text("".join(f"{digest}\n" for digest in sorted(digests)), encoding="ascii")
