"""Each invariant broken by hand, past the services, and seen."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from programme.models import SeatPool
from registrations.models import Answer, Attendee, CheckIn, Claim, Group, Registration
from registrations.services import door, invariants
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants
from tests.factories import (
    NOW,
    EditionFactory,
    QuestionFactory,
    SeatPoolFactory,
    registered,
    somebodys_needs,
    with_seats,
)


@pytest.fixture
def world(edition):
    """Somebody confirmed and present, and somebody who waits, both also for a session."""
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    session = with_seats(edition, 1)
    holder = registered(edition, "holder@example.org", sessions=[session])
    registered(edition, "waiting@example.org", sessions=[session])
    door.check_in(registration=holder, by=None, source="qr", gate="", at=NOW)
    return edition


def holder():
    return Registration.objects.get(status="confirmed")


def waiting():
    return Registration.objects.get(status="waiting")


def wait_too(edition, people):
    return [registered(edition, f"too{number}@example.org") for number in range(people)]


def onsite(edition):
    return edition.seat_pools.filter(mode="onsite")


def elsewhere():
    return SeatPoolFactory(edition=EditionFactory(), mode="onsite")


def edition_claims(registration):
    return registration.claims.filter(pool__session=None)


def wait_together(*people):
    """Make a group of people who came one by one."""
    group = Group.objects.create(edition=holder().edition, size=len(people), contact=holder(), created_at=NOW)
    Claim.objects.filter(registration__in=people, pool__session=None).update(group=group)


def come_between(edition):
    first = waiting()
    _between, last = wait_too(edition, 2)
    wait_together(first, last)


def wait_elsewhere(edition):
    first = waiting()
    [other] = wait_too(edition, 1)
    wait_together(first, other)
    edition_claims(other).update(pool=edition.seat_pools.get(mode="online"))


def take_consent_back(edition):
    words = somebodys_needs(holder()).registration.consents.get(kind="needs").text
    holder().consents.create(kind="needs", is_given=False, text=words, decided_at=NOW)


OF_THE_LIVING = (
    "a living registration has one claim on the seats of its mode and none of the other, a dead one has none"
)
BREAKS = {
    "a pool's taken seats are its held claims": lambda edition: onsite(edition).update(taken=0),
    "a pool's waiting count is its eligible waiting claims": lambda edition: onsite(edition).update(waiting=2),
    "no position is beyond the last one given": lambda edition: onsite(edition).update(last_position=0),
    "the seats that are free are too few for who waits first, alone or as a group": (
        lambda edition: onsite(edition).update(capacity=2)
    ),
    "nobody stands between those who wait in one group": come_between,
    "those who wait in one group wait for the same seats": wait_elsewhere,
    OF_THE_LIVING: (
        lambda edition: Claim.objects.create(
            registration=holder(), pool=edition.seat_pools.get(mode="online"), is_held=True
        )
    ),
    "the claim on the edition's seats decides the status": lambda edition: Registration.objects.filter(
        pk=waiting().pk
    ).update(status="confirmed"),
    "a claim on a session is eligible exactly when the edition's seat is held": lambda edition: Claim.objects.filter(
        registration=waiting(), pool__session__isnull=False
    ).update(is_eligible=True),
    "an attendee belongs to the edition of the registration": lambda edition: Attendee.objects.filter(
        registration=holder()
    ).update(edition=EditionFactory()),
    "a claim's pool belongs to the edition of the registration": lambda edition: edition_claims(holder()).update(
        pool=elsewhere()
    ),
    "an answer is to a question of the registration's edition, and chooses what that question offers": lambda edition: (
        Answer.objects.create(registration=holder(), question=QuestionFactory(), text="Blue")
    ),
    "what people need is what is arranged for": lambda edition: somebodys_needs(holder()).arrangements.all().delete(),
    "whoever's needs are kept agrees to it": take_consent_back,
    "whoever has a place was written to": lambda edition: OutgoingMail.objects.all().delete(),
    "nobody entered twice without leaving": lambda edition: CheckIn.objects.create(
        registration=holder(), scanned_at=NOW, received_at=NOW + timedelta(minutes=1), source="qr"
    ),
    "nobody waits for a reserved seat": lambda edition: SeatPoolFactory(
        edition=edition, mode="reserved", last_position=1
    ),
    "the room holds the seats on site and the reserved ones": lambda edition: (
        SeatPoolFactory(edition=edition, mode="reserved", capacity=1),
        onsite(edition).update(safety_limit=1),
    ),
}


def test_all_hold_in_an_ordinary_world(world):
    assert broken_invariants() == []
    assert [finding.invariant for finding in invariants.verify()] == list(BREAKS)


@pytest.mark.parametrize("invariant", BREAKS)
def test_broken_invariant_is_found(world, invariant):
    BREAKS[invariant](world)

    assert invariant in broken_invariants()


@pytest.mark.parametrize(
    "breaks",
    [
        lambda: edition_claims(holder()).delete(),
        lambda: Registration.objects.filter(pk=holder().pk).update(mode="online"),
        lambda: Registration.objects.filter(pk=holder().pk).update(status="cancelled"),
    ],
    ids=["no claim", "claim of the other mode", "claim of the dead"],
)
def test_registration_without_its_claim_is_found(world, breaks):
    breaks()

    assert OF_THE_LIVING in broken_invariants()


@pytest.mark.parametrize(
    "breaks",
    [
        lambda: Registration.objects.filter(pk=holder().pk).update(status="waiting", confirmed_at=None),
        lambda: Registration.objects.filter(pk=holder().pk).update(status="requested"),
        lambda: Registration.objects.filter(pk=waiting().pk).update(status="requested"),
        lambda: edition_claims(waiting()).update(is_eligible=False),
    ],
    ids=["waits with a seat", "asks with a seat", "asks with a turn", "waits without a turn"],
)
def test_status_against_the_claim_is_found(world, breaks):
    breaks()

    assert "the claim on the edition's seats decides the status" in broken_invariants()


def test_seats_may_stand_free_for_a_group_but_no_more_than_it_lacks(world):
    first = waiting()
    wait_together(first, *wait_too(world, 2))

    onsite(world).update(capacity=3)
    assert broken_invariants() == []
    onsite(world).update(capacity=4)

    assert broken_invariants() == ["the seats that are free are too few for who waits first, alone or as a group"]


def test_seat_left_empty_is_no_fault_once_giving_on_is_over(world):
    onsite(world).update(capacity=2)
    world.seats_given_until = NOW - timedelta(days=365)
    world.save()

    assert broken_invariants() == []


def test_nobody_writes_to_samples_or_walk_ins(world):
    OutgoingMail.objects.all().delete()
    Registration.objects.filter(status="confirmed").update(is_walk_in=True)
    assert broken_invariants() == ["whoever has a place was written to"]

    world.is_sample = True
    world.save()

    assert broken_invariants() == []


def test_entry_after_leaving_is_no_fault(world):
    for minutes, direction in ((1, "exit"), (2, "entry")):
        CheckIn.objects.create(
            id=uuid.uuid4(), registration=holder(), direction=direction, scanned_at=NOW, source="qr",
            received_at=NOW + timedelta(minutes=minutes),
        )  # fmt: skip

    assert broken_invariants() == []


def test_findings_name_rows_up_to_a_limit(world):
    pool = onsite(world).get()
    onsite(world).update(taken=7)
    assert invariants.verify()[0].rows == ((pool.pk, 7, 1),)
    SeatPool.objects.update(taken=7)

    finding = invariants.verify(at_most=2)[0]

    assert (finding.holds, len(finding.rows)) == (False, 2)


@pytest.mark.django_db(transaction=True)
def test_verify_sees_one_snapshot_and_cannot_write():
    modes = []

    def note_mode(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.lstrip().startswith("SELECT") and not modes:
            with connection.connection.cursor() as cursor:
                modes.append(cursor.execute("SHOW transaction_read_only").fetchone()[0])
                modes.append(cursor.execute("SHOW transaction_isolation").fetchone()[0])
        return result

    with connection.execute_wrapper(note_mode):
        assert all(finding.holds for finding in invariants.verify())

    assert modes == ["on", "repeatable read"]


@pytest.mark.django_db(transaction=True)
def test_verify_works_inside_a_transaction():
    with transaction.atomic():
        assert all(finding.holds for finding in invariants.verify())
