"""« Are you still coming? »: what silence does, and against whom it is not held."""

from datetime import timedelta

import pytest
from django.core import mail

from programme.models import Edition
from registrations.models import Attendee, CheckIn, Registration
from registrations.services import still_coming
from registrations.services.cancel import cancel
from registrations.services.reserved import reserve
from registrations.services.still_coming import Answers, NotAsked, answer, answers_of, ask, free_silent_seats, is_asked
from registrations.tasks import ask_who_is_coming
from registrations.tasks import free_silent_seats as free_task
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import SeatPoolFactory, UserFactory, registered, registration_of
from tests.races import at_once
from tests.registrations.services.coming import again, ask_and_deliver, asking, status_of


def test_silence_frees_the_seat_at_its_moment_and_tells(asks, asked_at, noon):
    silent, comes, waits = (registered(asks, f"person{number}@example.org") for number in range(3))
    ask_and_deliver(asked_at)
    answer(registration=again(comes), is_coming=True, at=asked_at)

    assert [free_silent_seats(at=at) for at in (noon - timedelta(minutes=1), noon, noon)] == [0, 1, 0]

    assert [status_of(one) for one in (silent, comes, waits)] == ["cancelled", "confirmed", "confirmed"]
    assert letters_of(silent) == ["confirmed", "silent", "still_coming"]
    assert letters_of(waits) == ["promoted", "waiting"]
    trace = TrailEntry.objects.get()
    assert (trace.source, trace.record_id, trace.edition_id, trace.detail) == (
        "schedule",
        str(silent.pk),
        asks.pk,
        "silent",
    )
    assert broken_invariants() == []


def test_who_lost_the_seat_reads_why(asks, asked_at, noon):
    registered(asks)
    ask_and_deliver(asked_at)
    free_silent_seats(at=noon)
    mail.outbox = []

    deliver_due(clock=lambda: noon)

    [letter] = mail.outbox
    assert "had no answer" in letter.body
    assert b'method="CANCEL"' in letter.message().as_bytes()


def test_edition_chooses_the_moment(asks, asked_at, noon):
    registered(asks)
    ask_and_deliver(asked_at)
    asking(asks, silence_ends_at=noon - timedelta(hours=6))

    assert free_silent_seats(at=noon - timedelta(hours=6)) == 1


@pytest.mark.parametrize(
    "fields", [{"choice": "noes"}, {"choice": "none"}, {"status": "postponed"}, {"seats_given_until": "noon"}]
)
def test_silence_frees_nothing_unless_the_edition_wants_it_and_can_give_the_seat_on(asks, asked_at, noon, fields):
    registration = registered(asks)
    ask_and_deliver(asked_at)
    asking(asks, **{name: noon if value == "noon" else value for name, value in fields.items()})

    assert free_silent_seats(at=noon) == 0
    assert free_silent_seats(at=asks.starts_at) == 0
    assert status_of(registration) == "confirmed"


def test_speakers_on_reserved_seats_are_neither_asked_nor_freed(asks, asked_at, noon):
    SeatPoolFactory(edition=asks, mode="reserved", capacity=2)
    registration = registered(asks)
    ask_and_deliver(asked_at)
    reserve(registration=again(registration), by=UserFactory(), at=asked_at, reason="")

    assert free_silent_seats(at=noon) == 0
    assert answers_of(asks) == Answers(yes=0, no=0, none=0)
    assert not is_asked(again(registration), at=asked_at)
    OutgoingMail.objects.filter(kind="registration.still_coming").delete()
    assert ask(at=asked_at) == 0


def not_sent(registration, asked_at):
    ask(at=asked_at)


def sent_too_late(registration, asked_at):
    ask(at=asked_at)
    deliver_due(clock=lambda: asked_at + timedelta(hours=23))


def came_back(registration, asked_at):
    ask_and_deliver(asked_at)
    OutgoingMail.objects.filter(kind="registration.still_coming").update(bounced_at=asked_at, bounce_status="4.4.1")


def undeliverable(registration, asked_at):
    ask_and_deliver(asked_at)
    Attendee.objects.update(undeliverable_at=asked_at, undeliverable_status="5.1.1")


def inside(registration, asked_at):
    ask_and_deliver(asked_at)
    CheckIn.objects.create(registration=registration, source="qr", scanned_at=asked_at, received_at=asked_at)


def came_again(registration, asked_at):
    ask_and_deliver(asked_at)
    cancel(registration=registration, at=asked_at)
    registered(registration.edition, at=asked_at + timedelta(minutes=5))


@pytest.mark.parametrize("story", [not_sent, sent_too_late, came_back, undeliverable, inside, came_again])
def test_silence_is_held_against_nobody_who_could_not_answer(asks, asked_at, noon, story):
    registration = registered(asks)
    story(again(registration), asked_at)

    assert free_silent_seats(at=noon) == 0
    assert status_of(registration) == "confirmed"


def test_tasks_ask_and_free_once(asks, asked_at, noon, time_machine):
    registration = registered(asks)
    for _time in range(2):
        time_machine.move_to(asked_at, tick=False)
        ask_who_is_coming()
        deliver_due(clock=lambda: asked_at)
        time_machine.move_to(noon, tick=False)
        free_task()

    assert letters_of(registration) == ["confirmed", "silent", "still_coming"]


@pytest.mark.django_db(transaction=True)
def test_answer_and_scheduler_at_once(asks, asked_at, noon):
    asks.seat_pools.filter(mode="onsite").update(capacity=6)
    people = [registered(asks, f"person{number}@example.org") for number in range(6)]
    ask_and_deliver(asked_at)

    results = at_once(
        lambda: free_silent_seats(at=noon),
        lambda: free_silent_seats(at=noon),
        *[lambda one=one: answer(registration=again(one), is_coming=True, at=noon) for one in people],
    )

    freed = sum(result for result in results[:2])
    refused = [result for result in results[2:] if isinstance(result, NotAsked)]
    assert len(refused) == freed
    assert Registration.objects.filter(status="confirmed", coming_answer="yes").count() == 6 - freed
    assert OutgoingMail.objects.filter(kind="registration.silent").count() == freed
    assert broken_invariants() == []


def test_seat_of_who_answers_while_the_list_is_gone_through_is_kept(asks, asked_at, noon):
    registration = registered(asks)
    ask_and_deliver(asked_at)
    answer(registration=again(registration), is_coming=True, at=noon)

    assert still_coming._free(Edition.objects.get(), registration.pk, noon) is False
    assert registration_of(asks, "ada@example.org").status == "confirmed"
