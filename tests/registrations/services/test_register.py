"""Every exit of the registration service; the form around it is tested with its view."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from programme.models import Edition
from registrations.models import Attendee, Registration, Submission
from registrations.services import cancel, holds, staff
from registrations.services.register import RegistrationClosed, register
from registrations.services.seats import ModeNotOffered
from symposium.outbox.models import OutgoingMail
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, UserFactory, application, registered, registration_of, send_form, with_seats

LATER = NOW + timedelta(hours=2)


def ask_for_confirmation(edition):
    edition.confirms_email = True
    edition.save()


def ask_for_approval(edition):
    edition.requires_approval = True
    edition.save()


def test_register_takes_a_seat(edition):
    answer = send_form(edition, "Ada@Example.org ", given_name=" Ada  Maria\n", affiliation="Universite\u0301")

    registration = Registration.objects.get()
    attendee = registration.attendee
    assert answer == "confirmed"
    assert (registration.status, registration.confirmed_at, registration.issue) == ("confirmed", NOW, 1)
    assert (attendee.email, attendee.email_normalised) == ("Ada@Example.org", "ada@example.org")
    assert (attendee.given_name, attendee.affiliation) == ("Ada Maria", "Université")
    assert attendee.search_text.startswith("ada maria example ada maria ada@example.org universite sym-")
    assert [(claim.is_held, claim.position) for claim in registration.claims.all()] == [(True, None)]
    assert letters_of(registration) == ["confirmed"]
    assert Registration.objects.with_token("page", registration.page_token).get() == registration
    assert Registration.objects.with_token("ticket", registration.ticket_token).get() == registration


def test_register_last_place_and_the_next(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)

    answers = [send_form(edition, f"person{number}@example.org") for number in range(3)]

    assert answers == ["confirmed", "waiting", "waiting"]
    positions = [registration_of(edition, f"person{n}@example.org").claims.get().position for n in range(3)]
    assert positions == [None, 1, 2]
    assert letters_of(registration_of(edition, "person2@example.org")) == ["waiting"]
    assert broken_invariants() == []


def test_register_for_sessions_holds_or_waits_in_each(edition):
    full, free = with_seats(edition, 0), with_seats(edition, 5)

    registration = registered(edition, sessions=[free, full])

    claims = {claim.pool.session: claim.is_held for claim in registration.claims.select_related("pool__session")}
    assert claims == {None: True, full: False, free: True}
    assert registration.status == "confirmed"
    assert broken_invariants() == []


def test_register_without_a_seat_holds_none_in_a_session(edition):
    session = with_seats(edition, 5)
    edition.seat_pools.filter(mode="onsite").update(capacity=0)

    registration = registered(edition, sessions=[session])

    claim = registration.claims.get(pool__session=session)
    assert (claim.is_held, claim.is_eligible, claim.position) == (False, False, 1)
    assert broken_invariants() == []


def test_register_leaves_out_a_session_without_seats(edition):
    other = with_seats(edition, 5)
    other.seat_pool.delete()

    assert registered(edition, sessions=[other]).claims.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"status": "draft"},
        {"status": "postponed"},
        {"status": "cancelled"},
        {"status": "archived"},
        {"registration_opens_at": None},
        {"registration_opens_at": NOW + timedelta(seconds=1)},
        {"registration_closes_at": NOW},
    ],
)
def test_register_when_closed_is_refused(edition, change):
    Edition.objects.filter(pk=edition.pk).update(**change)
    edition.refresh_from_db()

    with pytest.raises(RegistrationClosed):
        send_form(edition)

    assert not Registration.objects.exists()


def test_register_in_a_mode_without_seats_is_refused(edition):
    edition.seat_pools.filter(mode="online").delete()

    with pytest.raises(ModeNotOffered):
        send_form(edition, mode="online")

    assert (Registration.objects.count(), Submission.objects.count()) == (0, 0)


def test_same_form_gets_its_first_answer_even_after_closing(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    first = send_form(edition, nonce="one-form")
    Edition.objects.filter(pk=edition.pk).update(status="cancelled")
    edition.refresh_from_db()

    again = send_form(edition, nonce="one-form", at=LATER)

    assert (first, again) == ("confirmed", "confirmed")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("email", ["ADA@example.org", " ada@EXAMPLE.ORG", "\uff41\uff44\uff41@example.org"])
def test_known_address_changes_nothing_and_gets_its_link(edition, email):
    registration = registered(edition)

    answer = send_form(edition, email, mode="online", given_name="Somebody", language="fr", at=LATER)

    again = Registration.objects.get()
    assert answer == "confirmed"
    assert (again.mode, again.language, again.issue, again.attendee.given_name) == ("onsite", "en", 1, "Ada")
    assert letters_of(registration) == ["confirmed", "link"]


def test_known_address_is_written_to_once_in_ten_minutes(edition):
    registration = registered(edition)
    for minutes in (1, 5, 10, 11, 12):
        send_form(edition, at=NOW + timedelta(minutes=minutes))

    assert letters_of(registration) == ["confirmed", "link", "link"]


def test_known_address_gets_the_answer_of_a_stranger(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    registered(edition)

    answer_when_full = send_form(edition)
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    answer_when_not = send_form(edition)
    registered(edition, "next@example.org", mode="online")
    ask_for_approval(edition)
    answer_with_approval = send_form(edition)

    assert (answer_when_full, answer_when_not, answer_with_approval) == ("waiting", "confirmed", "pending")


def test_cancelled_address_comes_back_at_the_tail_with_a_new_ticket(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    registration = registered(edition)
    old_page, old_ticket = registration.page_token, registration.ticket_token
    registered(edition, "next@example.org")
    cancel.cancel(registration=registration, at=NOW)

    answer = send_form(edition, at=LATER, family_name="Lovelace", language="fr")

    registration = registration_of(edition, "ada@example.org")
    assert answer == "waiting"
    assert (registration.issue, registration.language, registration.attendee.family_name) == (2, "fr", "Lovelace")
    assert (registration.cancelled_at, registration.claims.get().position) == (None, 2)
    assert not Registration.objects.with_token("page", old_page).exists()
    assert not Registration.objects.with_token("ticket", old_ticket).exists()
    assert letters_of(registration) == ["cancelled", "confirmed", "waiting"]
    assert broken_invariants() == []


def test_losing_the_race_of_coming_back_answers_like_a_stranger(edition, monkeypatch):
    """Between reading a registration that is over and locking it, the same person came back."""
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    registration = registered(edition)
    cancel.cancel(registration=registration, at=NOW)
    stale = registration_of(edition, "ada@example.org")
    stale.edition = edition
    send_form(edition)
    monkeypatch.setattr("registrations.services.register._known", lambda _edition, _email: stale)

    answer = send_form(edition, at=LATER)

    assert (answer, Registration.objects.get().status) == ("waiting", "confirmed")
    assert letters_of(registration) == ["cancelled", "confirmed", "confirmed", "link"]


def test_refused_person_may_ask_again(edition):
    ask_for_approval(edition)
    registration = registered(edition)
    staff.refuse(registration=registration, by=UserFactory(), at=NOW, reason="")

    answer = send_form(edition, at=LATER)

    assert (answer, Registration.objects.get().status) == ("pending", "requested")


def test_erased_person_is_a_stranger(edition):
    registered(edition)
    Attendee.objects.all().delete()

    assert send_form(edition, at=LATER) == "confirmed"
    assert Registration.objects.count() == 2


def test_register_with_confirmation_holds_the_seat(edition):
    ask_for_confirmation(edition)

    answer = send_form(edition)

    registration = Registration.objects.get()
    assert (answer, registration.status, registration.confirmed_at) == ("pending", "pending", None)
    assert registration.hold_expires_at == NOW + timedelta(hours=24)
    assert registration.claims.get().is_held
    assert letters_of(registration) == ["confirm_address"]


def test_register_with_approval_takes_no_seat(edition):
    ask_for_approval(edition)
    session = with_seats(edition, 5)

    answer = send_form(edition, sessions=[session])

    registration = Registration.objects.get()
    assert (answer, registration.status) == ("pending", "requested")
    assert [claim.is_held for claim in registration.claims.all()] == [False, False]
    assert [pool.waiting for pool in edition.seat_pools.all()] == [0, 0, 0]
    assert broken_invariants() == []


def test_register_applies_holds_that_ran_out(edition):
    ask_for_confirmation(edition)
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    first = registered(edition)
    second = registered(edition, "next@example.org")
    holds.start_hold(registration_id=str(first.pk), at=NOW)

    third = registered(edition, "third@example.org", at=NOW + timedelta(minutes=60))

    first.refresh_from_db()
    assert (first.status, second.claims.get().is_held) == ("expired", True)
    assert third.claims.get().position == 2
    assert broken_invariants() == []


def test_only_lost_keys_are_tried_again(edition):
    with pytest.raises(IntegrityError):
        register(edition=edition, application=application(profile="wizard"), nonce="a", at=NOW)

    assert not Submission.objects.exists()


def test_reference_that_is_taken_is_drawn_again(edition, monkeypatch):
    drawn = iter(["SYM-AAAA-AAAA", "SYM-AAAA-AAAA", "SYM-BBBB-BBBB"])
    monkeypatch.setattr("symposium.lib.tokens.new_reference", lambda: next(drawn))

    registered(edition)
    registered(edition, "next@example.org")

    assert sorted(Registration.objects.values_list("reference", flat=True)) == ["SYM-AAAA-AAAA", "SYM-BBBB-BBBB"]
    assert broken_invariants() == []


def test_keys_lost_every_time_are_an_error(edition, monkeypatch):
    monkeypatch.setattr("symposium.lib.tokens.new_reference", lambda: "SYM-AAAA-AAAA")
    registered(edition)

    with pytest.raises(RuntimeError):
        send_form(edition, "next@example.org")

    assert (Registration.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "email",
    ["ada@" + "\u337f" * 60 + "." + "\u337f" * 60 + ".example.org", "\ufdfa" * 240 + "@example.org"],
)
def test_address_that_grows_when_compared_is_registered_once(edition, email):
    answers = [send_form(edition, email) for _time in range(2)]

    assert answers == ["confirmed", "confirmed"]
    assert Attendee.objects.get().email == email


def test_name_that_grows_when_composed_fits(edition):
    registration = registered(edition, family_name="\u0958" * 100, affiliation="\u0958" * 200)

    assert len(registration.attendee.family_name) == 100


def test_mononym_has_no_space(edition):
    assert registered(edition, given_name="", family_name="Suharto").attendee.name == "Suharto"


def test_form_corrected_after_back_registers_the_corrected_address(edition):
    nonce = "n" * 43
    register(edition=edition, application=application("typo@example.org"), nonce=nonce, at=NOW)

    register(edition=edition, application=application("right@example.org"), nonce=nonce, at=NOW)

    assert letters_of(registration_of(edition, "right@example.org")) == ["confirmed"]


def test_form_sent_again_with_its_address_written_otherwise_is_the_same(edition):
    nonce = "n" * 43
    register(edition=edition, application=application("ada@example.org"), nonce=nonce, at=NOW)

    register(edition=edition, application=application("ADA@Example.org "), nonce=nonce, at=NOW)

    assert letters_of(registration_of(edition, "ada@example.org")) == ["confirmed"]
