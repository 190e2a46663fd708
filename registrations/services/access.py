"""An edition may ask for a code: who has none does not register.

Staff and the door are not asked. Nothing is kept of who came with which code, only how often each was used; a use is
not given back when somebody cancels.
"""

from datetime import datetime

from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

from programme.models import AccessCode, Edition
from programme.models.access import key_of


class WrongCode(Exception):
    """The edition has no such code, or it holds no longer."""


class CodeUsedUp(Exception):
    """The code was used as often as it may."""


def find(*, edition: Edition, code: str | None, at: datetime) -> AccessCode | None:
    """Return the code that was typed; None where none is asked for, or nobody was asked (``code`` is None).

    :raises WrongCode: it is none of the edition's, or over.
    :raises CodeUsedUp: nobody can use it any more.
    """
    if not edition.requires_code or code is None:
        return None
    typed = key_of(code)
    # Each is compared, so that time does not tell how near a guess was.
    found = [one for one in edition.access_codes.order_by("pk") if constant_time_compare(key_of(one.code), typed)]
    if not found or found[0].is_over(at):
        raise WrongCode
    if found[0].is_used_up:
        raise CodeUsedUp
    return found[0]


def use(*, edition: Edition, code: str | None, at: datetime, people: int = 1, new: int = 1) -> None:
    """Count one more use, in the caller's transaction, which has locked what it needs of the pools before.

    Of a group of ``people`` those count who are ``new``, but all must be allowed: the answer tells of nobody.

    :raises WrongCode: as ``find`` does.
    :raises CodeUsedUp: as ``find`` does; somebody may just have taken the last use.
    """
    found = find(edition=edition, code=code, at=at)
    if found is None:
        return
    is_left = Q(uses_allowed__isnull=True) | Q(used__lte=F("uses_allowed") - people)
    if not AccessCode.objects.filter(is_left, pk=found.pk).update(used=F("used") + new):
        raise CodeUsedUp
