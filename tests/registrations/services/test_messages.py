"""To whom organizers write, when, and that nobody gets it twice."""

import time
import uuid
from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from programme.models import SeatPool
from registrations.models import Attendee, CheckIn, Message, Registration
from registrations.services import messages, unsubscribing
from registrations.services.cancel import cancel
from registrations.services.editions import set_status
from registrations.services.privacy import erase
from registrations.tasks import send_messages
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import NOW, EditionFactory, MessageFactory, SeatPoolFactory, UserFactory, registered, with_seats
from tests.races import at_once

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def by(db):
    return UserFactory()


def written_to(message):
    about = messages.mails_of(message).values_list("about", flat=True)
    keys = [key.removeprefix("registration:") for key in about]
    return sorted(Attendee.objects.filter(registration__in=keys).values_list("email", flat=True))


def whom(edition, **choices):
    return sorted(
        registration.attendee.email.partition("@")[0]
        for registration in messages.recipients_of(MessageFactory(edition=edition, **choices))
    )


def state_of(message):
    return Message.objects.get(pk=message.pk).state


def test_message_goes_to_everybody_whom_its_choices_fit(edition):
    session = with_seats(edition, 1)
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    came = registered(edition, "came@example.org", sessions=[session], language="fr")
    registered(edition, "stayed@example.org", sessions=[session], profile="student")
    registered(edition, "waits@example.org")
    registered(edition, "online@example.org", mode="online")
    cancel(registration=registered(edition, "gone@example.org", mode="online"), at=NOW)
    registered(SeatPoolFactory(mode="onsite").edition, "elsewhere@example.org")
    CheckIn.objects.create(registration=came, source="qr", scanned_at=NOW, received_at=NOW)

    assert whom(edition) == ["came", "online", "stayed", "waits"]
    assert whom(edition, for_status="confirmed") == ["came", "online", "stayed"]
    assert whom(edition, for_status="confirmed", for_mode="onsite") == ["came", "stayed"]
    assert whom(edition, for_status="waiting") == ["waits"]
    assert whom(edition, for_status="cancelled") == ["gone"]
    assert whom(edition, for_session=session) == ["came", "stayed"]
    assert whom(edition, for_profile="student") == ["stayed"]
    assert whom(edition, for_language="fr") == ["came"]
    assert whom(edition, for_presence="present") == ["came"]
    assert whom(edition, for_presence="absent") == ["online", "stayed", "waits"]


def test_message_goes_to_who_answered_or_did_not(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=4)
    for name, answer in (("comes", "yes"), ("stays", "no"), ("silent", ""), ("gone", "")):
        registration = registered(edition, f"{name}@example.org")
        asked_at = NOW if answer else None
        Registration.objects.filter(pk=registration.pk).update(coming_answer=answer, coming_answered_at=asked_at)
        if name in {"stays", "gone"}:
            cancel(registration=registration, at=NOW)
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    registered(edition, "waits@example.org")
    registered(edition, "online@example.org", mode="online")

    assert whom(edition, for_coming="silent") == ["silent"]
    assert whom(edition, for_coming="silent", for_status="confirmed", for_mode="onsite") == ["silent"]
    assert whom(edition, for_coming="yes") == ["comes"]
    assert whom(edition, for_coming="no") == []
    assert whom(edition, for_coming="no", for_status="cancelled") == ["stays"]


def test_message_reaches_neither_who_wants_none_nor_who_is_erased_nor_an_address_never_proved(edition):
    unsubscribing.unsubscribe(registration=registered(edition, "quiet@example.org"), at=NOW)
    erase(registration=registered(edition, "erased@example.org"), at=NOW)
    Registration.objects.filter(attendee__isnull=True).update(status="confirmed")
    pending = registered(edition, "pending@example.org")
    Registration.objects.filter(pk=pending.pk).update(status="pending", hold_expires_at=LATER)
    registered(edition, "reached@example.org")

    assert whom(edition) == ["reached"]


