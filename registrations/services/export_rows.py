"""What an attendance list holds, and who took one out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    FloatField,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Extract, JSONObject
from django.db.models.lookups import LessThan

from programme.models import Edition, StaffRole
from registrations.models import Answer, CheckIn, Export, Message, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services import letters
from symposium.accounts.models import User
from symposium.outbox.models import OutgoingMail
from symposium.trail import writing as trail
from symposium.trail.models import TrailEntry

Row = tuple[Any, ...]

ROLES = (StaffRole.Role.ORGANIZER, StaffRole.Role.EXPORTER)
ENTRY = Q(check_ins__direction=CheckIn.Direction.ENTRY)
EXIT = Q(check_ins__direction=CheckIn.Direction.EXIT)
AT_THE_DOOR = Q(check_ins__session__isnull=True)
# In UTC: by the clock on the wall, a night of changing clocks would be an hour too long or too short.
EPOCH = Extract("check_ins__scanned_at", "epoch", tzinfo=UTC)


def by_the_clock_of(zone: F | Value, moment: Combinable) -> Func:
    return Func(zone, moment, function="timezone", output_field=DateTimeField())


def written(moment: Combinable) -> Combinable:
    """Return a moment as ``2022-10-20T14:05:09+02:00``, by the clock of its edition.

    The database writes it: made in Python, the moments alone would cost a large list half of its time.
    """
    local, utc = by_the_clock_of(F("edition__time_zone"), moment), by_the_clock_of(Value("UTC"), moment)
    offset = Case(
        When(LessThan(local, utc), then=to_char(utc - local, '"-"HH24:MI')),
        default=to_char(local - utc, '"+"HH24:MI'),
    )
    return Concat(to_char(local, 'YYYY-MM-DD"T"HH24:MI:SS'), offset)


def to_char(value: Combinable, form: str) -> Func:
    return Func(value, Value(form), function="to_char", output_field=TextField())


def first_of(field: str) -> Func:
    """Return what a field holds in somebody's first entry."""
    entries = ArrayAgg(field, filter=ENTRY, order_by="check_ins__scanned_at")
    return Func(entries, template="(%(expressions)s)[1]", output_field=TextField())


AGGREGATES = {
    "registered_at": written(F("created_at")),
    "first_entry_at": written(Min("check_ins__scanned_at", filter=ENTRY)),
    "last_scan_at": written(Max("check_ins__scanned_at")),
    "gate": first_of("check_ins__gate"),
    "source": first_of("check_ins__source"),
    "sessions": StringAgg(
        "check_ins__session__slug", "|", distinct=True, filter=ENTRY & Q(check_ins__session__isnull=False)
    ),
    # Entries and exits take turns, so the time inside is the sum of the exits less that of the entries.
    "seconds_inside": Cast(Sum(Case(When(EXIT, then=EPOCH), default=-EPOCH), filter=AT_THE_DOOR), FloatField()),
    "times_inside": Sum(Case(When(EXIT, then=Value(-1)), default=Value(1)), filter=AT_THE_DOOR),
}
FIELDS = (
    "edition__slug",
    "id",
    "key_version",
    "reference",
    "attendee__given_name",
    "attendee__family_name",
    "attendee__email",
    "attendee__affiliation",
    "country",
    "language",
    "profile",
    "mode",
    "status",
    *AGGREGATES,
    "still_coming",
    "answers_given",
)
# Whom the mail has reached as far as we know; a new date asks anew.
ASKED_WHETHER_COMING = OutgoingMail.objects.filter(
    about=OuterRef("about"),
    kind=letters.Kind.STILL_COMING,
    occasion=to_char(by_the_clock_of(OuterRef("edition__time_zone"), OuterRef("edition__starts_at")), "YYYY-MM-DD"),
    state__in=[OutgoingMail.State.SENT, OutgoingMail.State.KEPT],
)
# In this order: an edition that asks nobody is not looked up in the outbox.
STILL_COMING = Case(
    When(~Q(coming_answer=""), then=F("coming_answer")),
    When(edition__coming_question=Edition.ComingQuestion.NOBODY, then=Value("")),
    When(Exists(ASKED_WHETHER_COMING), then=Value("no_answer")),
    default=Value(""),
)
ANSWERS = Answer.objects.filter(registration=OuterRef("pk")).annotate(
    row=JSONObject(question="question_id", option="option_id", text="text")
)
CHUNK_ROWS = 1000


