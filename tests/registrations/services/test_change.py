from datetime import timedelta

import pytest

from programme.models import Edition
from registrations.models import Arrangement, Attendee, Needs, Registration
from registrations.services import seats
from registrations.services.attendees import Identity
from registrations.services.cancel import cancel
from registrations.services.change import NotChangeable, change
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, SessionFactory, registered, somebodys_needs, wish, with_seats

LATER = NOW + timedelta(hours=2)


def capacity_of(edition, mode, capacity):
    edition.seat_pools.filter(mode=mode).update(capacity=capacity)


def held(registration):
    claims = registration.claims.select_related("pool__session")
    return {claim.pool.session or claim.pool.mode: claim.is_held for claim in claims}


def test_change_of_mode_moves_and_gives_the_old_seat_on(edition):
    capacity_of(edition, "onsite", 1)
    mover, first = (registered(edition, f"person{number}@example.org") for number in range(2))

    result = change(registration=mover, wish=wish(mover, mode="online"), at=LATER)

    assert (result.mode, result.status, result.confirmed_at, held(result)) == (
        "online",
        "confirmed",
        NOW,
        {"online": True},
    )
    assert (Registration.objects.get(pk=first.pk).status, held(first)) == ("confirmed", {"onsite": True})
    assert (letters_of(mover), letters_of(first)) == (["changed", "confirmed"], ["promoted", "waiting"])
    assert broken_invariants() == []


@pytest.mark.parametrize(("start", "target", "diets"), [("onsite", "online", []), ("online", "onsite", ["No nuts"])])
def test_diet_stays_behind_when_staff_move_somebody_online(edition, start, target, diets):
    registration = registered(edition, mode=start)
    somebodys_needs(registration)
    alone = registered(edition, "b@example.org", mode=start)
    somebodys_needs(alone, access=[], note="")

    for one in (registration, alone):
        change(registration=one, wish=wish(one, mode=target), at=NOW)

    assert list(Needs.objects.exclude(diet="").values_list("diet", flat=True)) == diets * 2
    assert Arrangement.objects.filter(need="captions").count() == 1
    assert broken_invariants() == []


def test_change_to_a_full_mode_keeps_the_old_seat(edition):
    capacity_of(edition, "online", 0)
    registration = registered(edition)
    identity = Identity("ada@example.org", "Augusta", "Example", "")

    with pytest.raises(seats.NoSeatLeft) as refusal:
        change(registration=registration, wish=wish(registration, mode="online", identity=identity), at=LATER)

    registration = Registration.objects.get()
    assert refusal.value.pool.mode == "online"
    assert (registration.mode, registration.attendee.given_name, held(registration)) == (
        "onsite",
        "Ada",
        {"onsite": True},
    )
    assert edition.seat_pools.get(mode="online").last_position == 0
    assert letters_of(registration) == ["confirmed"]
    assert broken_invariants() == []


def test_change_to_a_mode_that_is_not_offered_keeps_the_old_seat(edition):
    registration = registered(edition)
    edition.seat_pools.filter(mode="online").delete()

    with pytest.raises(seats.ModeNotOffered):
        change(registration=registration, wish=wish(registration, mode="online"), at=LATER)

    assert held(registration) == {"onsite": True}


def test_who_waits_may_change_to_a_free_mode_and_is_confirmed(edition):
    capacity_of(edition, "onsite", 0)
    session = with_seats(edition, 5)
    registration = registered(edition, sessions=[session])

    result = change(registration=registration, wish=wish(registration, mode="online"), at=LATER)

    assert (result.status, result.confirmed_at) == ("confirmed", LATER)
    assert held(result) == {"online": True, session: True}
    assert edition.seat_pools.get(mode="onsite").waiting == 0
    assert broken_invariants() == []


def test_who_waits_may_change_lists_and_loses_the_rank(edition):
    capacity_of(edition, "onsite", 0)
    capacity_of(edition, "online", 0)
    registered(edition, "online@example.org", mode="online")
    registration = registered(edition)

    result = change(registration=registration, wish=wish(registration, mode="online"), at=LATER)

    assert (result.status, result.claims.get().position) == ("waiting", 2)
    assert [pool.waiting for pool in edition.seat_pools.order_by("mode")] == [2, 0]
    assert broken_invariants() == []


