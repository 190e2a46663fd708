"""Requests: an organizer says yes or no."""

from datetime import timedelta

import pytest

from registrations.models import Decision, Registration
from registrations.services import cancel as own_cancel
from registrations.services import privacy, seats, staff
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, UserFactory, registered, with_seats

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def organizer(db):
    return UserFactory()


@pytest.fixture
def approving(edition):
    edition.requires_approval = True
    edition.save()
    return edition


def approve(registration, by, *, reason=""):
    return staff.approve(registration=registration, by=by, at=LATER, reason=reason)


def refuse(registration, by, *, at=LATER, **more):
    return staff.refuse(registration=registration, by=by, at=at, reason="", **more)


def decisions():
    names = ("action", "reason", "message", "decided_by", "decided_at")
    return list(Decision.objects.order_by("decided_at", "pk").values_list(*names))


def test_approved_request_takes_a_free_seat(approving, organizer):
    session = with_seats(approving, 1)
    registration = registered(approving, sessions=[session])

    result = approve(registration, organizer, reason="a colleague")

    assert (result.status, result.confirmed_at) == ("confirmed", LATER)
    assert [claim.is_held for claim in result.claims.all()] == [True, True]
    assert letters_of(result) == ["confirmed", "requested"]
    assert decisions() == [("approve", "a colleague", "", organizer.pk, LATER)]
    assert TrailEntry.objects.filter(kind="decided").values_list("detail", "actor_id").get() == (
        "approve",
        organizer.pk,
    )
    assert broken_invariants() == []


def test_approved_request_without_a_seat_waits_where_it_asked(approving, organizer):
    """The rank is that of the request, not that of the answer."""
    approving.seat_pools.filter(mode="onsite").update(capacity=1)
    first, second, third = (registered(approving, f"person{number}@example.org") for number in range(3))

    results = [approve(registration, organizer) for registration in (first, third, second)]

    assert [result.status for result in results] == ["confirmed", "waiting", "waiting"]
    assert [seats.rank(registration.claims.get()) for registration in (first, second, third)] == [None, 1, 2]
    assert letters_of(second) == ["requested", "waiting"]
    assert broken_invariants() == []


@pytest.mark.parametrize("status", ["pending", "confirmed", "waiting", "cancelled"])
def test_what_is_no_request_is_neither_approved_nor_refused(edition, organizer, status):
    edition.confirms_email = status == "pending"
    edition.save()
    edition.seat_pools.filter(mode="onsite").update(capacity=0 if status == "waiting" else 1)
    registration = registered(edition)
    if status == "cancelled":
        own_cancel.cancel(registration=registration, at=NOW)

    for decide in (approve, refuse):
        with pytest.raises(staff.NotPossible):
            decide(registration, organizer)

    assert (Registration.objects.get().status, decisions()) == (status, [])


@pytest.mark.parametrize(("notify", "letters"), [(True, ["refused", "requested"]), (False, ["requested"])])
def test_refused_request_is_told_what_the_organizers_say(approving, organizer, notify, letters):
    registration = registered(approving)

    result = refuse(registration, organizer, message="Full.\n\nCome in 2028.", notify=notify)

    assert (result.status, result.claims.count(), letters_of(result)) == ("refused", 0, letters)
    assert staff.message_of_refusal(result) == ["Full.", "Come in 2028."]
    assert decisions() == [("refuse", "", "Full.\n\nCome in 2028.", organizer.pk, LATER)]
    assert broken_invariants() == []


def test_only_the_last_refusal_speaks_and_only_while_it_holds(approving, organizer):
    registration = registered(approving)
    assert staff.message_of_refusal(registration) == []
    refuse(registration, organizer, message="Too early.", at=NOW)

    again = registered(approving)
    said_while_asking = staff.message_of_refusal(again)
    refused_twice = refuse(again, organizer)

    assert (again.status, said_while_asking, staff.message_of_refusal(refused_twice)) == ("requested", [], [])
    assert letters_of(again) == ["refused", "refused", "requested", "requested"]


def test_withdrawn_request_is_no_more(approving):
    registration = registered(approving)

    result = own_cancel.cancel(registration=registration, at=LATER)

    assert (result.status, result.claims.count()) == ("cancelled", 0)
    assert broken_invariants() == []


def test_what_was_said_goes_with_the_person(approving, organizer):
    registration = registered(approving)
    refuse(registration, organizer, message="Ada, we are full.")
    kept = privacy.export_registration(registration)["decisions_of_staff"]

    privacy.erase(registration=registration, at=LATER)

    assert kept == [{"action": "refuse", "reason": "", "message": "Ada, we are full.", "at": LATER.isoformat()}]
    assert Decision.objects.get().message == ""
