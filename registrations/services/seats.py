"""Ask for seats, give them back, and give them on.

Every pool is asked by one UPDATE that always matches its row: the row lock orders everybody, and nothing is counted
first. Whoever moves more than one claim locks the edition's pools before, in one order (``lock_pools``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from programme.models import Edition, SeatPool
from registrations.models import Claim, Registration
from registrations.services import letters, webhooks

ASK = """
    UPDATE programme_seatpool SET
        taken = taken + CASE WHEN waiting = 0 AND (capacity IS NULL OR taken < capacity) THEN 1 ELSE 0 END,
        waiting = waiting + CASE WHEN waiting = 0 AND (capacity IS NULL OR taken < capacity) THEN 0 ELSE 1 END,
        last_position = last_position
            + CASE WHEN waiting = 0 AND (capacity IS NULL OR taken < capacity) THEN 0 ELSE 1 END
    WHERE id = %s
    RETURNING waiting, last_position
"""
ASK_TOGETHER = """
    UPDATE programme_seatpool SET
        taken = taken + CASE WHEN waiting = 0 AND (capacity IS NULL OR taken + %(n)s <= capacity) THEN %(n)s ELSE 0 END,
        waiting = waiting
            + CASE WHEN waiting = 0 AND (capacity IS NULL OR taken + %(n)s <= capacity) THEN 0 ELSE %(n)s END,
        last_position = last_position
            + CASE WHEN waiting = 0 AND (capacity IS NULL OR taken + %(n)s <= capacity) THEN 0 ELSE %(n)s END
    WHERE id = %(id)s
    RETURNING waiting, last_position
"""
ASK_FOR_MANY = """
    UPDATE programme_seatpool AS pool SET
        taken = taken + given.number,
        waiting = waiting + %(people)s - given.number,
        last_position = last_position + %(people)s - given.number
    FROM (
        SELECT id, CASE
            WHEN waiting > 0 THEN 0
            WHEN capacity IS NULL THEN %(people)s
            ELSE LEAST(%(people)s, GREATEST(capacity - taken, 0))
        END AS number
        FROM programme_seatpool WHERE id = %(id)s FOR UPDATE
    ) AS given
    WHERE pool.id = given.id
    RETURNING given.number, last_position
