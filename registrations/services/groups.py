"""Several people register together: all of them get seats, or all of them wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from programme.models import Edition, SeatPool
from registrations.models import Attendee, Claim, Group, Registration
from registrations.services import access, answers, entry, holds, letters, links, seats, webhooks
from registrations.services.attendees import new_attendee, update_attendee
from registrations.services.register import Application, answer_once, apply_again, key_of_form, new_registration
from symposium.accounts.models import User
from symposium.lib.text import normalise_email
from symposium.outbox.models import OutgoingMail
from symposium.outbox.queue import enqueue
from symposium.trail import writing as trail

Status = Registration.Status
Member = tuple[Registration, Application]


class GroupTooLarge(Exception):
    """More people than the pool has seats at all; ``pool`` says which."""

    def __init__(self, pool: SeatPool) -> None:
        super().__init__(str(pool))
        self.pool = pool


class NotInAGroup(Exception):
    """The registration does not wait, or waits by itself."""


def register_group(*, edition: Edition, applications: Sequence[Application], nonce: str, at: datetime) -> str:
    """Register people with different addresses together; the first is their contact, who typed the form.

    Return the answer that so many strangers would get. Whoever is registered already gets their link again and needs no
    seat; the others are the group. Where a seat is left for each of these, but not for as many strangers, only their
    letters say that they have it: the answer would tell that somebody is known.

    :raises RegistrationClosed: as ``register`` does, and so for ``ModeNotOffered``, ``WrongCode`` and ``CodeUsedUp``.
    :raises GroupTooLarge: they would wait for ever.
    """
    return answer_once(
        key=key_of_form(nonce, edition, [one.identity.email for one in applications]),
        edition=edition,
        code=applications[0].code,
        at=at,
        enter=lambda: _register_group(edition, applications, at),
    )


def split(*, registration: Registration, by: User, at: datetime) -> None:
    """Let the people of a group that waits wait one by one, each at their place.

    :raises NotInAGroup: the registration does not wait in one.
    """
    edition = registration.edition
    with transaction.atomic(durable=True):
        seats.lock_pools(edition)
        claim = registration.claims.waiting().filter(group__isnull=False).select_related("group").first()
        if claim is None:
            raise NotInAGroup
        people = Claim.objects.waiting().filter(group=claim.group_id).update(group=None)
        trail.write(
            trail.entry(
                kind=trail.Kind.CHANGED,
                by=by,
                at=at,
                record=claim.group,
                edition_id=edition.pk,
                detail="split",
                counts={"people": people},
            )
        )
        seats.give_on(edition, at)


def _register_group(edition: Edition, applications: Sequence[Application], at: datetime) -> str:
    if edition.confirms_email:
        holds.expire(edition, at)
    # Nobody registers, moves or leaves beside this, so the answer is what asking gives to as many strangers.
    pool = seats.pool_of_mode(seats.lock_pools(edition).values(), applications[0].mode)
    if pool.capacity is not None and len(applications) > pool.capacity:
        raise GroupTooLarge(pool)
    answer = _answer_to_strangers(edition, pool, len(applications))
    before = _registered_before(edition, applications)
    known = [registration for registration in before if registration and registration.is_alive]
    coming = [
        (_registration_of(application, registration, edition, at), application)
        for application, registration in zip(applications, before, strict=True)
        if registration not in known
    ]
    contact = before[0] or coming[0][0]
    if coming:
        _enter(coming, contact, applications[0], pool, at)
    # After the seats, which everybody locks first.
    access.use(edition=edition, code=applications[0].code, at=at, people=len(applications), new=len(coming))
    enqueue([*_links_of(known, at), _summary(contact, len(applications), at)])
    return answer


def _answer_to_strangers(edition: Edition, pool: SeatPool, people: int) -> str:
    if edition.confirms_email:
        return Status.PENDING
    return Status.CONFIRMED if pool.free is None or pool.free >= people else Status.WAITING


def _registered_before(edition: Edition, applications: Sequence[Application]) -> list[Registration | None]:
    """Return of each the registration that there is with this address or, if that is alive, the one it was merged with."""
    emails = [normalise_email(one.identity.email) for one in applications]
    attendees = Attendee.objects.filter(edition=edition, email_normalised__in=emails)
    details = "attendee", "edition", "merged_into__attendee"
    found = Registration.objects.filter(attendee__in=attendees).select_related(*details).order_by("pk")
    by_email = {one.attendee.email_normalised: one.as_it_stands() for one in found.select_for_update(of=("self",))}
    return [by_email.get(email) for email in emails]


def _registration_of(
    application: Application, before: Registration | None, edition: Edition, at: datetime
) -> Registration:
    if before is None:
        return new_registration(edition, application, at)
    apply_again(before, application)
    return before


def _enter(coming: Sequence[Member], contact: Registration, first: Application, pool: SeatPool, at: datetime) -> None:
    """Ask for their seats, save everybody, and write to each."""
    positions = seats.ask_together(pool, len(coming))
    for (registration, application), position in zip(coming, positions, strict=True):
        _save(registration, application, position, at)
    group = Group.objects.create(
        edition=pool.edition,
        size=len(coming),
        contact=contact,
        contact_name=f"{first.identity.given_name} {first.identity.family_name}".strip(),
        created_at=at,
    )
    registrations = [registration for registration, _application in coming]
    Claim.objects.bulk_create(
        Claim(registration=registration, pool=pool, is_held=position is None, position=position, group=group)
        for registration, position in zip(registrations, positions, strict=True)
    )
    if first.answers:
        answers.keep_first(registrations[0], first.answers, at=at)
    for registration in registrations:
        said = {} if registration == contact else {"group": str(group.pk)}
        letters.tell_status(registration, at=at, **said)
    webhooks.tell(pool.edition, registrations, webhooks.Event.REGISTERED, webhooks.Event.CONFIRMED, at=at)


def _save(registration: Registration, application: Application, position: int | None, at: datetime) -> None:
    if registration.edition.confirms_email:
        status = Status.PENDING
    else:
        status = Status.CONFIRMED if position is None else Status.WAITING
    entry.begin(registration, status, at=at)
    registration.is_to_be_asked = True
    registration.save()
    attendee: Attendee | None = getattr(registration, "attendee", None)
    if attendee is None:
        new_attendee(registration, application.identity).save(force_insert=True)
    else:
        update_attendee(attendee, application.identity, registration.reference)


def _links_of(known: Iterable[Registration], at: datetime) -> list[OutgoingMail]:
    """Leave the links of who is known to a worker, so that a request does as much for them as for others."""
    return [
        links.question(email=registration.attendee.email, at=at, edition=registration.edition_id)
        for registration in known
    ]


def _summary(contact: Registration, people: int, at: datetime) -> OutgoingMail:
    occasion = f"{contact.issue}-{at.isoformat()}"
    return letters.letter_to(contact, letters.Kind.GROUP, at=at, occasion=occasion, context={"people": people})
