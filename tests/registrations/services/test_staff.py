from datetime import timedelta

import pytest

from registrations.models import Attendee, Decision, Registration
from registrations.services import cancel as own_cancel
from registrations.services import seats, staff
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, UserFactory, registered, with_seats

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def organizer(db):
    return UserFactory()


@pytest.fixture
def full(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    registered(edition, "holder@example.org")
    return edition


def confirm(registration, by, *, overtake=False, reason="", at=LATER):
    return staff.confirm(registration=registration, by=by, at=at, overtake=overtake, reason=reason)


def decisions():
    return [(d.action, d.reason, d.decided_by, d.decided_at) for d in Decision.objects.order_by("decided_at", "id")]


def asks(edition, **what):
    for name, value in what.items():
        setattr(edition, name, value)
    edition.save()


def test_address_vouched_for_keeps_its_seat(edition, organizer):
    asks(edition, confirms_email=True)
    registration = registered(edition)

    result = confirm(registration, organizer)

    assert (result.status, result.hold_expires_at) == ("confirmed", None)
    assert letters_of(result) == ["confirm_address", "confirmed"]
    assert broken_invariants() == []


def test_address_vouched_for_without_a_seat_waits(full, organizer):
    asks(full, confirms_email=True)
    registration = registered(full)

    result = confirm(registration, organizer)

    assert (result.status, result.confirmed_at, result.claims.get().position) == ("waiting", None, 1)
    assert broken_invariants() == []


def test_who_waits_is_not_confirmed_into_a_full_pool(full, organizer):
    registration = registered(full)

    with pytest.raises(seats.NoSeatLeft):
        confirm(registration, organizer, reason="a friend")

    assert (Registration.objects.get(pk=registration.pk).status, decisions()) == ("waiting", [])


def test_overtaking_needs_a_reason(full, organizer):
    registration = registered(full)

    with pytest.raises(staff.ReasonNeeded):
        confirm(registration, organizer, overtake=True, reason=" \n")

    assert Registration.objects.get(pk=registration.pk).status == "waiting"


@pytest.mark.parametrize("question", [{}, {"requires_approval": True}, {"confirms_email": True}])
def test_overtaking_seats_beyond_capacity_and_is_recorded(full, organizer, question):
    session = with_seats(full, 5)
    asks(full, **question)
    first, chosen = registered(full), registered(full, "chosen@example.org", sessions=[session])

    result = confirm(chosen, organizer, overtake=True, reason="speaker")

    pool = full.seat_pools.get(mode="onsite")
    assert (result.status, pool.taken, pool.capacity) == ("confirmed", 2, 1)
    assert all(claim.is_held for claim in result.claims.all())
    assert not first.claims.get().is_held
    assert decisions() == [("overtake", "speaker", organizer, LATER)]
    assert broken_invariants() == []


def test_overtaking_where_a_seat_is_free_is_an_ordinary_confirmation(edition, organizer):
    asks(edition, requires_approval=True)
    registration = registered(edition)

    confirm(registration, organizer, overtake=True, reason="speaker")

    assert decisions() == [("confirm", "speaker", organizer, LATER)]


def test_confirming_twice_or_what_is_over_is_refused(edition, organizer):
    registration, gone = registered(edition), registered(edition, "gone@example.org")
    own_cancel.cancel(registration=gone, at=NOW)

    for over in (registration, gone):
        with pytest.raises(staff.NotPossible):
            confirm(over, organizer)

    assert decisions() == []


@pytest.mark.parametrize(("notify", "letters"), [(True, ["cancelled", "confirmed"]), (False, ["confirmed"])])
def test_cancel_gives_the_seat_on_with_a_letter_or_without(full, organizer, notify, letters):
    first = registered(full)
    holder = Registration.objects.exclude(pk=first.pk).get()

    result = staff.cancel(registration=holder, by=organizer, at=LATER, reason="no show", notify=notify)

    assert (result.status, letters_of(result)) == ("cancelled", letters)
    assert Registration.objects.get(pk=first.pk).status == "confirmed"
    assert decisions() == [("cancel", "no show", organizer, LATER)]
    assert broken_invariants() == []


def test_cancel_what_is_over_is_refused(edition, organizer):
    registration = registered(edition)
    own_cancel.cancel(registration=registration, at=NOW)

    with pytest.raises(staff.NotPossible):
        staff.cancel(registration=registration, by=organizer, at=LATER, reason="", notify=True)

    assert (decisions(), letters_of(registration)) == ([], ["cancelled", "confirmed"])


def test_restore_brings_back_at_the_tail_with_a_new_ticket(full, organizer):
    session = with_seats(full, 5)
    registration = registered(full, sessions=[session])
    registered(full, "next@example.org")
    own_cancel.cancel(registration=registration, at=NOW)

    result = staff.restore(registration=registration, by=organizer, at=LATER, reason="a mistake")

    edition_claim = result.claims.get(pool__session=None)
    assert (result.status, result.issue, result.cancelled_at) == ("waiting", 2, None)
    assert (edition_claim.position, result.claims.filter(pool__session=session).count()) == (3, 1)
    assert result.page_digest != registration.page_digest
    assert letters_of(result) == ["cancelled", "waiting", "waiting"]
    assert decisions() == [("restore", "a mistake", organizer, LATER)]
    assert broken_invariants() == []


def test_restore_asks_neither_for_proof_nor_approval(edition, organizer):
    asks(edition, requires_approval=True, confirms_email=True)
    registration = registered(edition)
    staff.cancel(registration=registration, by=organizer, at=NOW, reason="", notify=False)

    result = staff.restore(registration=registration, by=organizer, at=LATER, reason="")

    assert (result.status, result.confirmed_at) == ("confirmed", LATER)
    assert broken_invariants() == []


def test_restore_leaves_out_a_session_that_is_gone(edition, organizer):
    session = with_seats(edition, 5)
    registration = registered(edition, sessions=[session])
    own_cancel.cancel(registration=registration, at=NOW)
    session.delete()

    result = staff.restore(registration=registration, by=organizer, at=LATER, reason="")

    assert (result.status, result.claims.count()) == ("confirmed", 1)


def test_restore_into_a_mode_that_is_gone_is_refused(edition, organizer):
    registration = registered(edition)
    own_cancel.cancel(registration=registration, at=NOW)
    edition.seat_pools.filter(mode="onsite").delete()

    with pytest.raises(staff.NotPossible):
        staff.restore(registration=registration, by=organizer, at=LATER, reason="")

    assert Registration.objects.get().issue == 1


def test_restore_of_the_living_or_the_erased_is_refused(edition, organizer):
    living, erased = registered(edition), registered(edition, "erased@example.org")
    own_cancel.cancel(registration=erased, at=NOW)
    Attendee.objects.filter(registration=erased).delete()
    Registration.objects.filter(pk=erased.pk).update(reference=None)

    for registration in (living, erased):
        with pytest.raises(staff.NotPossible):
            staff.restore(registration=registration, by=organizer, at=LATER, reason="")

    assert decisions() == []