"""
QUEUE_UP = "UPDATE programme_seatpool SET last_position = last_position + 1 WHERE id = %s RETURNING last_position"


class NoSeatLeft(Exception):
    """The pool that was asked is full; ``pool`` says which."""

    def __init__(self, pool: SeatPool) -> None:
        super().__init__(str(pool))
        self.pool = pool


class ModeNotOffered(Exception):
    """The edition has no seats in this mode."""


def ask(pool: SeatPool) -> int | None:
    """Take a seat and return None, or join the list and return the position there.

    :raises ModeNotOffered: the pool is gone, because the edition was moved online a moment ago.
    """
    with connection.cursor() as cursor:
        cursor.execute(ASK, [pool.pk])
        waiting, last_position = _only_row(cursor, pool)
    # Whoever got a seat found nobody waiting and added nobody.
    return None if waiting == 0 else int(last_position)


def ask_together(pool: SeatPool, people: int) -> list[int | None]:
    """Take a seat for each of so many people, or for none; return of each what ``ask`` would.

    :raises ModeNotOffered: as ``ask`` does.
    """
    with connection.cursor() as cursor:
        cursor.execute(ASK_TOGETHER, {"id": pool.pk, "n": people})
        waiting, last_position = _only_row(cursor, pool)
    return [None] * people if waiting == 0 else list(range(last_position - people + 1, last_position + 1))


def ask_for_many(pool: SeatPool, people: int) -> list[int | None]:
    """Ask for so many people one after the other, in one statement; return of each what ``ask`` would.

    :raises ModeNotOffered: as ``ask`` does.
    """
    with connection.cursor() as cursor:
        cursor.execute(ASK_FOR_MANY, {"id": pool.pk, "people": people})
        given, last_position = _only_row(cursor, pool)
    waiting = people - given
    return [*[None] * given, *range(last_position - waiting + 1, last_position + 1)]


def queue_up(pool: SeatPool) -> int:
    """Return a position for a claim that cannot take a seat yet; it holds up nobody.

    :raises ModeNotOffered: as ``ask`` does.
    """
    with connection.cursor() as cursor:
        cursor.execute(QUEUE_UP, [pool.pk])
        (last_position,) = _only_row(cursor, pool)
    return int(last_position)


def _only_row(cursor: CursorWrapper, pool: SeatPool) -> tuple[int, ...]:
    row: tuple[int, ...] | None = cursor.fetchone()
    if row is None:
        raise ModeNotOffered(pool.mode)
    return row


def lock_pools(edition: Edition) -> dict[int, SeatPool]:
    """Lock all pools of the edition until the transaction ends, and return them by id."""
    pools = SeatPool.objects.filter(edition=edition).in_locking_order().select_for_update(of=("self",))
    return {pool.pk: pool for pool in pools.select_related("session")}


def pool_of_mode(pools: Iterable[SeatPool], mode: str) -> SeatPool:
    """Return the edition's pool of a mode among ``pools``.

    :raises ModeNotOffered: there is none.
    """
    for pool in pools:
        if pool.session_id is None and pool.mode == mode:
            return pool
    raise ModeNotOffered(mode)


def ask_for_seats(
    registration: Registration, edition_pool: SeatPool, session_pools: Iterable[SeatPool], *, is_eligible: bool
) -> list[Claim]:
    """Ask for the edition's seat, then for those of the sessions; return the unsaved claims, the edition's first.

    ``is_eligible`` is false for a registration that awaits approval: it gets positions, and no seat.
    """
    claims = [_ask_for_seat(registration, edition_pool, is_eligible=is_eligible)]
    return claims + ask_for_session_seats(registration, session_pools, is_eligible=claims[0].is_held)


def ask_for_session_seats(
    registration: Registration, session_pools: Iterable[SeatPool], *, is_eligible: bool
) -> list[Claim]:
    """Ask for seats in sessions, in the locking order; return the unsaved claims."""
    ordered = sorted(session_pools, key=lambda pool: pool.session_id or 0)
    return [_ask_for_seat(registration, pool, is_eligible=is_eligible) for pool in ordered]


def _ask_for_seat(registration: Registration, pool: SeatPool, *, is_eligible: bool) -> Claim:
    position = ask(pool) if is_eligible else queue_up(pool)
    return Claim(
        registration=registration, pool=pool, is_held=position is None, position=position, is_eligible=is_eligible
    )


def take_seat(claim: Claim) -> None:
    """Turn a waiting claim into a held one, whatever the capacity; its pool is locked by the caller."""
    waited = 1 if claim.is_eligible else 0
    SeatPool.objects.filter(pk=claim.pool_id).update(taken=F("taken") + 1, waiting=F("waiting") - waited)
    claim.is_held, claim.position, claim.is_eligible = True, None, True
    claim.save(update_fields=["is_held", "position", "is_eligible"])


def make_eligible(claim: Claim) -> None:
    """Let a claim that queued up take a seat if one is free and nobody waits; else it waits at its old position."""
    if claim.is_eligible:
        return
    claim.pool.refresh_from_db(fields=["capacity", "taken", "waiting"])
    if claim.pool.has_room:
        take_seat(claim)
        return
    claim.is_eligible = True
    claim.save(update_fields=["is_eligible"])
    SeatPool.objects.filter(pk=claim.pool_id).update(waiting=F("waiting") + 1)


def make_sessions_eligible(registration: Registration) -> None:
    """To be called once the registration holds its seat in the edition."""
    claims = registration.claims.waiting().filter(pool__session__isnull=False, is_eligible=False)
    for claim in claims.select_related("pool").order_by("pool__session_id"):
        make_eligible(claim)


def release(claims: Sequence[Claim]) -> None:
    """Give up claims; their pools are locked by the caller, who then calls ``give_on``."""
    for claim in claims:
        if claim.is_held:
            SeatPool.objects.filter(pk=claim.pool_id).update(taken=F("taken") - 1)
        elif claim.is_eligible:
            SeatPool.objects.filter(pk=claim.pool_id).update(waiting=F("waiting") - 1)
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).delete()


def release_all(registration: Registration) -> None:
    """Give up everything, remembering the sessions for a return; the caller saves the registration."""
    claims = list(registration.claims.select_related("pool"))
    registration.released_sessions = [claim.pool.session_id for claim in claims if claim.pool.session_id is not None]
    release(claims)


def give_on(edition: Edition, at: datetime) -> None:
    """Give every free seat of the edition to the first eligible claims, in the caller's transaction.

    The edition's pools go first: people admitted there become eligible in their sessions. All pools are locked by the
    caller. The number of statements does not depend on how many people are admitted.
    """
    if not edition.gives_on_seats(at):
        return
    pools = SeatPool.objects.filter(edition=edition).in_locking_order()
    admitted = [claim for pool in pools.of_modes() for claim in _take_free_seats(pool)]
    _tell_admitted(edition, admitted, at)
    _let_into_sessions(admitted)
    told = {claim.registration_id for claim in admitted}
    in_sessions = [claim for pool in pools.of_sessions() for claim in _take_free_seats(pool)]
    confirmed = [claim for claim in in_sessions if claim.registration.status == Registration.Status.CONFIRMED]
    letters.tell_seats(
        [claim for claim in confirmed if claim.registration_id not in told], letters.Kind.SESSION_PROMOTED, at=at
    )


def _take_free_seats(pool: SeatPool) -> list[Claim]:
    """Give the free seats of a pool to who waits first, and return their claims."""
    free = pool.waiting if pool.capacity is None else min(pool.waiting, pool.capacity - pool.taken)
    if free <= 0:
        return []
    first = list(Claim.objects.eligible().select_related("registration").filter(pool=pool)[: free + 1])
    claims = _without_part_of_a_group(first, free)
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(is_held=True, position=None)
    SeatPool.objects.filter(pk=pool.pk).update(taken=F("taken") + len(claims), waiting=F("waiting") - len(claims))
    return claims


def _without_part_of_a_group(claims: list[Claim], free: int) -> list[Claim]:
    """Return the claims for which seats are free, less a group at their end that goes on beyond.

    Nobody behind gets the seats that it leaves: it would wait for ever while single people pass it by.
    """
    parted = {claim.group_id for claim in claims[free:]} - {None}
    return [claim for claim in claims[:free] if claim.group_id not in parted]


def _tell_admitted(edition: Edition, claims: list[Claim], at: datetime) -> None:
    """Confirm who waited and tell them; an address that is not proved is told when it is."""
    waited = [claim for claim in claims if claim.registration.status == Registration.Status.WAITING]
    registrations = Registration.objects.filter(pk__in=[claim.registration_id for claim in waited])
    registrations.update(status=Registration.Status.CONFIRMED, confirmed_at=at)
    letters.tell_seats(waited, letters.Kind.PROMOTED, at=at)
    webhooks.tell(edition, [claim.registration for claim in waited], webhooks.Event.CONFIRMED, at=at)


def _let_into_sessions(admitted: list[Claim]) -> None:
    """Let those who hold the edition's seat now stand on the lists of their sessions, where they asked."""
    waiting = Claim.objects.waiting().filter(
        registration__in=[claim.registration_id for claim in admitted], pool__session__isnull=False, is_eligible=False
    )
    numbers = Counter(waiting.values_list("pool_id", flat=True))
    waiting.update(is_eligible=True)
    for pool_id, number in numbers.items():
        SeatPool.objects.filter(pk=pool_id).update(waiting=F("waiting") + number)


def rank(claim: Claim) -> int | None:
    """Return how many eligible claims stand up to and including this one; None if it holds a seat or cannot yet."""
    if claim.is_held or not claim.is_eligible:
        return None
    return Claim.objects.eligible().filter(pool_id=claim.pool_id, position__lte=claim.position).count()
