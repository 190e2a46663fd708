"""An edition that was to be on site takes place online only."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from programme.models import RESERVED, AttendanceMode, Edition, SeatPool
from registrations.models import Claim, Registration
from registrations.services import answers, holds, letters, seats, visa_letters

# Behind everybody who waits online already, and among themselves in the order they had.
QUEUE_BEHIND = """
    UPDATE registrations_claim AS claim SET pool_id = %(target)s, position = %(last_position)s + place.number
    FROM (
        SELECT id, row_number() OVER (ORDER BY position) AS number FROM registrations_claim
        WHERE pool_id = %(source)s AND NOT is_held
    ) AS place
    WHERE claim.id = place.id
"""


class NotMovable(Exception):
    """The edition is not announced, has begun, or was never on site."""


def move_online(*, edition: Edition, at: datetime) -> int:
    """Move everybody on site to the seats online, and write once to everybody; return how many were moved.

    Who holds a seat keeps it, even beyond the limit online. Who waits queues up behind those who wait online, and gets
    a seat where one is free. Moving what was moved changes nothing and writes to nobody.

    :raises NotMovable: the edition cannot be moved.
    """
    with transaction.atomic(durable=True):
        holds.expire(edition, at)
        pools = seats.lock_pools(edition).values()
        current = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
        if current.is_moved_online:
            return 0
        source = next((pool for pool in pools if pool.mode == AttendanceMode.ONSITE), None)
        if source is None or not is_movable(current, at):
            raise NotMovable(current.slug)
        target, _created = SeatPool.objects.get_or_create(edition=current, session=None, mode=AttendanceMode.ONLINE)
        sources = [source, *(pool for pool in pools if pool.mode == RESERVED)]
        moved = sum(_move_claims(pool, target) for pool in sources)
        # Those who are out, too: who comes back asks for what there is.
        on_site = Registration.objects.filter(edition=current, mode=AttendanceMode.ONSITE)
        visa_letters.end(on_site)
        on_site.update(mode=AttendanceMode.ONLINE, calendar_sequence=F("calendar_sequence") + 1)
        SeatPool.objects.filter(pk__in=[pool.pk for pool in sources]).delete()
        answers.forget_diets(Registration.objects.filter(edition=current))
        _note(current, at)
        alive = Registration.objects.filter(edition=current, status__in=Registration.ALIVE)
        letters.send_all(
            alive.iterator(), letters.Kind.EDITION_MOVED_ONLINE, at=at, occasion=str(current.calendar_sequence)
        )
        seats.give_on(current, at)
    return moved


def is_movable(edition: Edition, at: datetime) -> bool:
    """Whether its status and its date allow it; whether it is on site is for the pools to say."""
    return (
        edition.status in {Edition.Status.PUBLISHED, Edition.Status.POSTPONED}
        and not edition.has_begun(at)
        and not edition.is_moved_online
    )


def _move_claims(source: SeatPool, target: SeatPool) -> int:
    """Move the claims of a locked pool to another, with its counts; return how many there were."""
    with connection.cursor() as cursor:
        keys = {"source": source.pk, "target": target.pk, "last_position": target.last_position}
        cursor.execute(QUEUE_BEHIND, keys)
        queued = int(cursor.rowcount)
    held = Claim.objects.filter(pool=source).update(pool=target)
    SeatPool.objects.filter(pk=target.pk).update(
        taken=F("taken") + source.taken,
        waiting=F("waiting") + source.waiting,
        last_position=F("last_position") + queued,
    )
    return held + queued


def _note(edition: Edition, at: datetime) -> None:
    edition.moved_online_at = at
    edition.calendar_sequence += 1
    edition.save(update_fields=["moved_online_at", "calendar_sequence", "updated_at"])
