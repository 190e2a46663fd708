"""What the public pages read, in few queries and always as many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse

from programme.models import Appearance, Edition, Figure, Logo, Organisation, Partnership, Person, SeatPool, Session
from programme.services.cover import Cover, draw_cover

# In the order in which a printed programme names them.
ROLES = ("speaker", "discussant", "chair", "moderator", "organizer")
COLOUR = r"^#[0-9a-fA-F]{6}$"
# What a template is given: anything, by name.
Context = dict[str, Any]
MEASURES = ("not_stated", "people", "present", "confirmed", "registered")


@dataclass(frozen=True)
class RoleGroup:
    """The people who have one role, in a session or in an edition."""

    role: str
    appearances: list[Appearance]

    @property
    def count(self) -> int:
        return len(self.appearances)


@dataclass(frozen=True)
class ProgrammeEntry:
    """A session as the programme lists it; breaks have no number."""

    session: Session
    number: int | None
    roles: list[RoleGroup]


@dataclass(frozen=True)
class HeadlineFigure:
    """The number that stands for a past edition, and its picture."""

    figure: Figure
    cover: Cover | None


@dataclass(frozen=True)
class Seats:
    """The seats of an edition by mode; a mode that is not offered is None."""

    onsite: SeatPool | None
    online: SeatPool | None

    @property
    def offered(self) -> list[SeatPool]:
        return [pool for pool in (self.onsite, self.online) if pool]

    @property
    def waiting(self) -> int:
        return sum(pool.waiting for pool in self.offered)

    @property
    def cover(self) -> Cover | None:
        """One mark per seat of the room; none where the room has no limit or the edition is online alone."""
        if self.onsite is None or self.onsite.capacity is None:
            return None
        return draw_cover(seats=self.onsite.capacity, full=min(self.onsite.taken, self.onsite.capacity))


def by_role(appearances: Iterable[Appearance]) -> list[RoleGroup]:
    ordered = sorted(appearances, key=lambda a: (ROLES.index(a.role), a.position, a.pk))
    return [RoleGroup(role, list(group)) for role, group in groupby(ordered, key=lambda a: a.role)]


def programme_of(edition: Edition) -> list[ProgrammeEntry]:
    """Return the programme in its printed order, with people and seats, in two queries."""
    people = Appearance.objects.select_related("person")
    sessions = Session.objects.filter(edition=edition).in_order().select_related("seat_pool")
    entries: list[ProgrammeEntry] = []
    number = 0
    for session in sessions.prefetch_related(Prefetch("appearances", people)):
        session.edition = edition  # its zone is asked for each time
        is_talk = session.kind == Session.Kind.SESSION
        number += is_talk
        entries.append(ProgrammeEntry(session, number if is_talk else None, by_role(session.appearances.all())))
    return entries


def seats_of(edition: Edition) -> Seats:
    return seats_among(edition.seat_pools.of_modes())


def seats_among(pools: Iterable[SeatPool]) -> Seats:
    by_mode = {pool.mode: pool for pool in pools}
    return Seats(onsite=by_mode.get("onsite"), online=by_mode.get("online"))


def state_of(edition: Edition, seats: Seats, *, at: datetime) -> str:
    """Return what a visitor must know of the edition, in one word.

    One of ``soon``, ``open``, ``full_onsite`` (online is open still), ``full``, ``closed``, ``over``, ``postponed``
    and ``cancelled``.
    """
    state = edition.registration_state(at)
    if state == "closed" and (edition.is_over(at) or edition.status == Edition.Status.ARCHIVED):
        return "over"
    if state != "open" or not seats.offered:
        return state
    if not any(pool.has_room for pool in seats.offered):
        return "full"
    return "full_onsite" if seats.onsite and not seats.onsite.has_room else "open"


def headline_of(figures: Iterable[Figure]) -> HeadlineFigure | None:
    """Choose the figure that stands for an edition: a declared one first, as it was said in public."""
    ordered = sorted(figures, key=lambda f: (f.source != Figure.Source.DECLARED, MEASURES.index(f.measure), f.pk))
    if not ordered:
        return None
    chosen = ordered[0]
    counted = chosen.value if chosen.source == Figure.Source.COUNTED else 0
    return HeadlineFigure(chosen, draw_cover(seats=chosen.value, full=counted, rounded=chosen.is_approximate))


def organisers_of(edition: Edition | None) -> list[Organisation]:
    """Return the organisations that the foot of every page of an edition names."""
    if edition is None:
        return []
    partnerships = edition.partnerships.filter(role=Partnership.Role.ORGANIZER).select_related("organisation")
    return [partnership.organisation for partnership in partnerships.order_by("position", "id")]


def organisers_among(partnerships: Iterable[Partnership]) -> list[Organisation]:
    return [partnership.organisation for partnership in partnerships if partnership.role == Partnership.Role.ORGANIZER]


def partnerships_of(edition: Edition) -> list[Partnership]:
    roles = list(Partnership.Role)
    logos = Prefetch("organisation__logos", Logo.objects.without_content())
    found = edition.partnerships.select_related("organisation").prefetch_related(logos).order_by("position", "id")
    return sorted(found, key=lambda partnership: roles.index(Partnership.Role(partnership.role)))


def current_edition(*, at: datetime) -> Edition | None:
    """Return the edition that the site is about now: one that is open, else the next, else the last."""
    upcoming: list[Edition] = list(Edition.objects.upcoming(at))
    if upcoming:
        order = ("open", "soon", "closed", "postponed", "cancelled")
        return min(upcoming, key=lambda edition: order.index(edition.registration_state(at)))
    last: Edition | None = Edition.objects.past(at).first()
    return last


def coming_editions(*, at: datetime, apart_from: Edition | None) -> list[Edition]:
    return [edition for edition in Edition.objects.upcoming(at) if edition != apart_from]


def past_editions(*, at: datetime, apart_from: Edition | None) -> list[tuple[Edition, HeadlineFigure | None]]:
    editions = Edition.objects.past(at).prefetch_related("figures")
    return [(edition, headline_of(edition.figures.all())) for edition in editions if edition != apart_from]


def hero_of(edition: Edition, *, at: datetime) -> Context:
    """Return what the head of a page about an edition shows: its state, its seats and its picture."""
    seats = seats_of(edition)
    state = state_of(edition, seats, at=at)
    figures = list(edition.figures.order_by("id"))
    headline = headline_of(figures)
    return {
        "seats": seats,
        "state": state,
        "figures": figures,
        "headline": headline,
        "cover": _hero_cover(state, seats, headline),
    }


def _hero_cover(state: str, seats: Seats, headline: HeadlineFigure | None) -> Cover | None:
    if state == "over":
        return headline.cover if headline else None
    return None if state in {"cancelled", "postponed"} else seats.cover


def edition_page(edition: Edition, *, at: datetime) -> Context:
    partnerships = partnerships_of(edition)
    people = edition.appearances.filter(session=None).select_related("person")
    programme = programme_of(edition)
    return hero_of(edition, at=at) | {
        "at": at,
        "edition": edition,
        "programme": programme,
        "sessions": [entry for entry in programme if entry.number],
        "roles": by_role(people),
        "partnerships": partnerships,
        "organisers": organisers_among(partnerships),
        "described": list({p.organisation: None for p in partnerships if p.organisation.about}),
        "documents": edition.documents.order_by("position", "id"),
    }


def programme_page(edition: Edition, *, at: datetime) -> Context:
    entries = programme_of(edition)
    return {
        "at": at,
        "edition": edition,
        "state": state_of(edition, seats_of(edition), at=at),
        "days": days_of(entries),
        "has_times": any(entry.session.starts_at for entry in entries),
    }


def days_of(entries: list[ProgrammeEntry]) -> list[tuple[date | None, list[ProgrammeEntry]]]:
    """Group the programme by day; an entry without a time stays with those before it."""
    days: list[tuple[date | None, list[ProgrammeEntry]]] = []
    for entry in entries:
        day = entry.session.local_start.date() if entry.session.local_start else None
        if not days or (day is not None and days[-1][0] is not None and day != days[-1][0]):
            days.append((day, []))
        elif days[-1][0] is None:
            days[-1] = (day, days[-1][1])
        days[-1][1].append(entry)
    return days


def contact_of(edition: Edition | None) -> dict[str, str]:
    """Return the address to write to about the site."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return {"contact": (edition.contact_email if edition else "") or sender, "origin": settings.PUBLIC_ORIGIN}


