"""Two registrations of one person become one: what is kept, what is carried over, and who is told."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail

from programme.models import ConsentKind
from registrations.models import Answer, Arrangement, CheckIn, Consent, Decision, Needs, Registration, VisaLetter
from registrations.services import cancel, privacy, reserved
from registrations.services.admission import find_by_code
from registrations.services.merge import BothEntered, NotMergeable, better_first, merge
from registrations.services.papers import Found, find_paper
from registrations.services.visa_letters import number_of
from symposium.outbox.delivery import deliver_due
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import (
    NOW,
    EditionFactory,
    QuestionFactory,
    SeatPoolFactory,
    UserFactory,
    asked_letter,
    registered,
    registration_of,
    somebodys_needs,
    with_seats,
)
from tests.races import at_once

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def organizer(db):
    return UserFactory()


@pytest.fixture
def one(edition):
    return registered(edition, "one@example.org", given_name="Ada")


@pytest.fixture
def other(edition, one):
    return registered(edition, "other@example.org", given_name="A.", at=NOW + timedelta(minutes=1))


def join(one, other, by, *, address_of=None, notify=False, reason="twice"):
    return merge(one=one, other=other, address_of=address_of or one, notify=notify, reason=reason, by=by, at=LATER)


def again(registration):
    return Registration.objects.get(pk=registration.pk)


def scan(registration, minutes, direction="entry", session=None):
    moment = NOW + timedelta(minutes=minutes)
    return CheckIn.objects.create(
        registration=registration,
        session=session,
        direction=direction,
        scanned_at=moment,
        received_at=moment,
        source="qr",
    )


def test_earlier_of_two_seats_is_kept_and_the_other_given_on(edition, one, other, organizer):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    waiting = registered(edition, "waiting@example.org")

    kept = join(other, one, organizer)

    lost = again(other)
    assert (kept.pk, lost.status, lost.merged_into_id) == (one.pk, "cancelled", one.pk)
    assert (again(waiting).status, letters_of(lost), letters_of(kept)) == ("confirmed", ["confirmed"], ["confirmed"])
    assert broken_invariants() == []


def test_seat_goes_before_the_list_and_an_earlier_rank_before_a_later(edition, one):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    second, third = registered(edition, "b@example.org"), registered(edition, "c@example.org")
    gone = cancel.cancel(registration=registered(edition, "d@example.org"), at=NOW)

    assert better_first(second, one) == (one, second)
    assert better_first(third, second) == (second, third)
    assert better_first(gone, third) == (third, gone)


def test_request_goes_behind_who_waits_for_a_seat(edition, one):
    edition.requires_approval = True
    edition.save()
    requested = registered(edition, "b@example.org")
    edition.seat_pools.filter(mode="online").update(capacity=0)
    edition.requires_approval = False
    edition.save()
    waiting = registered(edition, "c@example.org", mode="online")

    assert better_first(requested, waiting) == (waiting, requested)


def test_reserved_seat_goes_before_one_that_others_could_have(edition, one, other, organizer):
    SeatPoolFactory(edition=edition, mode="reserved", capacity=1)
    speaker = reserved.reserve(registration=other, by=organizer, at=NOW, reason="")

    assert join(one, speaker, organizer) == speaker
    assert broken_invariants() == []


def test_address_that_was_chosen_stays_with_its_name(edition, one, other, organizer):
    one.attendee.unsubscribed_at = NOW
    one.attendee.save()

    kept = join(one, other, organizer, address_of=other)

    attendee, old = again(one).attendee, again(other).attendee
    assert (attendee.email, attendee.given_name, attendee.unsubscribed_at) == ("other@example.org", "A.", None)
    assert (old.email, old.given_name, old.unsubscribed_at) == ("one@example.org", "Ada", NOW)
    assert kept.reference.lower() in attendee.search_text.lower()
    assert registration_of(edition, "other@example.org") == kept


def test_one_letter_goes_to_the_address_that_stays(one, other, organizer):
    deliver_due(clock=lambda: NOW)
    mail.outbox = []

    join(one, other, organizer, address_of=other, notify=True)
    deliver_due(clock=lambda: LATER)

    [message] = mail.outbox
    assert message.to == ["other@example.org"]
    assert one.page_token in message.body
    assert "You had registered twice" in message.body


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


def test_who_entered_twice_may_be_two_people(one, other, organizer):
    scan(one, 1)
    scan(other, 2)

    with pytest.raises(BothEntered):
        join(one, other, organizer)

    assert again(other).status == "confirmed"


def test_who_left_before_entering_with_the_other_ticket_is_one_person(one, other, organizer):
    scan(one, 1)
    scan(one, 2, "exit")
    scan(other, 3)

    join(one, other, organizer)

    assert CheckIn.objects.filter(registration=one).count() == 3
    assert broken_invariants() == []


@pytest.mark.parametrize(("theirs", "own", "diet"), [(1, None, "theirs"), (2, 1, "theirs"), (1, 2, "own")])
def test_needs_that_were_written_last_are_kept(one, other, organizer, theirs, own, diet):
    somebodys_needs(other, diet="theirs", changed_at=NOW + timedelta(minutes=theirs))
    if own:
        somebodys_needs(one, diet="own", changed_at=NOW + timedelta(minutes=own))

    join(one, other, organizer)

    assert list(Needs.objects.values_list("registration", "diet")) == [(one.pk, diet)]
    assert Arrangement.objects.filter(needs__registration=one).count() == Arrangement.objects.count() == 3


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


def test_ticket_of_what_was_merged_before_leads_to_the_last(edition, one, other, organizer):
    third = registered(edition, "third@example.org", at=NOW + timedelta(minutes=2))
    join(other, third, organizer)

    join(one, other, organizer)

    assert [again(each).merged_into for each in (other, third)] == [one, one]
    assert find_by_code(edition, third.reference) == one


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


def test_ticket_of_the_other_leads_to_the_one_that_is_kept(edition, one, other, organizer):
    join(one, other, organizer)

    assert find_by_code(edition, other.ticket_token) == one
    assert find_by_code(edition, other.reference) == one
    assert find_by_code(edition, one.reference) == one


def test_merging_again_changes_nothing(one, other, organizer):
    join(one, other, organizer, notify=True)

    assert join(one, other, organizer, notify=True) == one
    assert join(other, one, organizer, notify=True) == one
    assert letters_of(one) == ["confirmed", "merged"]
    assert Decision.objects.count() == 1


def test_deed_is_traced_by_ids(one, other, organizer):
    scan(other, 1)

    join(one, other, organizer)

    traces = TrailEntry.objects.order_by("pk").values_list("kind", "detail", "record_id", "counts__check_ins")
    assert list(traces) == [
        ("decided", "merge", str(other.pk), None),
        ("changed", "merge", str(one.pk), 1),
    ]
    assert Decision.objects.values_list("registration", "action", "reason").get() == (other.pk, "merge", "twice")


@pytest.mark.parametrize("spoil", ["same", "elsewhere", "erased", "dead", "pending", "third"])
def test_what_is_no_pair_is_refused(edition, one, other, organizer, spoil):
    if spoil == "same":
        other = one
    elif spoil == "elsewhere":
        SeatPoolFactory(edition=(there := EditionFactory()))
        other = registered(there, "other@example.org")
    elif spoil == "erased":
        privacy.erase(registration=other, at=NOW)
    elif spoil == "dead":
        for registration in (one, other):
            cancel.cancel(registration=registration, at=NOW)
    elif spoil == "pending":
        Registration.objects.filter(pk=other.pk).update(status="pending", hold_expires_at=LATER)
    else:
        join(registered(edition, "third@example.org"), other, organizer)

    with pytest.raises(NotMergeable):
        join(one, other, organizer)


def test_cancelled_registration_is_merged_for_what_it_holds(one, other, organizer):
    scan(other, 1)
    gone = cancel.cancel(registration=other, at=NOW)

    join(one, gone, organizer)

    assert (again(other).merged_into, CheckIn.objects.get().registration) == (one, one)


def test_who_registers_again_with_the_other_address_is_a_newcomer(edition, one, other, organizer):
    join(one, other, organizer)

    back = registered(edition, "other@example.org")

    assert (back.pk, back.merged_into, back.status) == (other.pk, None, "confirmed")


def test_erasing_the_person_erases_both(one, other, organizer):
    join(one, other, organizer)

    assert privacy.export_registration(again(other))["merged_with"] == one.reference
    privacy.erase(registration=again(one), at=LATER)

    assert not Registration.objects.filter(attendee__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_two_organizers_merge_the_same_two_at_once(edition):
    one = registered(edition, "one@example.org")
    other = registered(edition, "other@example.org", at=NOW + timedelta(minutes=1))
    organizers = UserFactory(), UserFactory()

    results = at_once(partial(join, one, other, organizers[0]), partial(join, other, one, organizers[1]))

    assert results == [one, one]
    assert Decision.objects.count() == 1
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_freed_seat_is_not_lost_beside_somebody_who_comes(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    one = registered(edition, "one@example.org")
    other = registered(edition, "other@example.org", at=NOW + timedelta(minutes=1))
    organizer = UserFactory()

    at_once(partial(join, one, other, organizer), partial(registered, edition, "new@example.org"))

    assert registration_of(edition, "new@example.org").status == "confirmed"
    assert broken_invariants() == []
