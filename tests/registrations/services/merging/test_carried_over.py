"""Two registrations of one person become one: what is carried over to the one that is kept."""

from datetime import timedelta

import pytest

from programme.models import ConsentKind
from registrations.models import Answer, Arrangement, CheckIn, Consent, Needs, Registration, VisaLetter
from registrations.services import cancel
from registrations.services.answers import decide
from registrations.services.papers import Found, find_paper
from registrations.services.visa_letters import number_of
from tests.checks import broken_invariants
from tests.factories import NOW, QuestionFactory, asked_letter, registered, somebodys_needs, with_seats
from tests.registrations.services.merging.pair import LATER, again, join, scan


def test_sessions_are_carried_over_the_better_claim_first(edition, organizer):
    free, small = with_seats(edition, 5), with_seats(edition, 1)
    one = registered(edition, "one@example.org")
    other = registered(edition, "other@example.org", sessions=[free, small])
    third = registered(edition, "third@example.org", sessions=[small])
    Registration.objects.filter(pk=one.pk).update(created_at=NOW - timedelta(days=1))

    kept = join(again(one), other, organizer)

    claims = dict(kept.claims.filter(pool__session__isnull=False).values_list("pool__session", "is_held"))
    assert claims == {free.pk: True, small.pk: True}
    assert not third.claims.get(pool__session=small).is_held
    assert broken_invariants() == []


def test_of_two_claims_on_a_session_the_held_one_stays(edition, organizer):
    small, own = with_seats(edition, 1), with_seats(edition, 5)
    one = registered(edition, "one@example.org", sessions=[own])
    other = registered(edition, "other@example.org", sessions=[small, own])
    Registration.objects.filter(pk=one.pk).update(created_at=NOW - timedelta(days=1))
    late = registered(edition, "late@example.org", sessions=[small])
    cancel.cancel(registration=registered(edition, "x@example.org"), at=NOW)
    kept = join(again(one), other, organizer)
    assert kept.claims.get(pool__session=small).is_held

    kept = join(kept, late, organizer)

    assert kept.claims.get(pool__session=small).is_held
    assert kept.claims.filter(pool__session__isnull=False).count() == 2
    assert broken_invariants() == []


def test_waiting_claim_gives_way_to_a_held_one(edition, organizer):
    small = with_seats(edition, 1)
    holder = registered(edition, "holder@example.org", sessions=[small])
    first = registered(edition, "first@example.org", sessions=[small])
    Registration.objects.filter(pk=first.pk).update(created_at=NOW - timedelta(days=1))

    kept = join(again(first), holder, organizer)

    assert kept == first
    assert kept.claims.get(pool__session=small).is_held
    assert broken_invariants() == []


def test_session_of_who_waited_becomes_a_seat_of_who_is_in(edition, organizer):
    session = with_seats(edition, 3)
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    holder = registered(edition, "holder@example.org")
    waiting = registered(edition, "waiting@example.org", sessions=[session])

    kept = join(holder, waiting, organizer)

    assert kept.claims.get(pool__session=session).is_held
    assert broken_invariants() == []


def test_sessions_of_two_who_wait_wait_on(edition, organizer):
    session = with_seats(edition, 3)
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    first = registered(edition, "first@example.org")
    second = registered(edition, "second@example.org", sessions=[session])

    kept = join(second, first, organizer)

    assert kept == first
    assert not kept.claims.get(pool__session=session).is_held
    assert broken_invariants() == []


def test_entries_at_the_door_are_carried_over(edition, one, other, organizer):
    scan(other, 1)
    scan(other, 2, session=with_seats(edition, 5))

    join(one, other, organizer)

    assert CheckIn.objects.filter(registration=one).count() == 2
    assert broken_invariants() == []


@pytest.mark.parametrize(("theirs", "own", "diet"), [(1, None, "theirs"), (2, 1, "theirs"), (1, 2, "own")])
def test_needs_that_were_written_last_are_kept(one, other, organizer, theirs, own, diet):
    somebodys_needs(other, diet="theirs", changed_at=NOW + timedelta(minutes=theirs))
    if own:
        somebodys_needs(one, diet="own", changed_at=NOW + timedelta(minutes=own))

    join(one, other, organizer)

    assert list(Needs.objects.values_list("registration", "diet")) == [(one.pk, diet)]
    assert Arrangement.objects.filter(needs__registration=one).count() == Arrangement.objects.count() == 3


@pytest.mark.parametrize("keeps_the_place", [True, False])
def test_needs_that_were_taken_back_stay_away(edition, one, other, organizer, keeps_the_place):
    taken_back, untouched = (one, other) if keeps_the_place else (other, one)
    for registration in (one, other):
        somebodys_needs(registration)
    decide(registration=taken_back, kind=ConsentKind.NEEDS, is_given=False, at=NOW + timedelta(minutes=1))
    assert Needs.objects.get().registration == untouched

    join(one, other, organizer)

    assert not Needs.objects.exists()
    assert not one.consents.in_force().get(kind=ConsentKind.NEEDS).is_given
    assert broken_invariants() == []


