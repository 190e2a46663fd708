"""The programme as programs read it: what the public pages show, in one language, and nothing else."""

from datetime import date, datetime
from typing import Literal

from django.conf import settings
from django.utils import timezone
from ninja import Schema

from programme import models
from programme.services import pages
from programme.services.schedule import address_of

# The pages tell of seats while registration is to come or open; of those of a session, while it is open.
TELLS_SEATS = ("soon", "open", "full_onsite", "full")
TELLS_SESSION_SEATS = ("open", "full_onsite", "full")


class ModeSeats(Schema):
    """Without limit, `capacity` and `free` are null. While somebody waits, none is free."""

    mode: Literal["onsite", "online"]
    capacity: int | None
    free: int | None


class EditionLine(Schema):
    """Of the moments of an edition, `date_precision` says how much is known."""

    slug: str
    ordinal: int
    title: str
    status: Literal["published", "postponed", "cancelled", "archived"]
    state: Literal["soon", "open", "full_onsite", "full", "closed", "over", "postponed", "cancelled"]
    is_sample: bool
    starts_at: datetime
    ends_at: datetime
    date_precision: Literal["month", "day", "time"]
    previous_starts_at: datetime | None
    time_zone: str
    venue: str
    city: str
    is_moved_online: bool
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    seats: list[ModeSeats]
    waiting: int
    url: str

    @staticmethod
    def resolve_state(edition: models.Edition) -> str:
        return _state(edition)

    @staticmethod
    def resolve_starts_at(edition: models.Edition) -> datetime:
        return edition.local_start

    @staticmethod
    def resolve_ends_at(edition: models.Edition) -> datetime:
        return edition.local_end

    @staticmethod
    def resolve_previous_starts_at(edition: models.Edition) -> datetime | None:
        return edition.previous_start if edition.is_rescheduled else None

    @staticmethod
    def resolve_registration_opens_at(edition: models.Edition) -> datetime | None:
        return edition.registration_opens_at and edition.registration_opens_at.astimezone(edition.zone)

    @staticmethod
    def resolve_registration_closes_at(edition: models.Edition) -> datetime | None:
        return edition.registration_closes_at and edition.registration_closes_at.astimezone(edition.zone)

    @staticmethod
    def resolve_seats(edition: models.Edition) -> list[models.SeatPool]:
        return _seats(edition).offered if _state(edition) in TELLS_SEATS else []

    @staticmethod
    def resolve_waiting(edition: models.Edition) -> int:
        return _seats(edition).waiting if _state(edition) in TELLS_SEATS else 0

    @staticmethod
    def resolve_url(edition: models.Edition) -> str:
        return address_of("edition", edition.slug)


class Participant(Schema):
    """Somebody in a role, with the affiliation they had."""

    person: str
    name: str
    role: Literal["speaker", "moderator", "chair", "discussant", "organizer"]
    affiliation: str

    @staticmethod
    def resolve_person(appearance: models.Appearance) -> str:
        return appearance.person.slug

    @staticmethod
    def resolve_name(appearance: models.Appearance) -> str:
        return appearance.person.name

    @staticmethod
    def resolve_affiliation(appearance: models.Appearance) -> str:
        return appearance.shown_affiliation


class Document(Schema):
    title: str
    url: str
    language: Literal["fr", "en"]
    published_date: date | None


class Edition(EditionLine):
    lead: str
    address: str
    access_information: str
    contact_email: str
    people: list[Participant]
    documents: list[Document]

    @staticmethod
    def resolve_address(edition: models.Edition) -> str:
        return "" if edition.is_moved_online else edition.address

    @staticmethod
    def resolve_access_information(edition: models.Edition) -> str:
        return "" if edition.is_moved_online else edition.access_information

    @staticmethod
    def resolve_people(edition: models.Edition) -> list[models.Appearance]:
        appearances = edition.appearances.filter(session=None).select_related("person")
        return list(appearances.order_by("position", "id"))

    @staticmethod
    def resolve_documents(edition: models.Edition) -> list[models.Document]:
        return list(edition.documents.order_by("position", "id"))


class SessionSeats(Schema):
    capacity: int | None
    free: int | None


