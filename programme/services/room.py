"""Whether the room holds everybody who is offered a seat there."""

from collections.abc import Iterable

from programme.models import RESERVED, AttendanceMode, SeatPool


def exceeds_room(pools: Iterable[SeatPool]) -> bool:
    """Whether the seats on site, offered and reserved together, are more than the room's safety limit, if it has one."""
    in_room = {pool.mode: pool for pool in pools if pool.mode in {AttendanceMode.ONSITE, RESERVED}}
    onsite = in_room.get(AttendanceMode.ONSITE)
    if onsite is None or onsite.safety_limit is None:
        return False
    return sum(pool.capacity or 0 for pool in in_room.values()) > onsite.safety_limit
