"""What a program that watches the installation wants to know: numbers, of nobody in particular."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Min, Q

from programme.models import SeatPool
from registrations.models import Registration
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry

BEAT_KEY = "metrics-beat"
State = OutgoingMail.State
SEATS = {
    "taken": "Seats taken.",
    "capacity": "Seats offered; those without limit are left out.",
    "waiting": "Claims that wait for a seat.",
}


@dataclass(frozen=True)
class Metric:
    """One number under a name; ``labels`` tell apart those of the same name, and hold words of ours and slugs alone."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def note_beat(*, at: datetime) -> None:
    """Leave a sign that the scheduler asked and a worker did, in the cache: it is of no worth tomorrow."""
    cache.set(BEAT_KEY, at.timestamp(), None)


def metrics(*, at: datetime) -> list[Metric]:
    """Return what there is to tell, in four statements. What has never happened is left out."""
    return [*_of_mails(at), *_of_registrations(), *_of_seats(), *_of_moments()]


def _of_mails(at: datetime) -> Iterator[Metric]:
    waiting = Q(state__in=[State.QUEUED, State.SENDING])
    mails = OutgoingMail.objects.filter(waiting | Q(state=State.FAILED)).aggregate(
        waiting=Count("pk", filter=waiting),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        oldest=Min("created_at", filter=waiting),
    )
    age = (at - mails["oldest"]).total_seconds() if mails["oldest"] else 0.0
    yield Metric("symposium_mails_waiting", "Mails that have not left yet.", mails["waiting"])
    yield Metric("symposium_mails_oldest_waiting_seconds", "Age of the oldest mail that has not left yet.", age)
    yield Metric("symposium_mails_failed", "Mails given up, to be looked at by staff.", mails["failed"])


def _of_registrations() -> Iterator[Metric]:
    real = Registration.objects.filter(edition__is_rehearsal=False)
    counted = real.values_list("edition__slug", "status").annotate(Count("pk"))
    for edition, status, count in counted.order_by("edition__slug", "status"):
        labels = {"edition": edition, "status": status}
        yield Metric("symposium_registrations", "Registrations by edition and status.", count, labels)


def _of_seats() -> Iterator[Metric]:
    columns = ("edition__slug", "mode", "session__slug", *SEATS)
    pools = list(
        SeatPool.objects.filter(edition__is_rehearsal=False).order_by("edition__slug", "mode", "pk").values(*columns)
    )
    for column, words in SEATS.items():
        for pool in pools:
            if pool[column] is not None:
                labels = {
                    "edition": pool["edition__slug"],
                    "mode": pool["mode"],
                    "session": pool["session__slug"] or "",
                }
                yield Metric(f"symposium_seats_{column}", words, pool[column], labels)


def _of_moments() -> Iterator[Metric]:
    purges = TrailEntry.objects.filter(kind=TrailEntry.Kind.PURGED).order_by("-id")
    purged_at = purges.values_list("at", flat=True).first()
    if purged_at is not None:
        words = "When the last purge was, in seconds since 1970."
        yield Metric("symposium_last_purge_timestamp_seconds", words, purged_at.timestamp())
    beat = cache.get(BEAT_KEY)
    if beat is not None:
        words = "When a worker last did what the scheduler asked, in seconds since 1970."
        yield Metric("symposium_last_beat_timestamp_seconds", words, beat)