def test_change_of_sessions_moves_and_gives_on(edition):
    left, joined = with_seats(edition, 1), with_seats(edition, 1)
    mover, first = (registered(edition, f"person{number}@example.org", sessions=[left]) for number in range(2))

    result = change(registration=mover, wish=wish(mover, sessions=(joined,)), at=LATER)

    assert held(result) == {"onsite": True, joined: True}
    assert held(first) == {"onsite": True, left: True}
    assert letters_of(first) == ["confirmed", "session_promoted"]
    assert broken_invariants() == []


def test_change_to_a_full_session_keeps_the_old_ones_and_the_mode(edition):
    left, full = with_seats(edition, 1), with_seats(edition, 0)
    registration = registered(edition, sessions=[left])

    with pytest.raises(seats.NoSeatLeft) as refusal:
        change(registration=registration, wish=wish(registration, mode="online", sessions=(full,)), at=LATER)

    registration = Registration.objects.get()
    assert refusal.value.pool.session == full
    assert (registration.mode, held(registration)) == ("onsite", {"onsite": True, left: True})
    assert broken_invariants() == []


def test_who_waits_may_add_sessions_for_later(edition):
    capacity_of(edition, "onsite", 0)
    session = with_seats(edition, 5)
    registration = registered(edition)

    change(registration=registration, wish=wish(registration, sessions=(session,)), at=LATER)

    claim = registration.claims.get(pool__session=session)
    assert (claim.is_held, claim.is_eligible) == (False, False)
    assert broken_invariants() == []


def test_change_of_the_name_alone_writes_nothing(edition):
    registration = registered(edition)
    identity = Identity("ada@example.org", "Augusta", "Lovelace", "")

    result = change(
        registration=registration, wish=wish(registration, identity=identity, profile="press", country="BE"), at=LATER
    )

    assert (result.attendee.name, result.profile, result.country) == ("Augusta Lovelace", "press", "BE")
    assert "lovelace" in result.attendee.search_text
    assert letters_of(registration) == ["confirmed"]


def test_sessions_without_seats_or_of_another_edition_are_no_change(edition):
    registration = registered(edition)
    nowhere = (SessionFactory(edition=edition), SessionFactory())

    for at in (NOW, LATER):
        change(registration=registration, wish=wish(registration, sessions=nowhere), at=at)

    assert (held(registration), letters_of(registration)) == ({"onsite": True}, ["confirmed"])


def test_change_of_a_cancelled_registration_is_refused(edition):
    registration = registered(edition)
    kept = wish(registration, mode="online")
    cancel(registration=registration, at=NOW)

    with pytest.raises(NotChangeable):
        change(registration=registration, wish=kept, at=LATER)


def test_change_after_the_hold_ran_out_is_refused(edition):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    registration = registered(edition)

    with pytest.raises(NotChangeable):
        change(registration=registration, wish=wish(registration), at=NOW + timedelta(days=1))


def test_who_has_yet_to_confirm_keeps_to_be_confirmed(edition):
    Edition.objects.filter(pk=edition.pk).update(confirms_email=True)
    edition.refresh_from_db()
    session = with_seats(edition, 5)
    capacity_of(edition, "onsite", 0)
    registration = registered(edition, sessions=[session])

    result = change(registration=registration, wish=wish(registration, mode="online"), at=NOW)

    assert (result.status, result.confirmed_at, held(result)) == ("pending", None, {"online": True, session: True})
    assert broken_invariants() == []


def test_who_awaits_approval_changes_without_a_seat(edition):
    Edition.objects.filter(pk=edition.pk).update(requires_approval=True)
    edition.refresh_from_db()
    session = with_seats(edition, 5)
    registration = registered(edition)

    result = change(registration=registration, wish=wish(registration, mode="online", sessions=(session,)), at=NOW)

    assert (result.status, held(result)) == ("requested", {"online": False, session: False})
    assert [pool.waiting for pool in edition.seat_pools.all()] == [0, 0, 0]
    assert broken_invariants() == []


def test_change_by_a_link_that_was_replaced_meanwhile_does_nothing(edition):
    registration = registered(edition)
    stale = Registration.objects.get(pk=registration.pk)
    Registration.objects.filter(pk=registration.pk).update(issue=2)

    with pytest.raises(NotChangeable):
        change(registration=stale, wish=wish(stale, mode="online"), at=NOW)

    registration.refresh_from_db()
    assert registration.mode == "onsite"


def test_change_keeps_the_address_that_is_written_now(edition):
    registration = registered(edition)
    asked = wish(registration)
    Attendee.objects.update(email="new@example.org", email_normalised="new@example.org")

    change(registration=registration, wish=asked, at=NOW)

    assert Attendee.objects.get().email == "new@example.org"
