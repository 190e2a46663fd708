"""What search engines read in the head of a page (schema.org, JSON-LD): the series, its editions, their sessions."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from programme.models import Appearance, Edition, Partnership, SeatPool, Session
from programme.services.pages import ProgrammeEntry, RoleGroup, Seats
from programme.services.schedule import address_of, place_of
from symposium.lib.text import carriable, one_line

Thing = dict[str, Any]
SERIES_NAME = "Symposium"
CONTEXT = {"@context": "https://schema.org"}
CALLED_OFF = {Edition.Status.CANCELLED.value: "EventCancelled", Edition.Status.POSTPONED.value: "EventPostponed"}
# In these a visitor can still get a seat, will be able to, or joins the list.
OFFERED = frozenset({"soon", "open", "full_onsite", "full"})
DAY_FORMATS = {Edition.DatePrecision.MONTH.value: "%Y-%m", Edition.DatePrecision.DAY.value: "%Y-%m-%d"}
# As text inside a script element they would be markup.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_script(thing: Thing) -> SafeString:
    """Return a data block that no text can close."""
    text = json.dumps(CONTEXT | thing, ensure_ascii=False, default=str).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped in the line above


def series(editions: Iterable[Edition]) -> Thing:
    return {
        "@type": "EventSeries",
        "@id": f"{settings.PUBLIC_ORIGIN}/",
        "name": SERIES_NAME,
        "url": address_of("home"),
        "inLanguage": _languages(),
        "subEvent": [_edition_in_short(edition) for edition in editions],
    }


def edition(
    edition: Edition,
    *,
    seats: Seats,
    state: str,
    entries: Iterable[ProgrammeEntry],
    roles: Iterable[RoleGroup],
    partnerships: Iterable[Partnership],
) -> Thing:
    entries, partnerships = list(entries), list(partnerships)
    on_stage = [group for entry in entries for group in entry.roles]
    return _filled(
        _edition_in_short(edition)
        | {
            "alternateName": _other_title(edition),
            "image": [address_of("preview", edition.slug)],
            "description": carriable(edition.lead),
            "inLanguage": _languages(),
            "isAccessibleForFree": True,
            "eventAttendanceMode": _mode(seats),
            "location": _location(edition, seats),
            "superEvent": {"@type": "EventSeries", "@id": f"{settings.PUBLIC_ORIGIN}/", "name": SERIES_NAME},
            "organizer": _organisations(partnerships, Partnership.Role.ORGANIZER),
            "sponsor": _organisations(partnerships, Partnership.Role.SUPPORTER),
            "performer": _performers(on_stage),
            "contributor": [
                *_roles([*on_stage, *roles]),
                *_in_role("partner", _organisations(partnerships, Partnership.Role.PARTNER)),
            ],
            "offers": _offer(edition, seats.offered, state),
            "subEvent": [_session_in_short(edition, entry.session) for entry in entries],
        }
        | _capacities(seats)
    )


def session(edition: Edition, entry: ProgrammeEntry, *, seats: Seats, state: str) -> Thing:
    session = entry.session
    pool = getattr(session, "seat_pool", None)
    return _filled(
        _session_in_short(edition, session)
        | {
            "alternateName": _other_title(session),
            "image": [address_of("preview", edition.slug)],
            "description": carriable(session.summary),
            "inLanguage": _languages(),
            "isAccessibleForFree": True,
            "eventAttendanceMode": _mode(seats),
            "location": _location(edition, seats, room=session.room),
            "superEvent": _edition_in_short(edition),
            "performer": _performers(entry.roles),
            "contributor": _roles(entry.roles),
            "offers": _offer(edition, [pool] if pool else seats.offered, state),
            "maximumAttendeeCapacity": pool and pool.capacity,
            "remainingAttendeeCapacity": pool and pool.free,
        }
    )


def _edition_in_short(edition: Edition) -> Thing:
    """Return what names an edition; its identifier is the same in both languages."""
    starts, ends = _dates(edition)
    return _filled(
        {
            "@type": "EducationEvent",
            "@id": f"{settings.PUBLIC_ORIGIN}/{edition.slug}/",
            "name": one_line(edition.title),
            "url": address_of("edition", edition.slug),
            "startDate": starts,
            "endDate": ends,
            "previousStartDate": _previous_start(edition),
            "eventStatus": _status(edition),
            "location": _place(edition),
        }
    )


def _session_in_short(edition: Edition, session: Session) -> Thing:
    """Return what names a session; one without a published time has the date of its edition."""
    starts, ends = _dates(edition)
    before = _previous_start(edition)
    if session.local_start:
        starts = session.local_start.isoformat()
        ends = session.local_end.isoformat() if session.local_end else ""
        before = ""  # what was its own time is not kept
    return _filled(
        {
            "@type": "EducationEvent",
            "@id": f"{settings.PUBLIC_ORIGIN}/{edition.slug}/sessions/{session.slug}/",
            "name": one_line(session.title),
            "url": address_of("session", edition.slug, session.slug),
            "startDate": starts,
            "endDate": ends,
            "previousStartDate": before,
            "eventStatus": _status(edition),
            "location": _place(edition, room=session.room),
        }
    )


def _dates(edition: Edition) -> tuple[str, str]:
    """Return the beginning and the end as exactly as they are known."""
    last_day = (edition.local_end - timedelta(microseconds=1)).date()
    if edition.date_precision == Edition.DatePrecision.TIME:
        return edition.local_start.isoformat(), edition.local_end.isoformat()
    return _as_known(edition, edition.local_start), f"{last_day:{DAY_FORMATS[edition.date_precision]}}"


def _as_known(edition: Edition, moment: datetime) -> str:
    """Return a moment by the edition's clock, as exactly as its date is known."""
    if edition.date_precision == Edition.DatePrecision.TIME:
        return moment.isoformat()
    return f"{moment:{DAY_FORMATS[edition.date_precision]}}"


