"""The sample world as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from programme.models import AttendanceMode, Edition, Session
from registrations.management.sample_world.accounts import create_staff
from registrations.management.sample_world.coming import SMALL_SESSION, build_coming
from registrations.management.sample_world.crowd import Arrival, later, let_in, spread
from registrations.management.sample_world.needs import ask_needs
from registrations.management.sample_world.past import PARIS, build_2021, build_2022
from registrations.models import CheckIn
from registrations.services.invented import draws, invent
from symposium.accounts.models import User

# Any number, as long as everybody uses the same.
LOCK = 2021_2022
CAME, ABSENT, CANCELLED, TOO_LATE = "came", "absent", "cancelled", "too late"
# Invented, except that their sum of those who came is what the press release says.
FATES_2022 = {CAME: 420, ABSENT: 50, CANCELLED: 34, TOO_LATE: 16}
FREE_SEATS = 40


@dataclass(frozen=True)
class Built:
    """What a run added; all zero where everything was there."""

    editions: list[str]
    registrations: int
    accounts: int


def build(*, seed: int, people: int, at: datetime, with_accounts: bool) -> Built:
    """Add what is missing of the sample world, and change nothing of what is there.

    The edition to come has ``people`` registrations afterwards, or those it had if they are more.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])  # a second run waits and then finds it all
        first, second = build_2021(), build_2022()
        coming, is_new = build_coming(at)
        new = [edition for edition in (first, second, coming if is_new else None) if edition]
        sample = [*Edition.objects.filter(slug__in=["2021", "2022"]), coming]
        accounts = create_staff(sample, new) if with_accounts else 0
        registered = _register_2022(second, seed) if second else 0
        registered += _register_coming(coming, seed, people, at)
        if is_new:
            ask_needs(coming, at)
    return Built([edition.slug for edition in new], registered, accounts)


def _register_2022(edition: Edition, seed: int) -> int:
    people = sum(FATES_2022.values())
    # Those who came too late were the last to register.
    fates = [fate for fate, count in FATES_2022.items() if fate != TOO_LATE for _one in range(count)]
    draws(seed, edition.slug).shuffle(fates)
    fates += [TOO_LATE] * FATES_2022[TOO_LATE]
    registered_at = spread(datetime(2022, 9, 1, 9, tzinfo=PARIS), datetime(2022, 10, 18, 18, tzinfo=PARIS), people)
    sessions = list(Session.objects.talks().filter(edition=edition).in_order())
    helper = User.objects.filter(staff_roles__edition=edition, staff_roles__role="door").first()
    arrivals = []
    for number, (fate, created_at) in enumerate(zip(fates, registered_at, strict=True), start=1):
        draw = draws(seed, edition.slug, number)
        person = invent(edition.slug, number, draw)
        chosen = [session for session in sessions if draw.random() < 0.85]
        arrivals.append(
            Arrival(
                person=person,
                mode=AttendanceMode.ONSITE,
                created_at=created_at,
                session_ids=[session.pk for session in chosen],
                cancelled_at=later(created_at, draw.randint(1, 9), at_most=edition.starts_at)
                if fate == CANCELLED
                else None,
                check_ins=list(_check_ins(chosen, draw, helper)) if fate == CAME else [],
            )
        )
    let_in(edition, arrivals)
    return people


def _check_ins(sessions: list[Session], draw: Random, helper: User | None) -> Iterator[CheckIn]:
    """Return the entry at the door, and those at the doors of most of the sessions that were chosen."""
    entered_at = datetime(2022, 10, 20, 13, 15, tzinfo=PARIS) + timedelta(seconds=draw.randrange(75 * 60))
    yield _check_in(None, entered_at, draw, helper)
    for place, session in enumerate(sessions, start=1):
        if draw.random() < 0.9:
            moment = entered_at + timedelta(minutes=70 * place, seconds=draw.randrange(600))
            yield _check_in(session, moment, draw, helper)


def _check_in(session: Session | None, moment: datetime, draw: Random, helper: User | None) -> CheckIn:
    (source,) = draw.choices([CheckIn.Source.QR, CheckIn.Source.SEARCH, CheckIn.Source.PAPER], [85, 12, 3])
    return CheckIn(
        session=session,
        scanned_at=moment,
        received_at=moment,
        gate=draw.choice(["A", "B"]),
        source=source,
        scanned_by=helper,
    )


def _register_coming(edition: Edition, seed: int, people: int, at: datetime) -> int:
    # Registrations are never deleted, so their count is a number that nobody has had.
    there = edition.registrations.count()
    if people <= there:
        return 0
    numbers = range(there + 1, people + 1)
    on_site = sum(_stays(number) and _mode(number) == AttendanceMode.ONSITE for number in numbers)
    let_in(edition, _arrivals(edition, seed, numbers, at), new_seats=on_site + FREE_SEATS)
    return len(numbers)


def _arrivals(edition: Edition, seed: int, numbers: range, at: datetime) -> Iterator[Arrival]:
    sessions = {session.slug: session.pk for session in Session.objects.talks().filter(edition=edition).in_order()}
    small = sessions.pop(SMALL_SESSION)
    opened_at = edition.registration_opens_at or at
    for number, created_at in zip(numbers, spread(opened_at, at, len(numbers)), strict=True):
        draw = draws(seed, edition.slug, number)
        person = invent(edition.slug, number, draw)
        chosen = [pk for pk in sessions.values() if draw.random() < 0.75]
        yield Arrival(
            person=person,
            mode=_mode(number),
            created_at=created_at,
            session_ids=[*chosen, small] if number % 10 == 3 else chosen,
            cancelled_at=None if _stays(number) else later(created_at, 2, at_most=at),
        )


def _mode(number: int) -> str:
    return AttendanceMode.ONLINE if number % 5 == 0 else AttendanceMode.ONSITE


def _stays(number: int) -> bool:
    return number % 25 != 7