def site_plan() -> list[tuple[Edition, list[Session]]]:
    """Return every public edition with its sessions, the latest first."""
    talks = Prefetch("sessions", queryset=Session.objects.talks().in_order())
    editions = Edition.objects.public().order_by("-starts_at", "-id").prefetch_related(talks)
    return [(edition, list(edition.sessions.all())) for edition in editions]


def coloured_editions() -> list[Edition]:
    """Return the editions whose colours can stand in a stylesheet; the database itself would keep any text."""
    colour = {"accent_light__regex": COLOUR, "accent_dark__regex": COLOUR}
    return list(Edition.objects.public().filter(slug__regex=r"^[-\w]+$", **colour).order_by("id"))


def public_paths() -> list[str]:
    """Return the name and arguments of every page that search engines may list."""
    paths = [reverse(f"programme:{name}") for name in ("home", "privacy", "accessibility", "legal", "sitemap")]
    for edition, talks in site_plan():
        paths += [reverse(f"programme:{name}", args=[edition.slug]) for name in ("edition", "programme")]
        paths += [reverse("programme:session", args=[edition.slug, session.slug]) for session in talks]
    people = Person.objects.filter(appearances__edition__in=Edition.objects.public()).distinct().order_by("id")
    return paths + [reverse("programme:person", args=[person.slug]) for person in people]