def _status(edition: Edition) -> str | list[str]:
    """Return what has become of an edition; one that has another date and is online only is both."""
    words = [CALLED_OFF[edition.status]] if edition.status in CALLED_OFF else []
    if not words and edition.is_rescheduled:
        words.append("EventRescheduled")
    if edition.status != Edition.Status.CANCELLED and edition.is_moved_online:
        words.append("EventMovedOnline")
    found = [f"https://schema.org/{word}" for word in words or ["EventScheduled"]]
    return found[0] if len(found) == 1 else found


def _previous_start(edition: Edition) -> str:
    if not (edition.is_rescheduled and edition.previous_start):
        return ""
    return _as_known(edition, edition.previous_start)


def _mode(seats: Seats) -> str:
    """Return how one attends; nothing of an edition that never said it."""
    if not seats.offered:
        return ""
    mode = "Mixed" if seats.onsite and seats.online else "Offline" if seats.onsite else "Online"
    return f"https://schema.org/{mode}EventAttendanceMode"


def _location(edition: Edition, seats: Seats, *, room: str = "") -> Thing | list[Thing]:
    places = [
        *([_place(edition, room=room)] if seats.onsite or not seats.online else []),
        *([_virtual(edition)] if seats.online else []),
    ]
    found = [place for place in places if place]
    return found[0] if len(found) == 1 else found


def _virtual(edition: Edition) -> Thing:
    """Return the page that says how to follow: the link itself is personal."""
    return {"@type": "VirtualLocation", "url": address_of("edition", edition.slug)}


def _place(edition: Edition, *, room: str = "") -> Thing:
    if edition.is_moved_online:
        return _virtual(edition)
    address = place_of(edition)
    if not address:
        return {}
    named = [one_line(name) for name in (room, edition.venue) if name.strip()]
    return {"@type": "Place", "name": ", ".join(named) or one_line(edition.city), "address": address}


