"""Seats in the room for speakers, moderators and partners, outside those that everybody may ask for.

Staff alone give them; nobody waits for one, and what is free there is offered to nobody.
"""

from datetime import datetime

from django.db import transaction

from programme.models import RESERVED, AttendanceMode, Edition, SeatPool
from registrations.models import Attendee, Claim, Decision, Registration
from registrations.services import entry, newcomers, seats, staff
from registrations.services.attendees import new_attendee
from registrations.services.register import Application, new_registration
from symposium.accounts.models import User
from symposium.lib.text import normalise_email

Status = Registration.Status
Action = Decision.Action


class RegisteredAlready(Exception):
    """The address has a registration in this edition, alive or not: that one is moved."""


class NotOnSite(Exception):
    """The reserved seats are in the room, and the person attends online."""


def add(*, edition: Edition, application: Application, by: User, at: datetime) -> Registration:
    """Register somebody on a reserved seat, also before the form opens and after it closes, and write to them.

    Staff vouch for the address, and for the approval.

    :raises EditionNotOpen: the edition is over, or not published.
    :raises RegisteredAlready: see there.
    :raises NotOnSite: see there.
    :raises ModeNotOffered: nothing is reserved in this edition.
    :raises NoSeatLeft: all that is reserved is taken.
    """
    if not newcomers.takes_people(edition, at):
        raise newcomers.EditionNotOpen(edition.slug)
    if application.mode != AttendanceMode.ONSITE:
        raise NotOnSite(application.mode)
    with transaction.atomic(durable=True):
        pools = seats.lock_pools(edition).values()
        email = normalise_email(application.identity.email)
        if Attendee.objects.filter(edition=edition, email_normalised=email).exists():
            raise RegisteredAlready
        pool = seats.pool_of_mode(pools, RESERVED)
        wanted = {session.pk for session in application.sessions}
        registration = new_registration(edition, application, at)
        session_pools = [one for one in pools if one.session_id in wanted]
        entry.enter(registration, pool, session_pools, at=at, is_address_proved=True, is_approved=True)
        if registration.status != Status.CONFIRMED:
            raise seats.NoSeatLeft(pool)
        new_attendee(registration, application.identity).save(force_insert=True)
        staff.record(registration, Action.RESERVE, "", by, at)
    return registration


def reserve(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """Move somebody to a reserved seat; what they held or waited for goes to the next. They wait for nothing any more.

    Who was confirmed already is not written to. Doing it twice changes nothing.

    :raises NotPossible: the registration is over.
    :raises NotOnSite: see there.
    :raises ModeNotOffered: nothing is reserved in this edition.
    :raises NoSeatLeft: all that is reserved is taken.
    """
    with transaction.atomic(durable=True):
        registration = staff.lock(registration, *Registration.ALIVE)
        old = registration.edition_claim()
        if old.pool.is_reserved:
            return registration
        if registration.mode != AttendanceMode.ONSITE:
            raise NotOnSite(registration.mode)
        new = _ask(registration, RESERVED)
        if not new.is_held:
            raise seats.NoSeatLeft(new.pool)
        _exchange(old, new)
        if registration.status != Status.CONFIRMED:
            staff.accept(registration, new, at)
        seats.give_on(registration.edition, at)
        staff.record(registration, Action.RESERVE, reason, by, at)
    return registration


def release(*, registration: Registration, by: User, at: datetime, overtake: bool, reason: str) -> Registration:
    """Move somebody from a reserved seat to one of those for everybody, beyond its limit only with ``overtake``.

    :raises NotPossible: the registration holds no reserved seat.
    :raises NoSeatLeft: none is free, and overtaking was not chosen; the reserved seat is kept.
    :raises ReasonNeeded: overtaking was chosen without a reason.
    """
    if overtake and not reason.strip():
        raise staff.ReasonNeeded
    with transaction.atomic(durable=True):
        registration = staff.lock(registration, Status.CONFIRMED)
        old = registration.edition_claim()
        if not old.pool.is_reserved:
            raise staff.NotPossible(registration.status)
        new = _ask(registration, registration.mode)
        overtakes = not new.is_held
        if overtakes and not overtake:
            raise seats.NoSeatLeft(new.pool)
        _exchange(old, new)
        if overtakes:
            seats.take_seat(new)
        staff.record(registration, Action.OVERTAKE if overtakes else Action.RELEASE, reason, by, at)
    return registration


def _ask(registration: Registration, mode: str) -> Claim:
    """Return an unsaved claim, held or waiting."""
    pool = seats.pool_of_mode(SeatPool.objects.filter(edition=registration.edition), mode)
    return seats.ask_for_seats(registration, pool, [], is_eligible=True)[0]


def _exchange(old: Claim, new: Claim) -> None:
    seats.release([old])
    new.save(force_insert=True)
