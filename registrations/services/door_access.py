"""Who may stand at the door, and when."""

from datetime import datetime, timedelta

from programme.models import Edition, StaffRole
from symposium.accounts.models import User

# A helper sees names: no longer than the door needs it. The day before, to set up and try; the day after, for late uploads.
OPENS_BEFORE = timedelta(days=2)
CLOSES_AFTER = timedelta(days=1)


class NotAtTheDoor(Exception):
    """The account has no part in letting people in."""


class DoorShut(Exception):
    """A helper came before or after the door is staffed; it is open from ``opens_at`` to ``closes_at``."""

    def __init__(self, opens_at: datetime, closes_at: datetime) -> None:
        super().__init__(f"{opens_at} to {closes_at}")
        self.opens_at, self.closes_at = opens_at, closes_at


def check_access(*, edition: Edition, user: User, at: datetime) -> None:
    """Let organizers in at any time, and helpers around the event; a sample's door may be tried whenever one likes.

    :raises NotAtTheDoor: neither role is theirs in this edition.
    :raises DoorShut: they are a helper, and it is not the time.
    """
    here = Edition.objects.filter(pk=edition.pk)
    if here.for_role(user, StaffRole.Role.ORGANIZER).exists():
        return
    if not here.for_role(user, StaffRole.Role.DOOR).exists():
        raise NotAtTheDoor
    opens_at, closes_at = edition.starts_at - OPENS_BEFORE, edition.ends_at + CLOSES_AFTER
    if not edition.is_sample and not opens_at <= at <= closes_at:
        raise DoorShut(opens_at, closes_at)
