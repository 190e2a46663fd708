"""How the editions of the sample are written down: sessions, and people with their roles."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import slugify

from programme.models import Appearance, Edition, Person, Session

Texts = tuple[str, str]  # in French, in English


@dataclass(frozen=True)
class Role:
    """What somebody does in a session, or in the edition as a whole, and what they were then."""

    given_name: str
    family_name: str
    role: Appearance.Role
    affiliation: Texts


@dataclass(frozen=True)
class Part:
    """A session or a break. ``times`` is empty while they are not published."""

    slug: str
    title: Texts
    summary: Texts = ("", "")
    note: Texts = ("", "")
    room: Texts = ("", "")
    times: tuple[datetime, datetime] | None = None
    kind: Session.Kind = Session.Kind.SESSION
    roles: list[Role] = field(default_factory=list)


def speaks(given_name: str, family_name: str, french: str, english: str) -> Role:
    return Role(given_name, family_name, Appearance.Role.SPEAKER, (french, english))


def moderates(given_name: str, family_name: str, french: str, english: str) -> Role:
    return Role(given_name, family_name, Appearance.Role.MODERATOR, (french, english))


def write_programme(edition: Edition, parts: list[Part], in_the_whole: list[Role]) -> None:
    """Store the programme of a new edition."""
    for position, part in enumerate(parts, start=1):
        starts_at, ends_at = part.times or (None, None)
        session = Session.objects.create(
            edition=edition,
            slug=part.slug,
            kind=part.kind,
            position=position,
            title_fr=part.title[0],
            title_en=part.title[1],
            summary_fr=part.summary[0],
            summary_en=part.summary[1],
            note_fr=part.note[0],
            note_en=part.note[1],
            room_fr=part.room[0],
            room_en=part.room[1],
            starts_at=starts_at,
            ends_at=ends_at,
        )
        _let_appear(edition, session, part.roles)
    _let_appear(edition, None, in_the_whole)


def _let_appear(edition: Edition, session: Session | None, roles: list[Role]) -> None:
    for position, role in enumerate(roles, start=1):
        person, _created = Person.objects.get_or_create(
            slug=slugify(f"{role.given_name} {role.family_name}"),
            defaults={
                "given_name": role.given_name,
                "family_name": role.family_name,
                "affiliation_fr": role.affiliation[0],
                "affiliation_en": role.affiliation[1],
            },
        )
        Appearance.objects.create(
            edition=edition,
            session=session,
            person=person,
            role=role.role,
            affiliation_fr=role.affiliation[0],
            affiliation_en=role.affiliation[1],
            position=position,
        )
