"""Somebody is at the door."""

import uuid
from datetime import datetime

from django.db import transaction

from programme.models import Session
from registrations.models import CheckIn, Registration
from registrations.services import webhooks
from symposium.accounts.models import User


class NotConfirmed(Exception):
    """The registration holds no seat; ``status`` says what it is."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class ScanIdTaken(Exception):
    """The device sent another scan under this id before."""


class AlreadyCheckedIn(Exception):
    """The person is inside; ``check_in`` says since when and by which gate."""

    def __init__(self, check_in: CheckIn) -> None:
        super().__init__(str(check_in))
        self.check_in = check_in


def check_in(
    *,
    registration: Registration,
    by: User | None,
    source: str,
    gate: str,
    at: datetime,
    scanned_at: datetime | None = None,
    scan_id: uuid.UUID | None = None,
    session: Session | None = None,
) -> CheckIn:
    """Mark somebody present, at the door of the edition or of one session.

    The same scan sent again is the same entry. Two doors at once are put in order by the registration's row lock.

    :raises NotConfirmed: there is no seat to take.
    :raises ScanIdTaken: the id belongs to another scan.
    :raises AlreadyCheckedIn: somebody entered with this ticket before.
    """
    with transaction.atomic(durable=True):
        locked = Registration.objects.select_for_update().get(pk=registration.pk)
        scans = CheckIn.objects.filter(registration=locked, session=session).order_by("received_at", "id")
        last = scans.last()
        if scan_id is not None and (repeated := scans.filter(pk=scan_id).first()):
            return repeated
        if scan_id is not None and CheckIn.objects.filter(pk=scan_id).exists():
            raise ScanIdTaken(scan_id)
        if locked.status != Registration.Status.CONFIRMED:
            raise NotConfirmed(locked.status)
        if last is not None and last.direction == CheckIn.Direction.ENTRY:
            raise AlreadyCheckedIn(last)
        entry = CheckIn.objects.create(
            id=scan_id or uuid.uuid4(),
            registration=locked,
            session=session,
            scanned_at=scanned_at or at,
            received_at=at,
            gate=gate,
            source=source,
            scanned_by=by,
        )
        if session is None:
            edition = registration.edition
            webhooks.tell(edition, [locked], webhooks.Event.CHECKED_IN, at=at, occasion=str(entry.pk))
        return entry
