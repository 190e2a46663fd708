"""What the outbox holds, for whoever looks after the installation."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min
from django.db.models.query import QuerySet

from symposium.outbox.models import OutgoingMail

NEVER_TRIED = "not tried yet"


@dataclass(frozen=True)
class Group:
    """Mails of one kind that are in the same state for the same reason."""

    kind: str
    state: str
    reason: str
    mails: int
    since: datetime
    next_attempt_at: datetime
    attempts: int


@dataclass(frozen=True)
class Status:
    """How many mails are in each state, and what of them is not sent."""

    totals: dict[str, int]
    waiting: tuple[Group, ...]
    failed: tuple[Group, ...]


def status() -> Status:
    counted = dict(OutgoingMail.objects.values_list("state").annotate(Count("id")).order_by("state"))
    return Status(
        totals={state: counted.get(state, 0) for state in OutgoingMail.State.values},
        waiting=_groups(OutgoingMail.objects.waiting()),
        failed=_groups(OutgoingMail.objects.failed()),
    )


def _groups(mails: QuerySet[OutgoingMail]) -> tuple[Group, ...]:
    grouped = mails.values("kind", "state", "last_error").annotate(
        mails=Count("id"), since=Min("created_at"), next_attempt_at=Min("due_at"), most_attempts=Max("attempts")
    )
    return tuple(
        Group(
            kind=row["kind"],
            state=row["state"],
            reason=row["last_error"] or NEVER_TRIED,
            mails=row["mails"],
            since=row["since"],
            next_attempt_at=row["next_attempt_at"],
            attempts=row["most_attempts"],
        )
        for row in grouped.order_by("since", "kind", "state", "last_error")
    )
