"""What cannot well be in a programme: a room or a person in two sessions at once, a session beside the edition."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from programme.models import Edition, Session


class Clash(StrEnum):
    ROOM = "room"
    PERSON = "person"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Warned:
    """``session`` is where it is mended, ``other`` what it clashes with; ``name`` is that of the room or the person."""

    clash: Clash
    session: Session
    other: Session | None = None
    name: str = ""


def clashes_of(edition: Edition) -> list[Warned]:
    """Return what is wrong between the sessions, in their order; nothing is read that was prefetched."""
    sessions = sorted(edition.sessions.all(), key=lambda session: (session.position, session.pk))
    people: dict[int | None, set[tuple[int, str]]] = {session.pk: set() for session in sessions}
    for appearance in edition.appearances.all():
        people.setdefault(appearance.session_id, set()).add((appearance.person_id, appearance.person.name))
    found = [Warned(Clash.OUTSIDE, session) for session in sessions if is_outside(session, edition)]
    for one, other in combinations(sessions, 2):
        if one.clashes_with(other):
            found += _between(one, other, people[one.pk] & people[other.pk])
    return found


def is_outside(session: Session, edition: Edition) -> bool:
    """Whether a session lies beside the edition; a welcome may come before the beginning."""
    starts_at, ends_at = session.starts_at, session.ends_at or session.starts_at
    if session.kind != Session.Kind.SESSION or starts_at is None or ends_at is None:
        return False
    return starts_at < edition.starts_at or ends_at > edition.ends_at


def _between(one: Session, other: Session, in_both: set[tuple[int, str]]) -> Iterator[Warned]:
    if one.room and one.room.casefold() == other.room.casefold():
        yield Warned(Clash.ROOM, other, one, one.room)
    for _person, name in sorted(in_both):
        yield Warned(Clash.PERSON, other, one, name)