def test_send_queues_one_mail_for_each_and_leaves_a_trace(edition, by):
    first, second = registered(edition, "first@example.org"), registered(edition, "second@example.org")
    message = MessageFactory(edition=edition)

    assert messages.send(message=message, by=by, at=NOW) == 2

    mails = messages.mails_of(message)
    assert {mail.about for mail in mails} == {first.mail_about, second.mail_about}
    told = {(mail.kind, mail.occasion, mail.state, mail.is_bulk, len(mail.context)) for mail in mails}
    assert told == {("registration.message", str(message.pk), "queued", True, 0)}
    assert (message.state, message.send_at) == ("sending", NOW)
    trace = TrailEntry.objects.get(record_type="registrations.message")
    assert (trace.actor_id, trace.edition_id, trace.fields, trace.counts) == (
        by.pk,
        edition.pk,
        ["state"],
        {"mails": 2},
    )


def test_what_was_sent_is_not_sent_again(edition, by):
    registered(edition, "first@example.org")
    message = MessageFactory(edition=edition)
    messages.send(message=message, by=by, at=NOW)

    with pytest.raises(messages.NotInThisState):
        messages.send(message=message, by=by, at=LATER)

    # Even if its state were lost.
    Message.objects.update(state="draft")
    messages.send(message=message, by=by, at=LATER)
    assert written_to(message) == ["first@example.org"]


def test_message_that_fits_nobody_stays_a_draft(edition, by):
    message = MessageFactory(edition=edition)

    with pytest.raises(messages.NobodyToWriteTo):
        messages.send(message=message, by=by, at=NOW)

    assert state_of(message) == "draft"


def test_scheduled_message_goes_to_whom_its_choices_fit_by_then(edition, by):
    message = MessageFactory(edition=edition)
    messages.schedule(message=message, send_at=LATER, by=by, at=NOW)
    registered(edition, "late@example.org")

    assert messages.send_due(at=LATER - timedelta(seconds=1)) == 0
    assert messages.send_due(at=LATER) == 1
    assert messages.send_due(at=LATER) == 0

    assert written_to(message) == ["late@example.org"]
    traces = TrailEntry.objects.filter(record_type="registrations.message").order_by("id")
    assert [(one.source, one.counts) for one in traces] == [("staff", {}), ("schedule", {"mails": 1})]


def test_schedule_refuses_a_moment_that_is_over_and_what_is_no_draft(edition, by):
    message = MessageFactory(edition=edition)

    with pytest.raises(messages.NotToCome):
        messages.schedule(message=message, send_at=NOW, by=by, at=NOW)
    messages.schedule(message=message, send_at=LATER, by=by, at=NOW)
    with pytest.raises(messages.NotInThisState):
        messages.schedule(message=message, send_at=LATER, by=by, at=NOW)


def test_withdrawn_message_is_a_draft_again_and_is_not_sent(edition, by):
    registered(edition, "first@example.org")
    message = MessageFactory(edition=edition)
    messages.schedule(message=message, send_at=LATER, by=by, at=NOW)

    messages.withdraw(message=message, by=by, at=NOW)

    assert (message.state, message.send_at) == ("draft", None)
    assert messages.send_due(at=LATER) == 0
    with pytest.raises(messages.NotInThisState):
        messages.withdraw(message=message, by=by, at=NOW)


def test_paused_message_holds_back_what_is_not_sent_and_goes_on_where_it_was(edition, by):
    people = [registered(edition, f"{number}@example.org") for number in range(3)]
    message = MessageFactory(edition=edition)
    messages.send(message=message, by=by, at=NOW)
    messages.mails_of(message).filter(about=people[0].mail_about).update(state="sent", sent_at=NOW)

    messages.pause(message=message, by=by, at=NOW)

    assert message.state == "paused"
    assert messages.progress_of(message) == messages.Progress(sent=1, waiting=0, held=2, failed=0, dropped=0)
    with pytest.raises(messages.NotInThisState):
        messages.pause(message=message, by=by, at=NOW)
    messages.resume(message=message, by=by, at=LATER)
    assert message.state == "sending"
    assert messages.progress_of(message) == messages.Progress(sent=1, waiting=2, held=0, failed=0, dropped=0)
    assert messages.mails_of(message).filter(state="queued", due_at=LATER).count() == 2
    with pytest.raises(messages.NotInThisState):
        messages.resume(message=message, by=by, at=LATER)


