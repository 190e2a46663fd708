"""The order in which a programme is printed."""

from collections.abc import Sequence

from programme.models import Edition, Session


def in_running_order(sessions: Sequence[Session]) -> list[Session]:
    """Return the sessions by their place, and those with a time among themselves by that time.

    One without a time keeps its place between the others: nobody but its organizer knows where it belongs.
    """
    placed = sorted(sessions, key=lambda session: (session.position, session.pk))
    timed = iter(sorted((s for s in placed if s.starts_at), key=lambda s: (s.starts_at, s.position, s.pk)))
    return [next(timed) if session.starts_at else session for session in placed]


def put_in_order(edition: Edition) -> list[Session]:
    """Number the sessions of an edition in their running order, and return those whose number is another now."""
    sessions = list(edition.sessions.only("id", "position", "starts_at"))
    ordered = in_running_order(sessions)
    if ordered == sorted(sessions, key=lambda session: (session.position, session.pk)):
        return []
    moved = []
    for position, session in enumerate(ordered, start=1):
        if session.position != position:
            session.position = position
            session.save(update_fields=["position"])
            moved.append(session)
    return moved
