"""Somebody changes their mode, their sessions, or how they are called."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from programme.models import AttendanceMode, SeatPool, Session
from registrations.models import Claim, Registration
from registrations.services import answers, holds, letters, questions, seats, visa_letters, webhooks
from registrations.services.answers import Answers
from registrations.services.attendees import Identity, update_attendee
from registrations.services.questions import Reply

Status = Registration.Status


class NotChangeable(Exception):
    """The registration is over, or awaits something else first."""


@dataclass(frozen=True)
class Wish:
    """What the person wants their registration to say."""

    identity: Identity
    mode: str
    profile: str
    country: str
    sessions: tuple[Session, ...]
    # None leaves what the person needs as it is: staff change the rest and do not see it.
    answers: Answers | None = None
    # To the questions that the form asked; none where staff change the rest.
    replies: tuple[Reply, ...] = ()


def change(*, registration: Registration, wish: Wish, at: datetime) -> Registration:
    """Change everything the person asks for, or nothing; return the registration as it is now.

    Who holds a seat moves only to where one is free. Who holds none may change lists, and joins the new one at its
    tail.

    :raises NoSeatLeft: the mode or a session asked for is full; the old seats are kept.
    :raises ModeNotOffered: the edition has no seats in the mode asked for.
    :raises NotChangeable: the registration is over.
    :raises QuestionsChanged: a question answered, or an answer chosen, is gone.
    """
    with transaction.atomic(durable=True):
        registration, has_moved = apply(registration=registration, wish=wish, at=at)
        if has_moved:
            letters.send(registration, letters.Kind.CHANGED, at=at, occasion=at.isoformat())
    return registration


def apply(*, registration: Registration, wish: Wish, at: datetime) -> tuple[Registration, bool]:
    """Change as ``change`` does, in the caller's transaction, without a letter; return whether a seat or a list changed."""
    edition = registration.edition
    holds.expire(edition, at)
    pools = seats.lock_pools(edition)
    issue = registration.issue
    registration = Registration.objects.select_for_update().get(pk=registration.pk)
    registration.edition = edition
    if not registration.is_alive or registration.issue != issue:  # the link that was followed is no longer theirs
        raise NotChangeable(registration.status)
    has_new_mode = _change_mode(registration, wish.mode, pools.values(), at)
    has_moved = _change_sessions(registration, wish.sessions, pools.values()) or has_new_mode
    registration.profile, registration.country = wish.profile, wish.country
    if wish.replies:
        registration.is_to_be_asked = False
    registration.save(
        update_fields=[
            "mode", "status", "confirmed_at", "profile", "country", "calendar_sequence", "is_to_be_asked",
        ]
    )  # fmt: skip
    if registration.confirmed_at == at:
        webhooks.tell(edition, [registration], webhooks.Event.CONFIRMED, at=at)
    # The address as it is now: it may have been changed while this waited for the lock.
    identity = replace(wish.identity, email=registration.attendee.email)
    update_attendee(registration.attendee, identity, registration.reference)
    if wish.answers:
        answers.change_needs(registration, wish.answers, at=at)
    elif has_new_mode and registration.mode == AttendanceMode.ONLINE:
        answers.forget_diets([registration])
    questions.keep_again(registration, wish.replies)
    if has_moved:
        seats.give_on(edition, at)
    return registration, has_moved


def _change_mode(registration: Registration, mode: str, pools: Iterable[SeatPool], at: datetime) -> bool:
    if registration.mode == mode:
        return False
    old = registration.edition_claim()
    target = seats.pool_of_mode(pools, mode)
    new = seats.ask_for_seats(registration, target, [], is_eligible=old.is_eligible)[0]
    if old.is_held and not new.is_held:
        raise seats.NoSeatLeft(target)
    seats.release([old])
    new.save(force_insert=True)
    visa_letters.end([registration])  # whoever is online travels nowhere, and nobody online has one
    registration.mode = mode
    registration.calendar_sequence += 1
    if new.is_held and registration.status == Status.WAITING:
        registration.status, registration.confirmed_at = Status.CONFIRMED, at
    if new.is_held and not old.is_held:
        seats.make_sessions_eligible(registration)
    return True


def _change_sessions(registration: Registration, sessions: Iterable[Session], pools: Iterable[SeatPool]) -> bool:
    # A session without seats, or of another edition, is not there to be wished for.
    wanted = {session.pk for session in sessions} & {pool.session_id for pool in pools}
    claims = list(registration.claims.filter(pool__session__isnull=False).select_related("pool"))
    current = {claim.pool.session_id for claim in claims}
    seat = registration.edition_claim()
    added = [pool for pool in pools if pool.session_id in wanted - current]
    new: list[Claim] = seats.ask_for_session_seats(registration, added, is_eligible=seat.is_held)
    for claim in new:
        if seat.is_held and not claim.is_held:
            raise seats.NoSeatLeft(claim.pool)
    Claim.objects.bulk_create(new)
    seats.release([claim for claim in claims if claim.pool.session_id not in wanted])
    return wanted != current
