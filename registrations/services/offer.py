"""What an edition offers to somebody who registers."""

from dataclasses import dataclass

from programme.models import AttendanceMode, Edition, SeatPool, Session


@dataclass(frozen=True)
class Offer:
    """The modes and sessions of an edition with their seats, as a glance: only asking decides."""

    edition: Edition
    pools: tuple[SeatPool, ...]
    modes: tuple[SeatPool, ...]
    sessions: tuple[Session, ...]

    @property
    def clashes(self) -> list[tuple[Session, Session]]:
        """Return the pairs of sessions whose published times overlap."""
        return [
            (one, other)
            for place, one in enumerate(self.sessions)
            for other in self.sessions[place + 1 :]
            if one.clashes_with(other)
        ]


def offer_of(edition: Edition) -> Offer:
    """Return the offer in one query; a session that never got its pool is not offered."""
    pools = list(SeatPool.objects.filter(edition=edition).select_related("session"))
    modes = [pool for pool in pools if pool.is_for_all]
    sessions = []
    for pool in pools:
        if pool.session is not None and pool.session.kind == Session.Kind.SESSION:
            pool.session.edition = edition
            sessions.append(pool.session)
    return Offer(
        edition,
        tuple(pools),
        tuple(sorted(modes, key=lambda pool: AttendanceMode.values.index(pool.mode))),
        tuple(sorted(sessions, key=lambda session: (session.position, session.pk))),
    )