class Session(Schema):
    """A session, or a break, which has no number. Times are null while they are not published."""

    guid: str
    slug: str
    kind: Literal["session", "pause"]
    number: int | None
    title: str
    summary: str
    note: str
    starts_at: datetime | None
    ends_at: datetime | None
    room: str
    people: list[Participant]
    seats: SessionSeats | None
    url: str | None

    @staticmethod
    def resolve_guid(entry: pages.ProgrammeEntry) -> str:
        return str(entry.session.guid)

    @staticmethod
    def resolve_slug(entry: pages.ProgrammeEntry) -> str:
        return entry.session.slug

    @staticmethod
    def resolve_kind(entry: pages.ProgrammeEntry) -> str:
        return entry.session.kind

    @staticmethod
    def resolve_title(entry: pages.ProgrammeEntry) -> str:
        return entry.session.title

    @staticmethod
    def resolve_summary(entry: pages.ProgrammeEntry) -> str:
        return entry.session.summary

    @staticmethod
    def resolve_note(entry: pages.ProgrammeEntry) -> str:
        return entry.session.note

    @staticmethod
    def resolve_starts_at(entry: pages.ProgrammeEntry) -> datetime | None:
        return entry.session.local_start

    @staticmethod
    def resolve_ends_at(entry: pages.ProgrammeEntry) -> datetime | None:
        return entry.session.local_end

    @staticmethod
    def resolve_room(entry: pages.ProgrammeEntry) -> str:
        return "" if entry.session.edition.is_moved_online else entry.session.room

    @staticmethod
    def resolve_people(entry: pages.ProgrammeEntry) -> list[models.Appearance]:
        return [appearance for group in entry.roles for appearance in group.appearances]

    @staticmethod
    def resolve_seats(entry: pages.ProgrammeEntry) -> models.SeatPool | None:
        tells = entry.number is not None and _state(entry.session.edition) in TELLS_SESSION_SEATS
        return getattr(entry.session, "seat_pool", None) if tells else None

    @staticmethod
    def resolve_url(entry: pages.ProgrammeEntry) -> str | None:
        session = entry.session
        return None if entry.number is None else address_of("session", session.edition.slug, session.slug)


class PersonLine(Schema):
    guid: str
    slug: str
    name: str
    given_name: str
    family_name: str
    affiliation: str
    orcid: str
    website: str
    url: str

    @staticmethod
    def resolve_guid(person: models.Person) -> str:
        return str(person.guid)

    @staticmethod
    def resolve_url(person: models.Person) -> str:
        return address_of("person", person.slug)


class Appearance(Schema):
    """A role in a session or, where `session` is null, in the edition as a whole."""

    edition: str
    session: str | None
    role: Literal["speaker", "moderator", "chair", "discussant", "organizer"]
    affiliation: str

    @staticmethod
    def resolve_edition(appearance: models.Appearance) -> str:
        return appearance.edition.slug

    @staticmethod
    def resolve_session(appearance: models.Appearance) -> str | None:
        return appearance.session.slug if appearance.session else None

    @staticmethod
    def resolve_affiliation(appearance: models.Appearance) -> str:
        return appearance.shown_affiliation


class Person(PersonLine):
    biography: str
    appearances: list[Appearance]

    @staticmethod
    def resolve_appearances(person: models.Person) -> list[models.Appearance]:
        return list(person.appearances.all())


class Partnership(Schema):
    edition: str
    role: Literal["organizer", "supporter", "partner"]

    @staticmethod
    def resolve_edition(partnership: models.Partnership) -> str:
        return partnership.edition.slug


class Organisation(Schema):
    """`ror` is the last part of the identifier; `logo` is the picture for a light ground."""

    slug: str
    name: str
    short_name: str
    about: str
    website: str
    ror: str
    logo: str | None
    partnerships: list[Partnership]

    @staticmethod
    def resolve_logo(organisation: models.Organisation) -> str | None:
        light = models.Logo.Variant.LIGHT
        logo = next((logo for logo in organisation.logos.all() if logo.variant == light), None)
        return f"{settings.PUBLIC_ORIGIN}{logo.get_absolute_url()}" if logo else None

    @staticmethod
    def resolve_partnerships(organisation: models.Organisation) -> list[models.Partnership]:
        return list(organisation.partnerships.all())


class Figure(Schema):
    """A published number with where it comes from; an approximate one is « près de »."""

    value: int
    is_approximate: bool
    measure: str
    mode: Literal["onsite", "online", "all", "not_stated"]
    source: Literal["counted", "declared"]
    source_label: str
    source_url: str
    stated_date: date
    is_sample: bool


def _seats(edition: models.Edition) -> pages.Seats:
    """Return the seats of an edition whose pools are read already."""
    return pages.seats_among(pool for pool in edition.seat_pools.all() if pool.session_id is None)


def _state(edition: models.Edition) -> str:
    return pages.state_of(edition, _seats(edition), at=timezone.now())