class ExportNotAllowed(Exception):
    """Somebody asked for registrations of an edition in which they may not export."""


def attendance_rows(registrations: RegistrationQuerySet) -> Iterator[Row]:
    """Return one row of ``FIELDS`` per registration, in the order they came, through a cursor on the server.

    One statement for all of them, whatever their number: check-ins and answers are put together by the database.
    """
    whole = registrations.naming_mails().annotate(
        **AGGREGATES, still_coming=STILL_COMING, answers_given=ArraySubquery(ANSWERS.values("row"))
    )
    rows = whole.order_by("edition_id", "created_at", "id").values_list(*FIELDS)
    return rows.iterator(chunk_size=CHUNK_ROWS)


def record_export(
    *,
    registrations: RegistrationQuerySet,
    profile: str,
    by: User | None,
    at: datetime,
    reason: str = "",
    content: str = Export.Content.ATTENDANCE,
    roles: Sequence[str] = ROLES,
    columns: Collection[str] = (),
) -> int:
    """Write down, edition by edition, that these registrations leave; return how many they are.

    ``by`` is None for the command line, which whoever holds the server may use; ``columns`` are empty if all leave.

    :raises ExportNotAllowed: ``by`` has none of the roles in one of the editions.
    """
    counts = registrations.order_by("edition_id").values_list("edition_id").annotate(Count("id"))
    rows_by_edition: dict[int, int] = dict(counts)
    if by is not None:
        allowed = set(Edition.objects.for_role(by, *roles).values_list("pk", flat=True))
        if not rows_by_edition.keys() <= allowed:
            raise ExportNotAllowed
    record_rows(rows_by_edition, profile=profile, by=by, at=at, reason=reason, content=content, columns=columns)
    return sum(rows_by_edition.values())


def record_rows(
    rows_by_edition: Mapping[int, int],
    *,
    profile: str,
    by: User | None,
    at: datetime,
    reason: str,
    content: str = Export.Content.ATTENDANCE,
    columns: Collection[str] = (),
) -> None:
    """Write down that so many rows of these editions leave, before the first byte does."""
    with transaction.atomic():
        exports = Export.objects.bulk_create(
            Export(
                edition_id=edition,
                content=content,
                profile=profile,
                rows=rows,
                reason=reason,
                exported_by=by,
                exported_at=at,
            )
            for edition, rows in rows_by_edition.items()
        )
        trail.write(*(_trace(export, by, columns) for export in exports))


def _trace(export: Export, by: User | None, columns: Collection[str]) -> TrailEntry:
    return trail.entry(
        kind=trail.Kind.EXPORTED,
        by=by or trail.Source.COMMAND,
        at=export.exported_at,
        record=export,
        edition_id=export.edition_id,
        detail=export.profile if export.content == Export.Content.ATTENDANCE else export.content,
        fields=columns,
        counts={"rows": export.rows},
    )


def of_edition(edition: Edition) -> RegistrationQuerySet:
    return Registration.objects.filter(edition=edition)


def who_were_chosen(edition: Edition, *, for_status: str, for_mode: str, for_presence: str) -> RegistrationQuerySet:
    """Return the registrations whom all the choices fit; a choice left empty fits everybody."""
    chosen = {"status": for_status, "mode": for_mode}
    found = of_edition(edition).filter(**{field: value for field, value in chosen.items() if value})
    if not for_presence:
        return found
    entered = Exists(CheckIn.objects.entries().filter(registration=OuterRef("pk")))
    return found.filter(entered if for_presence == Message.Presence.PRESENT else ~entered)
