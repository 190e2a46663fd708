"""Somebody deletes their account, or asks whoever holds the server to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from registrations.models import Registration
from registrations.services import privacy
from symposium.accounts.addresses import accounts_with, verified_addresses
from symposium.accounts.models import User
from symposium.accounts.second_factor import belongs_to_staff
from symposium.trail import writing as trail


class NotDeletable(Exception):
    """It belongs, or belonged, to the staff: what they decided and scanned names it."""


@dataclass(frozen=True)
class Erased:
    """In how many editions somebody was erased, how many accounts went, and how many of the staff stay.

    And the references of what some were merged into, kept with another address: it may be of the same person.
    """

    registrations: int
    accounts: int
    staff_accounts: int
    kept_elsewhere: Sequence[str | None]


def erase_person(*, email: str, at: datetime) -> Erased:
    """Erase an address from every edition, and the accounts that have it."""
    kept_elsewhere = privacy.kept_elsewhere(email)
    registrations = privacy.erase_person(email=email, at=at)
    accounts = staff = 0
    for user in accounts_with(email):
        try:
            delete(user=user, erasing=(), at=at, by=trail.Source.COMMAND)
        except NotDeletable:
            staff += 1
        else:
            accounts += 1
    return Erased(registrations, accounts, staff, kept_elsewhere)


def disclose_person(*, email: str, at: datetime) -> list[dict[str, Any]]:
    """Return everything that is kept of an address: an entry a registration, and one an account."""
    return privacy.disclose_person(email=email, at=at) + [{"account": _told(user)} for user in accounts_with(email)]


def _told(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "joined_at": user.joined_at.isoformat(),
        "last_login_at": user.last_login.isoformat() if user.last_login else None,
        "proved_addresses": verified_addresses(user),
        "belongs_to_staff": belongs_to_staff(user),
    }


def delete(*, user: User, erasing: Sequence[Registration], at: datetime, by: trail.Actor = trail.Source.PERSON) -> None:
    """Delete an account with its addresses, keys and iD, then erase the registrations that are to go with it.

    The others stay as a guest's: their links are in the mails.

    :raises NotDeletable: nothing has changed then.
    """
    if belongs_to_staff(user):
        raise NotDeletable
    with transaction.atomic(durable=True):
        trail.write(trail.entry(kind=trail.Kind.ERASED, by=by, at=at, record=user))
        try:
            user.delete()
        except ProtectedError as error:
            raise NotDeletable from error
    for registration in erasing:
        privacy.erase(registration=registration, at=at)
