"""What an uploaded file would do, on its way from the page that shows it to the yes: the page carries it, signed.

Nothing is kept here between the two, and a yes counts for an hour, for the edition and the person it was shown to.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from programme.models import Edition

# The page sends it back as one field, and a request may hold a million bytes of them.
MOST_CHARACTERS = 900_000
VALID_SECONDS = 3600
TOO_OLD = gettext_lazy("What was shown is more than an hour old. Send the file again.")


class PlanTooLarge(Exception):
    """It is more than a form can send back."""


class PlanNotShown(Exception):
    """It was shown too long ago, to somebody else, for another edition, or never."""


def sign(request: HttpRequest, plan: Any, *, edition: Edition, salt: str) -> str:
    """:raises PlanTooLarge"""
    signed = signing.dumps([edition.pk, request.user.pk, plan], salt=salt, compress=True)
    if len(signed) > MOST_CHARACTERS:
        raise PlanTooLarge
    return signed


def read(request: HttpRequest, signed: str, *, edition: Edition, salt: str) -> Any:
    """:raises PlanNotShown"""
    try:
        edition_id, user_id, plan = signing.loads(signed, salt=salt, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        raise PlanNotShown from error
    if (edition_id, user_id) != (edition.pk, request.user.pk):
        raise PlanNotShown
    return plan
