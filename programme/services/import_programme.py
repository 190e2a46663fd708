"""Add to a programme what a file tells of it, once, however often the file is sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from programme.models import Appearance, Edition, Session
from programme.services.people import KnownPeople, SeveralPeople
from programme.services.programme_files import MOST_SESSIONS, Draft, TooManySessions
from programme.services.programme_lines import Named
from programme.services.running_order import put_in_order
from programme.services.schedule import guid_of
from programme.services.slugs import free_slug
from symposium.lib.text import fold


@dataclass
class Planned:
    """A session of a file: new, or there already; ``new_people`` are not known yet, ``unclear`` have namesakes."""

    draft: Draft
    is_there: bool
    new_people: list[Named] = field(default_factory=list)
    unclear: list[Named] = field(default_factory=list)


@dataclass(frozen=True)
class Added:
    sessions: list[Session]
    appearances: list[Appearance]
    people: KnownPeople
    moved: list[Session]
    already_there: int


class Programme:
    """What an edition has already, by the identifiers and by the titles and times of its sessions."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.sessions = list(Session.objects.filter(edition=edition).in_order())
        self._guids = {session.guid for session in self.sessions}
        self._seen: set[tuple[str, datetime | None]] = set()
        for session in self.sessions:
            for language in ("fr", "en"):
                self._see(getattr(session, f"title_{language}") or "", session.starts_at)

    def holds(self, draft: Draft) -> bool:
        """Whether the session is there; by what its calendar calls it, or by its title and time."""
        if draft.uid and {self.guid_of(draft), _guid_in(draft.uid)} & self._guids:
            return True
        return any((fold(title), draft.starts_at) in self._seen for title in (draft.title_fr, draft.title_en) if title)

    def note(self, draft: Draft) -> None:
        if draft.uid:
            self._guids.add(self.guid_of(draft))
        for title in (draft.title_fr, draft.title_en):
            self._see(title, draft.starts_at)

    def guid_of(self, draft: Draft) -> UUID:
        """Return the identifier that the session of such a name has in this edition, a random one for one without."""
        return guid_of(self.edition, "imported", draft.uid) if draft.uid else uuid4()

    def _see(self, title: str, starts_at: datetime | None) -> None:
        if title:
            self._seen.add((fold(title), starts_at))


def _guid_in(uid: str) -> UUID | None:
    """Return the identifier in a name that a calendar of ours has given."""
    try:
        return UUID(uid.partition("@")[0])
    except ValueError:
        return None


def plan(*, edition: Edition, drafts: Iterable[Draft]) -> list[Planned]:
    """Return what an import would do; nothing is stored.

    :raises TooManySessions: the programme would hold more than its page shows.
    """
    programme, known = Programme(edition), KnownPeople.read()
    planned = []
    for draft in drafts:
        one = Planned(draft, programme.holds(draft))
        for named in () if one.is_there else draft.people:
            try:
                if known.find(named.name) is None:
                    one.new_people.append(named)
            except SeveralPeople:
                one.unclear.append(named)
        programme.note(draft)
        planned.append(one)
    if len(programme.sessions) + sum(not one.is_there for one in planned) > MOST_SESSIONS:
        raise TooManySessions
    return planned


def import_programme(*, edition: Edition, drafts: Iterable[Draft]) -> Added:
    """Add the sessions that are not there, with their people; who has namesakes is left out, for somebody to choose.

    :raises TooManySessions: as when it was planned.
    """
    with transaction.atomic():
        Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)  # who imports the same file waits
        programme, known = Programme(edition), KnownPeople.read()
        slugs = {session.slug for session in programme.sessions}
        position = max((session.position for session in programme.sessions), default=0)
        sessions, appearances, already_there = [], [], 0
        for draft in drafts:
            if programme.holds(draft):
                already_there += 1
                continue
            slug = free_slug(draft.title, otherwise="session", taken=slugs)
            slugs.add(slug)
            position += 1
            session = _session(programme, draft, slug, position)
            sessions.append(session)
            appearances += _appearances(session, draft, known)
            programme.note(draft)
        if len(programme.sessions) + len(sessions) > MOST_SESSIONS:
            raise TooManySessions
        moved = [one for one in put_in_order(edition) if one not in sessions]
    return Added(sessions, appearances, known, moved, already_there)


def _session(programme: Programme, draft: Draft, slug: str, position: int) -> Session:
    names = ("kind", "title_fr", "title_en", "starts_at", "ends_at", "room_fr", "room_en", "summary_fr", "summary_en")
    return Session.objects.create(
        edition=programme.edition,
        guid=programme.guid_of(draft),
        slug=slug,
        position=position,
        **{name: getattr(draft, name) for name in names},
    )


def _appearances(session: Session, draft: Draft, known: KnownPeople) -> list[Appearance]:
    found: dict[tuple[int, str], Appearance] = {}
    for named in draft.people:
        given_name, family_name = named.names
        try:
            person = known.find(named.name) or known.add(given_name=given_name, family_name=family_name)
        except SeveralPeople:
            continue
        found.setdefault(
            (person.pk, named.role),
            Appearance(
                edition=session.edition,
                session=session,
                person=person,
                role=named.role,
                affiliation_fr=named.affiliation,
                position=len(found) + 1,
            ),
        )
    return Appearance.objects.bulk_create(found.values())
