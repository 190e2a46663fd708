"""When a change of an edition's dates is a new date that people must be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from programme.models import Edition

Status = Edition.Status
# Nobody changes their train for less; calendars that follow the edition take it all the same.
SMALL_CHANGE = timedelta(minutes=15)
CALLED_OFF = frozenset({Status.POSTPONED.value, Status.CANCELLED.value})
FIELDS = ("starts_at", "ends_at", "time_zone", "date_precision")


@dataclass(frozen=True)
class Dates:
    """When an edition takes place, and how much of it is known."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    date_precision: str

    @classmethod
    def of(cls, edition: Edition) -> "Dates":
        return cls(**{field: getattr(edition, field) for field in FIELDS})


def is_new_date(current: Edition, status: str, dates: Dates, at: datetime) -> bool:
    """Whether an edition that was announced will take place at another date, which is still to come."""
    if status != Status.PUBLISHED or dates.starts_at <= at:
        return False
    if current.status == Status.PUBLISHED:
        return not current.is_over(at) and _is_another(current.starts_at, current, dates)
    return current.status in CALLED_OFF and _is_another(_announced(current), current, dates)


def previous_start(current: Edition, status: str, dates: Dates, at: datetime) -> datetime | None:
    """Return the beginning that the edition remembers after such a change.

    One that is called off remembers the date that no longer holds, whatever is typed until it is published again; if
    that date then holds after all, there is nothing to remember.
    """
    if is_new_date(current, status, dates, at):
        return _announced(current)
    if status in CALLED_OFF:
        return _announced(current)
    is_on_again = status == Status.PUBLISHED and current.status in CALLED_OFF
    return None if is_on_again else current.previous_starts_at


def _announced(edition: Edition) -> datetime:
    """Return the beginning that people were told last."""
    return (edition.previous_starts_at if edition.status in CALLED_OFF else None) or edition.starts_at


def _is_another(announced: datetime, current: Edition, dates: Dates) -> bool:
    """Compare as much of both dates as is known of both."""
    before, after = announced.astimezone(current.zone), dates.starts_at.astimezone(ZoneInfo(dates.time_zone))
    precisions = {current.date_precision, dates.date_precision}
    if Edition.DatePrecision.MONTH in precisions:
        return (before.year, before.month) != (after.year, after.month)
    if before.date() != after.date():
        return True
    return precisions == {Edition.DatePrecision.TIME} and abs(after - before) >= SMALL_CHANGE
