"""Rehearse an edition: a copy that only its staff see, with invented people, removed again without a remainder."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from programme.models import Edition, SeatPool, StaffRole
from registrations.services import seats
from registrations.services.attendees import Identity
from registrations.services.clone import copy_edition
from registrations.services.invented import draws, invent
from registrations.services.register import Application, register
from registrations.services.removal import remove_all
from symposium.accounts.models import User
from symposium.trail import writing as trail

SUFFIX = "-rehearsal"
# What its titles begin with, so that whatever names it says so: pages, mails, tickets, calendars, files.
MARKS = {"fr": "R\u00e9p\u00e9tition \u2013 ", "en": "Rehearsal \u2013 "}
TITLE_LENGTH = 200
MOST_PEOPLE = 100
CHOOSES_A_SESSION = 0.5  # how likely
WEEK = timedelta(weeks=1)


class AlreadyRehearsed(Exception):
    """There is a rehearsal of this edition; it is removed before another is made."""


class NotARehearsal(Exception):
    """The edition is one, and the other was asked for."""


def slug_of_rehearsal(edition: Edition) -> str:
    return edition.slug[: 50 - len(SUFFIX)] + SUFFIX


def rehearse(*, source: Edition, people: int, by: User, at: datetime) -> Edition:
    """Return a rehearsal of ``source``, open for registration, with so many invented people who came the ordinary way.

    It has the staff of ``source``, and begins as it does; where that is over, as many weeks later as make it come.

    :raises NotARehearsal: ``source`` is a rehearsal itself.
    :raises AlreadyRehearsed: there is one.
    """
    if source.is_rehearsal:
        raise NotARehearsal(source.slug)
    with transaction.atomic(durable=True):
        Edition.objects.select_for_update(no_key=True).get(pk=source.pk)  # who rehearses it at the same time waits
        if Edition.objects.filter(slug=slug_of_rehearsal(source)).exists():
            raise AlreadyRehearsed(source.slug)
        rehearsal = _copy(source, at)
        _let_the_staff_in(source, rehearsal, by, at)
        trail.write(_trace(trail.Kind.ADDED, rehearsal, by, at, {"entered": people}))
    for application in _invented(rehearsal, people):
        register(edition=rehearsal, application=application, nonce=secrets.token_urlsafe(18), at=at)
    return rehearsal


def _copy(source: Edition, at: datetime) -> Edition:
    late = at - source.starts_at
    rehearsal = copy_edition(
        source,
        timedelta() if late < timedelta() else (late // WEEK + 1) * WEEK,
        slug=slug_of_rehearsal(source),
        ordinal=source.ordinal,
        status=Edition.Status.PUBLISHED,
        is_rehearsal=True,
        is_sample=True,
        registration_opens_at=at,
        registration_closes_at=None,
        seats_given_until=None,
    )
    for code, mark in MARKS.items():
        title = getattr(source, f"title_{code}")
        setattr(rehearsal, f"title_{code}", f"{mark}{title}"[:TITLE_LENGTH] if title else "")
    rehearsal.save(update_fields=["title", *(f"title_{code}" for code in MARKS)])
    return rehearsal


def _let_the_staff_in(source: Edition, rehearsal: Edition, by: User, at: datetime) -> None:
    """Give everybody the role that they have in ``source``, and whoever rehearses that of an organizer."""
    held = set(source.staff_roles.values_list("user_id", "role"))
    if not by.is_superuser:
        held.add((by.pk, StaffRole.Role.ORGANIZER.value))
    roles = [StaffRole(user_id=user, edition=rehearsal, role=role) for user, role in sorted(held)]
    StaffRole.objects.bulk_create(roles)
    trail.write(
        *(trail.entry(kind=trail.Kind.ADDED, by=by, at=at, record=one, edition_id=rehearsal.pk) for one in roles)
    )


def _invented(edition: Edition, people: int) -> Iterator[Application]:
    pools = list(SeatPool.objects.filter(edition=edition).select_related("session").order_by("pk"))
    modes = [pool.mode for pool in pools if pool.is_for_all]
    sessions = [pool.session for pool in pools if pool.session is not None]
    for number in range(1, people + 1 if modes else 1):
        draw = draws(0, edition.slug, number)
        person = invent(edition.slug, number, draw)
        yield Application(
            identity=Identity(person.email, person.given_name, person.family_name, person.affiliation),
            mode=draw.choice(modes),
            profile=person.profile,
            country=person.country,
            language=person.language,
            sessions=tuple(session for session in sessions if draw.random() < CHOOSES_A_SESSION),
        )


def remove(*, rehearsal: Edition, by: User, at: datetime) -> int:
    """Remove a rehearsal with everything that belongs to it, and return how many rows that were. The trail keeps that it was.

    :raises NotARehearsal: the edition is a real one.
    """
    with transaction.atomic(durable=True):
        seats.lock_pools(rehearsal)  # who registers now waits, and is refused by the database afterwards
        if not Edition.objects.select_for_update().filter(pk=rehearsal.pk, is_rehearsal=True).exists():
            raise NotARehearsal(rehearsal.slug)
        count = remove_all(rehearsal)
        trail.write(_trace(trail.Kind.DELETED, rehearsal, by, at, {"rows": count}))
    return count


def _trace(kind: trail.Kind, rehearsal: Edition, by: User, at: datetime, counts: dict[str, int]) -> Any:
    return trail.entry(
        kind=kind, by=by, at=at, record=rehearsal, edition_id=rehearsal.pk, detail="rehearsal", counts=counts
    )
