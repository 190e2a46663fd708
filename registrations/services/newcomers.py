"""People whom the organizers enter from a list: all of it, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from programme.models import Edition, SeatPool
from programme.services.terms import keep, load_terms
from registrations.models import Attendee, Claim, Registration
from registrations.services import holds, letters, seats, webhooks
from registrations.services.attendees import new_attendee
from registrations.services.register import Application, new_registration
from symposium.accounts.models import User
from symposium.lib.text import normalise_email
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue
from symposium.trail import writing as trail

Status = Registration.Status
BATCH = 1000


class EditionNotOpen(Exception):
    """Nobody can be entered: the edition is no longer to come, or not published."""


@dataclass(frozen=True)
class Entered:
    """How many hold a seat now, how many wait for one, and how many were there already, whom nothing changes."""

    confirmed: int
    waiting: int
    known: int


def takes_people(edition: Edition, at: datetime) -> bool:
    """Whether organizers may enter a list, also before the form opens and after it closes."""
    return edition.status == Edition.Status.PUBLISHED and not edition.is_over(at)


def known_addresses(edition: Edition, emails: Iterable[str]) -> dict[str, bool]:
    """Return those that are registered, normalised, and whether their registration is still alive."""
    known = Attendee.objects.filter(edition=edition, email_normalised__in={normalise_email(email) for email in emails})
    rows = known.values_list("email_normalised", "registration__status")
    return {email: status in Registration.ALIVE for email, status in rows}


def enter_people(
    *, edition: Edition, applications: Sequence[Application], source: str, by: User, at: datetime
) -> Entered:
    """Register everybody who is not there yet, in the order of the list, with seats while there are and then waiting.

    Organizers vouch for what the edition would ask of a newcomer: the address, and the approval. Each is written to,
    who entered them and from which ``source``; without a source nobody is. An address that is registered, also one that
    has cancelled, is left alone, so that the same list can be entered again.

    :raises EditionNotOpen: see ``takes_people``.
    :raises ModeNotOffered: the edition has no seats of a mode of the list.
    """
    if not takes_people(edition, at):
        raise EditionNotOpen(edition.slug)
    with transaction.atomic(durable=True):
        if edition.confirms_email:
            holds.expire(edition, at)
        # Whoever registers asks the pools first, so nobody of the list can come in between from here on.
        pools = seats.lock_pools(edition)
        new = _not_there_yet(edition, applications)
        registrations = [new_registration(edition, application, at) for application in new]
        claims = _ask_for_seats(registrations, pools.values(), at)
        if source:
            _show_notice(edition, registrations, at)
        _write_to(registrations, source, at)
        Registration.objects.bulk_create(registrations, batch_size=BATCH)
        Claim.objects.bulk_create(claims, batch_size=BATCH)
        people = (new_attendee(one, application.identity) for one, application in zip(registrations, new, strict=True))
        Attendee.objects.bulk_create(people, batch_size=BATCH)
        webhooks.tell(edition, registrations, webhooks.Event.REGISTERED, webhooks.Event.CONFIRMED, at=at)
        confirmed = sum(claim.is_held for claim in claims)
        entered = Entered(confirmed, len(new) - confirmed, len(applications) - len(new))
        _leave_trace(edition, entered, is_written_to=bool(source), by=by, at=at)
    return entered


def _not_there_yet(edition: Edition, applications: Sequence[Application]) -> list[Application]:
    """Return the first of each address that has no registration."""
    known = known_addresses(edition, (one.identity.email for one in applications))
    first = {normalise_email(one.identity.email): one for one in reversed(applications)}
    return [one for email, one in reversed(first.items()) if email not in known]


def _ask_for_seats(registrations: list[Registration], pools: Iterable[SeatPool], at: datetime) -> list[Claim]:
    """Set the status of each, and return the unsaved claims."""
    claims = []
    for mode in sorted({registration.mode for registration in registrations}):
        pool = seats.pool_of_mode(pools, mode)
        of_mode = [registration for registration in registrations if registration.mode == mode]
        for registration, position in zip(of_mode, seats.ask_for_many(pool, len(of_mode)), strict=True):
            is_held = position is None
            registration.status = Status.CONFIRMED if is_held else Status.WAITING
            registration.confirmed_at = at if is_held else None
            claims.append(Claim(registration=registration, pool=pool, is_held=is_held, position=position))
    return claims


def _show_notice(edition: Edition, registrations: list[Registration], at: datetime) -> None:
    """Keep with each the notice to which their letter leads."""
    terms = load_terms(edition)
    keep(terms.notice, known=terms.kept, at=at)
    for registration in registrations:
        registration.notice_id = terms.notice.digest


def _write_to(registrations: list[Registration], source: str, at: datetime) -> None:
    """Queue the letters, behind those that somebody waits for; without a source they are there, and never leave."""
    rows = [
        letters.letter_to(
            registration,
            letters.FOR_STATUS[Status(registration.status)],
            at=at,
            occasion=f"{registration.issue}-{at.isoformat()}",
            context={"source": source} if source else None,
            is_bulk=True,
        )
        for registration in registrations
    ]
    for row in rows:
        row.state = OutgoingMail.State.QUEUED if source else OutgoingMail.State.DROPPED
    enqueue(rows)


def _leave_trace(edition: Edition, entered: Entered, *, is_written_to: bool, by: User, at: datetime) -> None:
    new = entered.confirmed + entered.waiting
    counts = {"entered": new, "entered_waiting": entered.waiting, "written_to": new if is_written_to else 0}
    trail.write(
        trail.entry(
            kind=trail.Kind.ADDED, by=by, at=at, record=edition, edition_id=edition.pk, detail="list", counts=counts
        )
    )
