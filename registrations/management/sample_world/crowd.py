"""Register many invented people at once: 100,000 in seconds, with the seats counted as if they had come one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql

from programme.models import AttendanceMode, Edition, SeatPool
from registrations.models import CheckIn, Claim, Registration
from registrations.services.attendees import Identity, new_attendee
from registrations.services.invented import InventedPerson
from registrations.services.seats import lock_pools

# As many are held in memory at a time.
BATCH = 5_000
Status = Registration.Status


@dataclass(frozen=True)
class Arrival:
    """Somebody who registers, what they want, and what became of it."""

    person: InventedPerson
    mode: str
    created_at: datetime
    session_ids: list[int]
    cancelled_at: datetime | None = None
    check_ins: list[CheckIn] = field(default_factory=list)


@dataclass
class Rows:
    """What one batch writes, in the order in which the tables refer to each other."""

    registrations: list[Model] = field(default_factory=list)
    attendees: list[Model] = field(default_factory=list)
    claims: list[Model] = field(default_factory=list)
    check_ins: list[Model] = field(default_factory=list)


def let_in(edition: Edition, arrivals: Iterable[Arrival], *, new_seats: int = 0) -> None:
    """Register the arrivals in their order, in the caller's transaction. They are written to by nobody.

    The pools are locked and their counters kept here instead of by one UPDATE a seat: the rule is that of
    ``services.seats.ask``, and nobody else can ask meanwhile.

    :param new_seats: seats on site to add first, unless somebody waits for one.
    """
    pools = list(lock_pools(edition).values())
    _add_seats(pools, new_seats)
    of_mode = {pool.mode: pool for pool in pools if pool.is_for_all}
    of_session = {pool.session_id: pool for pool in pools if pool.session_id is not None}
    waiting = iter(arrivals)
    while batch := list(islice(waiting, BATCH)):
        rows = Rows()
        for arrival in batch:
            wanted = [of_session[pk] for pk in sorted(arrival.session_ids)]
            _register(edition, arrival, of_mode[arrival.mode], wanted, rows)
        for table in (rows.registrations, rows.attendees, rows.claims, rows.check_ins):
            _copy(table)
    SeatPool.objects.bulk_update(pools, ["capacity", "safety_limit", "taken", "waiting", "last_position"])
    with connection.cursor() as cursor:
        # So that the very next question is answered by the right plan.
        cursor.execute("ANALYZE registrations_registration, registrations_attendee, registrations_claim")


def _add_seats(pools: list[SeatPool], number: int) -> None:
    for pool in pools:
        if pool.mode == AttendanceMode.ONSITE and pool.capacity is not None and not pool.waiting:
            pool.capacity = max(pool.capacity, pool.taken + number)
            pool.safety_limit = pool.safety_limit and max(pool.safety_limit, pool.capacity)


def _register(edition: Edition, arrival: Arrival, pool: SeatPool, wanted: list[SeatPool], rows: Rows) -> None:
    registration = _new_registration(edition, arrival)
    if arrival.cancelled_at is None:
        claims = list(_claims(registration, pool, wanted))
        rows.claims += claims
        registration.status = Status.CONFIRMED if claims[0].is_held else Status.WAITING
    if registration.status != Status.WAITING:
        registration.confirmed_at = arrival.created_at
    rows.registrations.append(registration)
    person = arrival.person
    identity = Identity(person.email, person.given_name, person.family_name, person.affiliation)
    rows.attendees.append(new_attendee(registration, identity))
    for check_in in arrival.check_ins:
        check_in.registration = registration
        rows.check_ins.append(check_in)


def _new_registration(edition: Edition, arrival: Arrival) -> Registration:
    person = arrival.person
    registration = Registration(
        id=person.registration_id,
        edition=edition,
        status=Status.CANCELLED,
        mode=arrival.mode,
        profile=person.profile,
        country=person.country,
        language=person.language,
        reference=person.reference,
        created_at=arrival.created_at,
        cancelled_at=arrival.cancelled_at,
        released_sessions=arrival.session_ids if arrival.cancelled_at else [],
    )
    registration.issue_tokens()
    return registration


def _claims(registration: Registration, pool: SeatPool, wanted: list[SeatPool]) -> Iterator[Claim]:
    claim = _claim(registration, pool, is_eligible=True)
    yield claim
    for session_pool in wanted:
        yield _claim(registration, session_pool, is_eligible=claim.is_held)


def _claim(registration: Registration, pool: SeatPool, *, is_eligible: bool) -> Claim:
    position = None
    if is_eligible and pool.has_room:
        pool.taken += 1
    else:
        pool.last_position += 1
        pool.waiting += is_eligible
        position = pool.last_position
    return Claim(
        registration=registration, pool=pool, is_held=position is None, position=position, is_eligible=is_eligible
    )


def _copy(rows: list[Model]) -> None:
    """Write rows of one table by COPY, which is several times faster than INSERT."""
    if not rows:
        return
    table = rows[0]._meta  # noqa: SLF001  Django's documented way to a model's columns
    fields = [one for one in table.concrete_fields if not isinstance(one, AutoField)]
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(table.db_table),
        columns=sql.SQL(", ").join([sql.Identifier(str(one.column)) for one in fields]),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields])


def spread(start: datetime, end: datetime, count: int) -> Iterator[datetime]:
    """Return ``count`` moments from ``start`` until before ``end``, evenly."""
    step = (end - start) / max(count, 1)
    return (start + step * place for place in range(count))


def later(moment: datetime, days: int, *, at_most: datetime) -> datetime:
    return min(moment + timedelta(days=days), at_most)
