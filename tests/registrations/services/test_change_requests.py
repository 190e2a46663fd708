"""Asking the organizers for a change once registration has closed, and their answer."""

from datetime import timedelta

import pytest
from django.core import mail

from registrations.models import ChangeRequest, Registration
from registrations.services import cancel, change_requests, privacy, seats
from symposium.outbox.delivery import deliver_due
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, UserFactory, registered, with_seats
from tests.races import at_once


@pytest.fixture
def organizer(db):
    return UserFactory()


@pytest.fixture
def closed(edition):
    """Registration was open a minute ago."""
    edition.registration_closes_at = NOW + timedelta(minutes=1)
    edition.save()
    return edition


LATER = NOW + timedelta(hours=1)


def ask(registration, *, mode="online", sessions=(), message="My train is cancelled.", at=LATER):
    return change_requests.ask(registration=registration, mode=mode, sessions=sessions, message=message, at=at)


def decide(how, request, by, answer=""):
    return how(request=request, by=by, at=LATER, answer=answer)


def last_letter(registration):
    """Deliver everything and return the newest letter to this person."""
    mail.outbox = []
    deliver_due(clock=lambda: LATER)
    return [message for message in mail.outbox if message.to == [registration.attendee.email]][-1]


def test_request_is_kept_and_changes_nothing(closed):
    session = with_seats(closed, 5)
    registration = registered(closed)

    request = ask(registration, sessions=[session])

    assert (request.status, request.mode, request.sessions) == ("open", "online", [session.pk])
    assert Registration.objects.get().mode == "onsite"
    assert change_requests.open_request_of(registration) == request


def test_one_request_is_open_at_a_time(closed, organizer):
    registration = registered(closed)
    first = ask(registration)

    with pytest.raises(change_requests.AskedAlready):
        ask(registration, message="again")
    decide(change_requests.decline, first, organizer)
    second = ask(registration, message="again")

    assert [request.message for request in ChangeRequest.objects.filter(status="open")] == [second.message]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda registration: {"at": NOW},
        lambda registration: {"at": registration.edition.starts_at},
        lambda registration: cancel.cancel(registration=registration, at=NOW) and {},
        lambda registration: Registration.objects.update(issue=2) and {},
    ],
    ids=["open still", "begun", "cancelled", "another's link"],
)
def test_request_is_refused_where_none_is_needed_or_possible(closed, spoil):
    registration = registered(closed)
    moment = spoil(registration)

    with pytest.raises(change_requests.NotAskable):
        ask(registration, **moment)

    assert not ChangeRequest.objects.exists()


def test_edition_without_a_closing_date_is_changed_until_it_begins(edition):
    edition.registration_closes_at = None

    assert edition.takes_changes(edition.starts_at - timedelta(seconds=1))
    assert not edition.takes_changes(edition.starts_at)


def test_granted_request_is_done_and_told(closed, organizer):
    session = with_seats(closed, 5)
    registration = registered(closed)
    request = ask(registration, sessions=[session])

    decided = decide(change_requests.grant, request, organizer, "See you online.\n\nThe team")

    registration.refresh_from_db()
    assert (decided.status, registration.mode) == ("granted", "online")
    assert registration.claims.get(pool__session=session).is_held
    assert letters_of(registration) == ["change_granted", "confirmed"]
    assert "See you online." in last_letter(registration).body
    assert list(TrailEntry.objects.values_list("kind", "detail", "record_id")) == [
        ("decided", "change_granted", str(registration.pk))
    ]
    assert broken_invariants() == []


def test_freed_seat_of_a_granted_request_goes_to_who_waits(closed, organizer):
    closed.seat_pools.filter(mode="onsite").update(capacity=1)
    registration, waiting = registered(closed), registered(closed, "b@example.org")

    decide(change_requests.grant, ask(registration), organizer)

    waiting.refresh_from_db()
    assert (waiting.status, broken_invariants()) == ("confirmed", [])


def test_grant_where_no_seat_is_left_changes_nothing(closed, organizer):
    closed.seat_pools.filter(mode="online").update(capacity=0)
    request = ask(registered(closed))

    with pytest.raises(seats.NoSeatLeft):
        decide(change_requests.grant, request, organizer)

    assert (Registration.objects.get().mode, ChangeRequest.objects.get().status) == ("onsite", "open")
    assert letters_of(Registration.objects.get()) == ["confirmed"]


@pytest.mark.parametrize(("answer", "read"), [("Too late.", "Too late."), ("", "answer this mail to ask them why")])
def test_declined_request_is_told(closed, organizer, answer, read):
    registration = registered(closed)

    decided = decide(change_requests.decline, ask(registration), organizer, answer)

    assert (decided.status, Registration.objects.get().mode) == ("declined", "onsite")
    assert letters_of(registration) == ["change_declined", "confirmed"]
    assert read in last_letter(registration).body


def test_letter_is_in_the_language_of_the_person(closed, organizer):
    registration = registered(closed, language="fr")

    decide(change_requests.grant, ask(registration), organizer)

    assert "Les organisateurs ont fait la modification" in last_letter(registration).body


@pytest.mark.parametrize("how", [change_requests.grant, change_requests.decline])
def test_request_is_answered_once_and_not_of_the_dead(closed, organizer, how):
    registration = registered(closed)
    request = ask(registration)
    decide(change_requests.decline, request, organizer)

    with pytest.raises(change_requests.NotOpen):
        decide(how, request, organizer)
    open_one = ask(registration)
    cancel.cancel(registration=registration, at=LATER)
    with pytest.raises(change_requests.NotOpen):
        decide(how, open_one, organizer)

    assert not ChangeRequest.objects.open_in(closed).exists()


def test_session_that_is_gone_is_no_longer_wished_for(closed, organizer):
    session = with_seats(closed, 5)
    request = ask(registered(closed), sessions=[session])
    session.seat_pool.delete()
    session.delete()

    assert change_requests.sessions_of(request) == []
    assert decide(change_requests.grant, request, organizer).status == "granted"


def test_requests_are_handed_out_and_go_with_the_person(closed, organizer):
    registration = registered(closed)
    decide(change_requests.decline, ask(registration, message="zyx-message"), organizer, "zyx-answer")

    [told] = privacy.export_registration(registration)["requests_for_a_change"]
    privacy.erase(registration=registration, at=LATER)

    assert (told["message"], told["answer"], told["mode"]) == ("zyx-message", "zyx-answer", "online")
    assert not ChangeRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_organizers_answer_at_once(closed):
    organizers = UserFactory(), UserFactory()
    request = ask(registered(closed))

    results = at_once(
        lambda: decide(change_requests.grant, request, organizers[0]),
        lambda: decide(change_requests.decline, request, organizers[1]),
    )

    assert sum(isinstance(result, change_requests.NotOpen) for result in results) == 1
    assert len(letters_of(Registration.objects.get())) == 2
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_form_sent_often_is_one_request(closed):
    registration = registered(closed)

    results = at_once(*[lambda: ask(registration)] * 4)

    assert sum(isinstance(result, change_requests.AskedAlready) for result in results) == 3
    assert ChangeRequest.objects.count() == 1
