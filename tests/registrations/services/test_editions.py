from dataclasses import replace
from datetime import timedelta

import pytest

from programme.models import Edition
from registrations.models import Message, Registration
from registrations.services import cancel, holds, messages
from registrations.services.dates import Dates
from registrations.services.editions import open_pools, set_status
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import (
    NOW,
    EditionFactory,
    MessageFactory,
    SessionFactory,
    UserFactory,
    registered,
    set_capacity,
    with_seats,
)

HOUR = timedelta(hours=1)
LATER = NOW + HOUR


@pytest.fixture
def pool(edition):
    pool = edition.seat_pools.get(mode="onsite")
    pool.capacity = 1
    pool.save()
    return pool


def people(edition, number, **fields):
    return [registered(edition, f"person{n}@example.org", **fields) for n in range(number)]


def statuses(registrations):
    return [Registration.objects.get(pk=registration.pk).status for registration in registrations]


def test_capacity_raised_by_two_promotes_the_next_two(edition, pool):
    everybody = people(edition, 5)

    set_capacity(pool=pool, capacity=3, safety_limit=100, at=NOW)

    pool.refresh_from_db()
    assert statuses(everybody) == ["confirmed", "confirmed", "confirmed", "waiting", "waiting"]
    assert (pool.capacity, pool.safety_limit, pool.taken, pool.waiting) == (3, 100, 3, 2)
    assert broken_invariants() == []


def test_capacity_without_limit_promotes_everybody(edition, pool):
    everybody = people(edition, 4)

    set_capacity(pool=pool, capacity=None, safety_limit=None, at=NOW)

    assert statuses(everybody) == ["confirmed"] * 4
    assert broken_invariants() == []


def test_capacity_lowered_drops_nobody_and_promotes_nobody_until_below(edition, pool):
    set_capacity(pool=pool, capacity=3, safety_limit=None, at=NOW)
    everybody = people(edition, 5)

    set_capacity(pool=pool, capacity=1, safety_limit=None, at=NOW)
    after_lowering = statuses(everybody)
    cancel.cancel(registration=everybody[0], at=NOW)
    cancel.cancel(registration=everybody[1], at=NOW)
    still_full = statuses(everybody)
    cancel.cancel(registration=everybody[2], at=NOW)

    assert after_lowering == ["confirmed"] * 3 + ["waiting"] * 2
    assert still_full == ["cancelled", "cancelled", "confirmed", "waiting", "waiting"]
    assert statuses(everybody) == ["cancelled"] * 3 + ["confirmed", "waiting"]
    assert broken_invariants() == []


def test_capacity_of_a_session_promotes_in_the_session(edition, pool):
    session = with_seats(edition, 0)
    set_capacity(pool=pool, capacity=1, safety_limit=None, at=NOW)
    confirmed, waiting = people(edition, 2, sessions=[session])

    set_capacity(pool=session.seat_pool, capacity=2, safety_limit=None, at=NOW)

    assert confirmed.claims.get(pool__session=session).is_held
    assert not waiting.claims.get(pool__session=session).is_held
    assert letters_of(confirmed) == ["confirmed", "session_promoted"]
    assert broken_invariants() == []


def test_capacity_raised_applies_holds_that_ran_out(edition, pool):
    edition.confirms_email = True
    edition.save()
    slow, first, second, third = people(edition, 4)
    holds.start_hold(registration_id=str(slow.pk), at=NOW)

    set_capacity(pool=pool, capacity=2, safety_limit=None, at=NOW + timedelta(hours=1))

    assert statuses([slow]) == ["expired"]
    assert [registration.claims.get().is_held for registration in (first, second, third)] == [True, True, False]


