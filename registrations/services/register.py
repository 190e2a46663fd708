"""Somebody sends the registration form."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from programme.models import Edition, SeatPool, Session
from registrations.models import Attendee, Registration, Submission
from registrations.services import access, answers, assistants, holds, links, seats
from registrations.services.answers import Answers
from registrations.services.assistants import Helper
from registrations.services.attendees import Identity, new_attendee, update_attendee
from registrations.services.entry import enter, reopen
from symposium.lib import tokens
from symposium.lib.text import normalise_email
from symposium.outbox.queue import wake

# A form sent several times at once loses at most once to each of the unique keys: nonce, address, reference.
ATTEMPTS = 5
KEY_LENGTH = 43


class RegistrationClosed(Exception):
    """The edition takes no registrations at this moment."""


@dataclass(frozen=True)
class Application:
    """What the form says; its shape was checked by the form."""

    identity: Identity
    mode: str
    profile: str
    country: str
    language: str
    sessions: tuple[Session, ...] = ()
    # None where nobody has seen the form: registered by staff, or at the door.
    answers: Answers | None = None
    code: str | None = None
    # Who fills in the form for the person.
    helper: Helper | None = None

    @property
    def notice_digest(self) -> str | None:
        return self.answers.notice_digest if self.answers else None


def register(
    *, edition: Edition, application: Application, nonce: str, at: datetime, pools: Sequence[SeatPool] | None = None
) -> str:
    """Register and return the answer that a page may show anybody: ``confirmed``, ``waiting`` or ``pending``.

    For an address that is already registered the answer is what a stranger would get now, nothing changes, and its
    owner gets the link again; if it was merged with another, at the address that was kept. A nonce already used gets
    its first answer. ``pools`` are all of the edition, where the caller has just read them; only asking them decides.

    :raises RegistrationClosed: the edition is not open.
    :raises ModeNotOffered: it has no seats in this mode.
    :raises WrongCode: it asks for a code, and this is none of them.
    :raises CodeUsedUp: nobody can use this code any more.
    :raises QuestionsChanged: a question answered, or an answer chosen, is gone.
    """
    return answer_once(
        key=key_of_form(nonce, edition, [application.identity.email]),
        edition=edition,
        code=application.code,
        at=at,
        enter=lambda: _register(edition, application, pools, at),
    )


def answer_once(*, key: str, edition: Edition, code: str | None, at: datetime, enter: Callable[[], str]) -> str:
    """Return the first answer to a form; else what ``enter`` answers, in a transaction that begins again after a race.

    :raises RegistrationClosed: the edition is not open.
    :raises WrongCode: it asks for a code, and this is none of them.
    :raises CodeUsedUp: nobody can use this code any more.
    """
    lost: IntegrityError | None = None
    for _attempt in range(ATTEMPTS):
        first_answer = Submission.objects.filter(nonce=key).values_list("answer", flat=True).first()
        if first_answer is not None:
            return first_answer
        if not edition.is_registration_open(at):
            raise RegistrationClosed(edition.slug)
        access.find(edition=edition, code=code, at=at)  # before anything is locked: it may be a guess
        try:
            with transaction.atomic(durable=True):
                answer = enter()
                Submission.objects.create(nonce=key, edition=edition, answer=answer, created_at=at)
                return answer
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            lost = error
    raise RuntimeError("A form lost every race for its keys.") from lost


def _register(edition: Edition, application: Application, pools: Sequence[SeatPool] | None, at: datetime) -> str:
    if edition.confirms_email:
        holds.expire(edition, at)
    pool, session_pools = _chosen(pools if pools is not None else _pools_of(edition), application)
    known = _known(edition, application.identity.email)
    if known is None:
        return _answer_to_all(_register_newcomer(edition, application, pool, session_pools, at))
    standing = known.as_it_stands()
    if standing.is_alive:
        answer = _answer_to_a_stranger(edition, pool)
        # Before the letter, which locks the registration: everybody locks the pools first.
        _take_as_long_as_a_newcomer(edition, application, pool, session_pools, at)
        links.send_again(standing, at=at)
        # With the address that was typed: who is written to as the helper reads it.
        _keep_helper(known, application, at)
        return answer
    return _register_again(known, application, pool, session_pools, at)


def key_of_form(nonce: str, edition: Edition, emails: Iterable[str]) -> str:
    """Return what makes two forms the same: one corrected after « back » is another, and so is that of a colleague."""
    people = " ".join(normalise_email(email) for email in emails)
    return hashlib.sha256(f"{nonce} {edition.pk} {people}".encode()).hexdigest()[:KEY_LENGTH]


def _pools_of(edition: Edition) -> Sequence[SeatPool]:
    return list(SeatPool.objects.filter(edition=edition).select_related("session"))


def _chosen(pools: Sequence[SeatPool], application: Application) -> tuple[SeatPool, list[SeatPool]]:
    """Return the pool of the mode and those of the sessions.

    :raises ModeNotOffered: the edition has no seats in this mode.
    """
    chosen = {session.pk for session in application.sessions}
    return seats.pool_of_mode(pools, application.mode), [pool for pool in pools if pool.session_id in chosen]


def _known(edition: Edition, email: str) -> Registration | None:
    attendees = Attendee.objects.filter(edition=edition, email_normalised=normalise_email(email))
    attendee = attendees.select_related("registration__merged_into").first()
    if attendee is None:
        return None
    attendee.registration.edition = edition
    return attendee.registration


def _answer_to_a_stranger(edition: Edition, pool: SeatPool) -> str:
    if edition.confirms_email or edition.requires_approval:
        return Registration.Status.PENDING
    return Registration.Status.CONFIRMED if pool.has_room else Registration.Status.WAITING


def _answer_to_all(registration: Registration) -> str:
    if registration.status == Registration.Status.REQUESTED:
        return Registration.Status.PENDING
    return registration.status


def _register_newcomer(
    edition: Edition, application: Application, pool: SeatPool, session_pools: list[SeatPool], at: datetime
) -> Registration:
    registration = new_registration(edition, application, at)
    _enter(registration, application, pool, session_pools, at)
    new_attendee(registration, application.identity).save(force_insert=True)
    _keep_answers(registration, application, at)
    _keep_helper(registration, application, at)
    return registration


def _enter(
    registration: Registration, application: Application, pool: SeatPool, session_pools: list[SeatPool], at: datetime
) -> None:
    enter(registration, pool, session_pools, at=at, said={"assistant": "yes"} if application.helper else None)
    # After the seats, which everybody locks first.
    access.use(edition=registration.edition, code=application.code, at=at)


def new_registration(edition: Edition, application: Application, at: datetime) -> Registration:
    registration = Registration(
        edition=edition,
        mode=application.mode,
        profile=application.profile,
        country=application.country,
        language=application.language,
        reference=tokens.new_reference(),
        created_at=at,
        notice_id=application.notice_digest,
    )
    registration.issue_tokens()
    return registration


def apply_again(registration: Registration, application: Application) -> None:
    """Let a registration that was over say what the new form says, with a new ticket; the caller lets it enter."""
    registration.mode = application.mode
    registration.profile = application.profile
    registration.country = application.country
    registration.language = application.language
    registration.notice_id = application.notice_digest
    registration.is_to_be_asked = False
    reopen(registration)


def _keep_answers(registration: Registration, application: Application, at: datetime) -> None:
    if application.answers:
        answers.keep_first(registration, application.answers, at=at)


def _keep_helper(registration: Registration, application: Application, at: datetime) -> None:
    if application.helper:
        assistants.keep(registration, application.helper, at=at)


def _take_as_long_as_a_newcomer(
    edition: Edition, application: Application, pool: SeatPool, session_pools: list[SeatPool], at: datetime
) -> None:
    """Register somebody who does not exist and take it back, so that time does not tell who is known.

    The same statements against the same rows, where a pause would have to guess how busy the server is; nothing of it
    is ever seen by another transaction. The one that is left out, writing the attendee, weighs as much as the savepoint.
    """
    undo = transaction.savepoint()
    nobody = new_registration(edition, application, at)
    _enter(nobody, application, pool, session_pools, at)
    _keep_answers(nobody, application, at)
    transaction.savepoint_rollback(undo)
    # The newcomer's went with the savepoint. Waking a worker for nothing does no harm.
    transaction.on_commit(wake, robust=True)


def _register_again(
    known: Registration, application: Application, pool: SeatPool, session_pools: list[SeatPool], at: datetime
) -> str:
    """Let somebody who cancelled, or whose hold expired, come back at the tail with a new ticket; return the answer."""
    locked = seats.lock_pools(known.edition)
    registration = Registration.objects.select_for_update().get(pk=known.pk)
    registration.edition = known.edition
    standing = registration.as_it_stands()
    if standing.is_alive:  # the same person, or who merged them, a moment before us
        links.send_again(standing, at=at)
        _keep_helper(registration, application, at)
        return _answer_to_a_stranger(known.edition, locked[pool.pk])
    apply_again(registration, application)
    _enter(registration, application, pool, session_pools, at)
    update_attendee(registration.attendee, application.identity, registration.reference)
    if application.answers:
        answers.keep_again(registration, application.answers, at=at)
    _keep_helper(registration, application, at)
    return _answer_to_all(registration)
