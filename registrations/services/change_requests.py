"""Once registration has closed, somebody asks the organizers for the change that the form no longer makes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from programme.models import Session
from registrations.models import ChangeRequest, Registration
from registrations.services import change, letters, seats
from registrations.services.attendees import Identity
from symposium.accounts.models import User
from symposium.lib.text import lines_of
from symposium.trail import writing as trail

Status = ChangeRequest.Status
DETAILS = {Status.GRANTED: "change_granted", Status.DECLINED: "change_declined"}
LETTERS = {Status.GRANTED: letters.Kind.CHANGE_GRANTED, Status.DECLINED: letters.Kind.CHANGE_DECLINED}


class NotAskable(Exception):
    """The registration is over, the person can still change it themselves, or the edition has begun."""


class AskedAlready(Exception):
    """A request is open, and the organizers have yet to answer it."""


class NotOpen(Exception):
    """The request was answered already, or its registration is over."""


def is_askable(registration: Registration, at: datetime) -> bool:
    edition = registration.edition
    return registration.is_alive and not edition.has_begun(at) and not edition.takes_changes(at)


def ask(
    *, registration: Registration, mode: str, sessions: Iterable[Session], message: str, at: datetime
) -> ChangeRequest:
    """Keep what somebody asks for until the organizers answer.

    :raises NotAskable: see there.
    :raises AskedAlready: see there.
    """
    with transaction.atomic(durable=True):
        locked = Registration.objects.select_for_update(of=("self",)).select_related("edition").get(pk=registration.pk)
        if not is_askable(locked, at) or locked.issue != registration.issue:
            raise NotAskable(locked.status)
        if open_request_of(locked) is not None:
            raise AskedAlready
        wished = sorted(session.pk for session in sessions)
        return ChangeRequest.objects.create(
            registration=locked, mode=mode, sessions=wished, message=message, asked_at=at
        )


def open_request_of(registration: Registration) -> ChangeRequest | None:
    return ChangeRequest.objects.filter(registration=registration, status=Status.OPEN).first()


def sessions_of(request: ChangeRequest) -> list[Session]:
    """Return what is wished for and still there, in the order of the programme."""
    return list(Session.objects.filter(pk__in=request.sessions).order_by("position", "pk"))


def grant(*, request: ChangeRequest, by: User, at: datetime, answer: str) -> ChangeRequest:
    """Change the registration as was asked, and write to the person.

    :raises NoSeatLeft: the mode or a session asked for is full; nothing is changed, and the request stays open.
    :raises ModeNotOffered: the edition has no seats in the mode asked for.
    :raises NotOpen: see there.
    """
    with transaction.atomic(durable=True):
        request = _lock(request)
        registration = request.registration
        change.apply(registration=registration, wish=_wish(request), at=at)
        return _decide(request, Status.GRANTED, by, at, answer)


def decline(*, request: ChangeRequest, by: User, at: datetime, answer: str) -> ChangeRequest:
    """Leave everything as it is, and write to the person.

    :raises NotOpen: see there.
    """
    with transaction.atomic(durable=True):
        return _decide(_lock(request), Status.DECLINED, by, at, answer)


def answer_to(registration: Registration, status: str) -> list[str]:
    """Return what the organizers said when they last granted or declined a request, line by line."""
    decided = ChangeRequest.objects.filter(registration=registration, status=status).order_by("-decided_at", "pk")
    answer = decided.values_list("answer", flat=True).first() or ""
    return lines_of(answer)


def _lock(request: ChangeRequest) -> ChangeRequest:
    """Lock the edition's pools first, as everybody does, then the request."""
    seats.lock_pools(request.registration.edition)
    locked = ChangeRequest.objects.select_for_update(of=("self",)).select_related("registration__edition")
    found = locked.filter(pk=request.pk, status=Status.OPEN, registration__status__in=Registration.ALIVE).first()
    if found is None:
        raise NotOpen
    return found


def _wish(request: ChangeRequest) -> change.Wish:
    registration = request.registration
    attendee = registration.attendee
    return change.Wish(
        identity=Identity(attendee.email, attendee.given_name, attendee.family_name, attendee.affiliation),
        mode=request.mode,
        profile=registration.profile,
        country=registration.country,
        sessions=tuple(sessions_of(request)),
    )


def _decide(request: ChangeRequest, status: Status, by: User, at: datetime, answer: str) -> ChangeRequest:
    request.status, request.decided_by, request.decided_at, request.answer = status, by, at, answer
    request.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    letters.send(request.registration, LETTERS[status], at=at, occasion=str(request.pk))
    trail.write(
        trail.entry(
            kind=trail.Kind.DECIDED,
            by=by,
            at=at,
            record=request.registration,
            edition_id=request.registration.edition_id,
            detail=DETAILS[status],
        )
    )
    return request