def test_needs_given_after_others_were_taken_back_are_kept(one, other, organizer):
    somebodys_needs(one)
    decide(registration=one, kind=ConsentKind.NEEDS, is_given=False, at=NOW + timedelta(minutes=1))
    somebodys_needs(other)
    words = other.consents.get(kind=ConsentKind.NEEDS).text
    other.consents.create(kind=ConsentKind.NEEDS, is_given=True, text=words, decided_at=NOW + timedelta(minutes=2))

    join(one, other, organizer)

    assert Needs.objects.get().registration == one
    assert broken_invariants() == []


def test_consents_are_added_and_none_is_changed(one, other, organizer):
    somebodys_needs(other)
    before = list(Consent.objects.order_by("pk").values_list("pk", "registration"))

    join(one, other, organizer)

    assert list(Consent.objects.order_by("pk").values_list("pk", "registration"))[: len(before)] == before
    given = one.consents.in_force().filter(is_given=True).values_list("kind", flat=True)
    assert set(given) == {ConsentKind.NEEDS, ConsentKind.NEWSLETTER}


def test_answers_that_are_missing_are_carried_over(edition, one, other, organizer):
    both, theirs = (QuestionFactory(edition=edition, kind="text") for _number in range(2))
    Answer.objects.create(registration=one, question=both, text="own")
    Answer.objects.create(registration=other, question=both, text="other")
    Answer.objects.create(registration=other, question=theirs, text="other")

    join(one, other, organizer)

    assert set(Answer.objects.filter(registration=one).values_list("question", "text")) == {
        (both.pk, "own"),
        (theirs.pk, "other"),
    }


@pytest.mark.parametrize("has_other_sent_the_form", [True, False])
def test_who_has_sent_the_form_alone_beside_a_group_is_asked_no_more(one, other, organizer, has_other_sent_the_form):
    Registration.objects.filter(pk=one.pk).update(is_to_be_asked=True)
    Registration.objects.filter(pk=other.pk).update(is_to_be_asked=not has_other_sent_the_form)

    join(one, other, organizer)

    assert again(one).is_to_be_asked is not has_other_sent_the_form


def test_request_for_a_letter_goes_to_the_one_that_is_kept(one, other, organizer):
    asked_letter(other)

    join(one, other, organizer)

    letter = VisaLetter.objects.get()
    assert (letter.registration, letter.status, letter.passport_number) == (one, "asked", "A01234567")


def test_number_of_an_issued_letter_holds_as_long_as_the_place_that_is_kept(one, other, organizer):
    letter = asked_letter(other, status="issued", issued_at=NOW, decided_by=organizer)

    def found():
        return find_paper(number=number_of(letter), name=letter.passport_name, at=LATER)

    join(one, other, organizer)

    kept, left = VisaLetter.objects.get(registration=one), VisaLetter.objects.get(registration=other)
    assert (kept.status, kept.passport_number, kept.issued_at) == ("issued", "A01234567", NOW)
    assert (left.status, left.passport_number) == ("withdrawn", "")
    assert found() == Found("invitation", one, is_valid=True)
    cancel.cancel(registration=again(one), at=LATER)
    assert found() == Found("invitation", one, is_valid=False)


def test_number_holds_no_more_once_the_letter_is_issued_anew(one, other, organizer):
    letter = asked_letter(other, status="issued", issued_at=NOW)
    join(one, other, organizer)

    VisaLetter.objects.filter(registration=one).update(issued_at=LATER)

    paper = find_paper(number=number_of(letter), name=letter.passport_name, at=LATER)
    assert paper == Found("invitation", other, is_valid=False)


@pytest.mark.parametrize(
    ("own", "theirs", "status", "issued_at"),
    [
        ({"status": "asked"}, {"status": "issued", "issued_at": NOW}, "issued", NOW),
        ({"status": "withdrawn", "issued_at": NOW}, {"status": "asked"}, "asked", NOW),
        ({"status": "declined", "message": "No"}, {"status": "asked"}, "asked", None),
        ({"status": "asked", "passport_name": "OWN"}, {"status": "asked"}, "asked", None),
        ({"status": "issued", "issued_at": NOW, "passport_name": "OWN"}, {"status": "asked"}, "issued", NOW),
    ],
)
def test_of_two_letters_the_one_that_is_further_stays(one, other, organizer, own, theirs, status, issued_at):
    for registration, fields in ((one, own), (other, theirs)):
        is_over = fields["status"] in {"withdrawn", "declined"}
        asked_letter(registration, **({"nationality": "", "passport_number": ""} if is_over else {}), **fields)

    join(one, other, organizer)

    letter = VisaLetter.objects.get(registration=one)
    assert (letter.status, letter.issued_at, letter.message) == (status, issued_at, "")
    assert letter.passport_name == own.get("passport_name", "Ada Marie EXAMPLE")


def test_who_will_attend_online_carries_no_letter_over(edition, other, organizer):
    asked_letter(other)
    online = registered(edition, "online@example.org", mode="online", at=NOW - timedelta(minutes=1))

    assert join(online, other, organizer) == online
    assert not VisaLetter.objects.exists()