def test_message_paused_before_its_moment_is_a_draft_again_or_goes_on(edition, by):
    registered(edition)
    taken_back, goes_on = MessageFactory(edition=edition), MessageFactory(edition=edition)
    for message in (taken_back, goes_on):
        messages.schedule(message=message, send_at=LATER, by=by, at=NOW)
    messages.pause_all(edition=edition, by=by, at=NOW)
    assert messages.send_due(at=LATER) == 0

    messages.withdraw(message=taken_back, by=by, at=LATER)
    messages.resume(message=goes_on, by=by, at=LATER)

    assert (taken_back.state, goes_on.state) == ("draft", "scheduled")
    assert messages.send_due(at=LATER) == 1
    messages.pause(message=goes_on, by=by, at=LATER)
    with pytest.raises(messages.NotInThisState):
        messages.withdraw(message=goes_on, by=by, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_message_that_leaves_while_its_edition_is_called_off_is_held_back():
    edition = EditionFactory()
    SeatPoolFactory(edition=edition)
    registered(edition)
    message = MessageFactory(edition=edition, state="scheduled", send_at=NOW)

    at_once(lambda: set_status(edition=edition, status="cancelled", at=NOW), lambda: messages.send_due(at=NOW))

    assert state_of(message) == "paused"
    assert not messages.mails_of(message).filter(state="queued").exists()


def test_message_is_finished_once_nothing_of_it_waits(edition, by, time_machine):
    time_machine.move_to(LATER, tick=False)
    first, second = registered(edition, "first@example.org"), registered(edition, "second@example.org")
    message = MessageFactory(edition=edition)
    messages.send(message=message, by=by, at=NOW)
    mails = messages.mails_of(message)
    mails.filter(about=first.mail_about).update(state="sent", sent_at=NOW)

    send_messages()
    assert state_of(message) == "sending"
    mails.filter(about=second.mail_about).update(state="failed")
    send_messages()

    message.refresh_from_db()
    assert (message.state, message.finished_at) == ("sent", LATER)
    assert messages.progress_of(message).total == 2


def test_dropped_mails_count_for_nobody():
    assert messages.Progress(sent=3, waiting=2, held=1, failed=1, dropped=5).total == 7


def crowd(edition, number):
    people = [
        Registration(
            id=uuid.uuid4(), edition=edition, status="confirmed", mode="onsite", profile="other", language="fr",
            key_version="x", created_at=NOW,
        )
        for _person in range(number)
    ]  # fmt: skip
    Registration.objects.bulk_create(people)
    Attendee.objects.bulk_create(
        Attendee(registration=person, edition=edition, email=f"{place}@example.org", email_normalised=f"{place}@example.org")
        for place, person in enumerate(people)
    )  # fmt: skip


def test_five_thousand_people_are_queued_within_five_seconds(edition, by, django_assert_max_num_queries):
    crowd(edition, 5000)
    message = MessageFactory(edition=edition)
    started = time.process_time()

    with django_assert_max_num_queries(14):
        assert messages.send(message=message, by=by, at=NOW) == 5000

    assert time.process_time() - started < 5
    assert messages.mails_of(message).count() == 5000


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_and_an_organizer_send_a_message_once():
    edition = EditionFactory()
    SeatPoolFactory(edition=edition, mode="onsite", capacity=50)
    for number in range(20):
        registered(edition, f"{number}@example.org")
    message, by = MessageFactory(edition=edition), UserFactory()
    messages.schedule(message=message, send_at=LATER, by=by, at=NOW)

    counts = at_once(*[lambda: messages.send_due(at=LATER)] * 4)

    assert sorted(counts) == [0, 0, 0, 20]
    assert OutgoingMail.objects.filter(kind=messages.KIND).count() == 20
    assert TrailEntry.objects.filter(source="schedule").count() == 1


def test_session_that_a_message_is_for_stays(edition):
    """Without it the message would go to everybody."""
    session = with_seats(edition, 1)
    SeatPool.objects.filter(session=session).delete()
    MessageFactory(edition=edition, for_session=session)

    with pytest.raises(ProtectedError):
        session.delete()