def _offer(edition: Edition, pools: Iterable[SeatPool], state: str) -> Thing:
    """Return the free seat that registration offers; none once registration is over."""
    if state not in OFFERED:
        return {}
    has_room = any(pool.has_room for pool in pools)
    return _filled(
        {
            "@type": "Offer",
            "price": 0,
            "priceCurrency": "EUR",
            "url": f"{settings.PUBLIC_ORIGIN}{reverse('registrations:register', args=[edition.slug])}",
            "availability": f"https://schema.org/{'InStock' if has_room else 'SoldOut'}",
            "validFrom": _moment(edition, edition.registration_opens_at),
            "validThrough": _moment(edition, edition.registration_closes_at),
        }
    )


def _moment(edition: Edition, moment: datetime | None) -> str:
    return moment.astimezone(edition.zone).isoformat(timespec="seconds") if moment else ""


def _capacities(seats: Seats) -> Thing:
    """Return how many can come and how many still can; a sum only where each mode has a limit."""
    limits = [pool.capacity for pool in seats.offered]
    known = [limit for limit in limits if limit is not None]
    is_limited = bool(limits) and len(known) == len(limits)
    return _filled(
        {
            "maximumAttendeeCapacity": sum(known) if is_limited else None,
            "maximumPhysicalAttendeeCapacity": seats.onsite and seats.onsite.capacity,
            "maximumVirtualAttendeeCapacity": seats.online and seats.online.capacity,
            "remainingAttendeeCapacity": sum(pool.free or 0 for pool in seats.offered) if is_limited else None,
        }
    )


def _organisations(partnerships: Iterable[Partnership], role: str) -> list[Thing]:
    return [
        _filled(
            {
                "@type": "Organization",
                "name": one_line(partnership.organisation.name),
                "url": partnership.organisation.website,
                "sameAs": partnership.organisation.ror and f"https://ror.org/{partnership.organisation.ror}",
            }
        )
        for partnership in partnerships
        if partnership.role == role
    ]


def _performers(groups: Iterable[RoleGroup]) -> list[Thing]:
    """Return who speaks, each once. A moderator does not perform."""
    speaking = [a for group in groups if group.role in {"speaker", "discussant"} for a in group.appearances]
    return [
        _person(appearance) for appearance in {appearance.person_id: appearance for appearance in speaking}.values()
    ]


def _roles(groups: Iterable[RoleGroup]) -> list[Thing]:
    """Return those whose role the vocabulary has no property for, each with its name."""
    people = {
        (group.role, appearance.person_id): appearance
        for group in groups
        if group.role not in {"speaker", "discussant"}
        for appearance in group.appearances
    }
    return [role for (name, _), found in people.items() for role in _in_role(name, [_person(found)])]


def _in_role(name: str, things: Iterable[Thing]) -> list[Thing]:
    return [{"@type": "Role", "roleName": name, "contributor": thing} for thing in things]


def _person(appearance: Appearance) -> Thing:
    person = appearance.person
    affiliation = one_line(appearance.shown_affiliation)
    return _filled(
        {
            "@type": "Person",
            "name": one_line(person.name),
            "url": address_of("person", person.slug),
            "affiliation": affiliation and {"@type": "Organization", "name": affiliation},
            "sameAs": person.orcid and f"https://orcid.org/{person.orcid}",
        }
    )


def _other_title(thing: Model) -> str:
    """Return the title in the other language, if it has one of its own there."""
    shown = one_line(str(getattr(thing, "title", "")))
    language = translation.get_language()
    titles = [one_line(getattr(thing, f"title_{code}") or "") for code, _name in settings.LANGUAGES if code != language]
    return next((title for title in titles if title and title != shown), "")


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _filled(thing: Thing) -> Thing:
    """Leave out what there is nothing to say of; a zero is something."""
    return {name: value for name, value in thing.items() if value not in ("", None, [], {})}