@pytest.mark.parametrize(("status", "kind"), [("cancelled", "edition_cancelled"), ("postponed", "edition_postponed")])
def test_edition_called_off_writes_once_and_keeps_everybody(edition, pool, status, kind):
    edition.seat_pools.filter(mode="online").update(capacity=1)
    confirmed, waiting, gone = people(edition, 3)
    cancel.cancel(registration=gone, at=NOW)

    for _time in range(2):
        set_status(edition=edition, status=status, at=NOW)

    edition.refresh_from_db()
    assert (edition.status, edition.calendar_sequence) == (status, 1)
    assert statuses([confirmed, waiting, gone]) == ["confirmed", "waiting", "cancelled"]
    assert letters_of(confirmed) == ["confirmed", kind]
    assert letters_of(waiting) == [kind, "waiting"]
    assert letters_of(gone) == ["cancelled", "waiting"]


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_edition_called_off_pauses_what_is_to_be_sent_to_its_people(edition, pool, status):
    people(edition, 1)
    draft, scheduled, sending = (MessageFactory(edition=edition) for _ in range(3))
    elsewhere = MessageFactory(state="scheduled", send_at=NOW)
    by = UserFactory()
    messages.schedule(message=scheduled, send_at=LATER, by=by, at=NOW)
    messages.send(message=sending, by=by, at=NOW)

    set_status(edition=edition, status=status, by=by, at=NOW)

    states = [Message.objects.get(pk=one.pk).state for one in (draft, scheduled, sending, elsewhere)]
    assert states == ["draft", "paused", "paused", "scheduled"]
    assert messages.progress_of(sending).held == 1
    traces = TrailEntry.objects.filter(record_type="registrations.message", at=NOW, fields=["state"]).order_by("pk")
    paused = traces.values_list("record_id", "actor_id", "counts__mails")[1:]
    assert list(paused) == [(str(scheduled.pk), by.pk, 0), (str(sending.pk), by.pk, 1)]


def test_message_that_goes_on_though_its_edition_is_called_off_is_not_paused_again(edition, pool):
    people(edition, 1)
    message, by = MessageFactory(edition=edition), UserFactory()
    messages.schedule(message=message, send_at=LATER, by=by, at=NOW)
    set_status(edition=edition, status="cancelled", at=NOW)

    messages.resume(message=message, by=by, at=NOW)
    set_status(
        edition=edition, status="cancelled", dates=replace(Dates.of(edition), ends_at=edition.ends_at + HOUR), at=NOW
    )

    assert message.state == "scheduled"
    assert messages.send_due(at=LATER) == 1


def test_edition_called_off_again_writes_again(edition, pool):
    (registration,) = people(edition, 1)

    for status in ("postponed", "published", "postponed"):
        set_status(edition=edition, status=status, at=NOW)

    assert letters_of(registration) == ["confirmed", "edition_postponed", "edition_postponed"]
    assert Edition.objects.get().calendar_sequence == 3


def test_status_is_compared_with_what_is_stored(edition, pool):
    """A form has put the new status into the object before the service is asked."""
    (registration,) = people(edition, 1)
    edition.status = "cancelled"

    set_status(edition=edition, status="cancelled", at=NOW)

    assert letters_of(registration) == ["confirmed", "edition_cancelled"]


def test_edition_published_again_gives_on_what_was_freed_meanwhile(edition, pool):
    holder, first = people(edition, 2)
    set_status(edition=edition, status="postponed", at=NOW)
    cancel.cancel(registration=Registration.objects.get(pk=holder.pk), at=NOW)
    assert statuses([first]) == ["waiting"]

    set_status(edition=edition, status="published", at=NOW)

    assert statuses([first]) == ["confirmed"]
    assert broken_invariants() == []


def test_status_without_a_letter_writes_to_nobody(edition, pool):
    people(edition, 1)

    set_status(edition=edition, status="archived", at=NOW)

    assert OutgoingMail.objects.count() == 1


def test_open_pools_adds_what_is_missing(db):
    edition = EditionFactory()
    given = with_seats(edition, 7)
    bare = SessionFactory(edition=edition)
    SessionFactory(edition=edition, kind="pause")

    for _time in range(2):
        open_pools(edition=edition, modes=("onsite", "online"))

    pools = edition.seat_pools.order_by("mode", "session_id").values_list("mode", "session", "capacity")
    assert list(pools) == [
        ("", given.pk, 7),
        ("", bare.pk, None),
        ("online", None, None),
        ("onsite", None, None),
        ("reserved", None, 0),
    ]
