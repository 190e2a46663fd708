"""Somebody deletes their account."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from registrations.models import Registration
from registrations.services import privacy
from symposium.accounts.models import User
from symposium.accounts.second_factor import belongs_to_staff
from symposium.trail import writing as trail


class NotDeletable(Exception):
    """It belongs, or belonged, to the staff: what they decided and scanned names it."""


def delete(*, user: User, erasing: Sequence[Registration], at: datetime) -> None:
    """Delete an account with its addresses, keys and iD, then erase the registrations that are to go with it.

    The others stay as a guest's: their links are in the mails.

    :raises NotDeletable: nothing has changed then.
    """
    if belongs_to_staff(user):
        raise NotDeletable
    with transaction.atomic(durable=True):
        trail.write(trail.entry(kind=trail.Kind.ERASED, by=trail.Source.PERSON, at=at, record=user))
        try:
            user.delete()
        except ProtectedError as error:
            raise NotDeletable from error
    for registration in erasing:
        privacy.erase(registration=registration, at=at)
