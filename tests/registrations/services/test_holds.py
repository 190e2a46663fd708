from datetime import timedelta

import pytest

from programme.models import Edition
from registrations.models import Registration
from registrations.services import cancel, holds
from tests.checks import broken_invariants, letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, registration_of, with_seats

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def confirming(edition):
    edition.confirms_email = True
    edition.save()
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    return edition


def state(registration):
    registration = Registration.objects.get(pk=registration.pk)
    return registration.status, registration.hold_expires_at


def test_hold_lasts_an_hour_from_the_moment_the_mail_left(confirming):
    registration = registered(confirming)

    holds.start_hold(registration_id=str(registration.pk), at=NOW + 2 * HOUR)

    assert state(registration) == ("pending", NOW + 3 * HOUR)


def test_hold_lasts_a_day_at_most_and_a_second_copy_does_not_lengthen_it(confirming):
    late, twice = registered(confirming), registered(confirming, "next@example.org")

    holds.start_hold(registration_id=str(late.pk), at=NOW + timedelta(hours=23, minutes=30))
    for at in (NOW, NOW + HOUR / 2):
        holds.start_hold(registration_id=str(twice.pk), at=at)

    assert (state(late), state(twice)) == (("pending", NOW + DAY), ("pending", NOW + HOUR))


def test_hold_of_who_has_confirmed_is_not_started(confirming):
    registration = registered(confirming)
    holds.confirm_address(registration=registration, at=NOW)

    holds.start_hold(registration_id=str(registration.pk), at=NOW)

    assert state(registration) == ("confirmed", None)


def test_expire_gives_the_seat_on_and_frees_the_sessions(confirming):
    session = with_seats(confirming, 1)
    slow = registered(confirming, sessions=[session])
    first = registered(confirming, "next@example.org", sessions=[session])
    holds.confirm_address(registration=first, at=NOW)

    count = holds.expire(confirming, NOW + DAY)

    slow, first = registration_of(confirming, "ada@example.org"), registration_of(confirming, "next@example.org")
    assert count == 1
    assert (slow.status, slow.claims.count(), slow.released_sessions) == ("expired", 0, [session.pk])
    assert (first.status, [claim.is_held for claim in first.claims.all()]) == ("confirmed", [True, True])
    assert letters_of(slow) == ["confirm_address"]
    assert letters_of(first) == ["confirm_address", "promoted", "waiting"]
    assert broken_invariants() == []


def test_expire_leaves_holds_that_run(confirming):
    registration = registered(confirming)

    count = holds.expire(confirming, NOW + DAY - timedelta(microseconds=1))

    assert (count, state(registration)) == (0, ("pending", NOW + DAY))


def test_expire_everywhere_goes_through_all_editions(confirming):
    other = EditionFactory(confirms_email=True)
    SeatPoolFactory(edition=other)
    registered(confirming)
    registered(other)

    counts = [holds.expire_everywhere(at=at) for at in (NOW, NOW + DAY, NOW + DAY)]

    assert counts == [0, 2, 0]
    assert set(Registration.objects.values_list("status", flat=True)) == {"expired"}


def test_click_keeps_the_seat(confirming):
    registration = registered(confirming)

    result = holds.confirm_address(registration=registration, at=NOW + HOUR)

    assert (result.status, result.confirmed_at, result.hold_expires_at) == ("confirmed", NOW + HOUR, None)
    assert letters_of(result) == ["confirm_address", "confirmed"]
    assert broken_invariants() == []


def test_second_click_changes_nothing(confirming):
    registration = registered(confirming)
    holds.confirm_address(registration=registration, at=NOW)

    result = holds.confirm_address(registration=registration, at=NOW + HOUR)

    assert (result.status, result.confirmed_at) == ("confirmed", NOW)
    assert letters_of(result) == ["confirm_address", "confirmed"]


def test_click_of_who_waits_keeps_the_place_on_the_list(confirming):
    registered(confirming)
    registration = registered(confirming, "next@example.org")

    result = holds.confirm_address(registration=registration, at=NOW)

    assert (result.status, result.confirmed_at, result.claims.get().position) == ("waiting", None, 1)
    assert letters_of(result) == ["confirm_address", "waiting"]
    assert broken_invariants() == []


def test_click_of_who_needs_approval_leads_to_a_request(confirming):
    confirming.requires_approval = True
    confirming.save()
    registration = registered(confirming)

    result = holds.confirm_address(registration=registration, at=NOW)

    assert (result.status, result.claims.get().is_held) == ("requested", False)
    assert letters_of(result) == ["confirm_address", "requested"]
    assert broken_invariants() == []


@pytest.mark.parametrize(("before", "since", "status"), [(True, False, "requested"), (False, True, "waiting")])
def test_approval_switched_between_form_and_click_strands_nobody(confirming, before, since, status):
    """Who registered under approval awaits it; who did not is on the list, and is promoted from there."""
    confirming.requires_approval = before
    confirming.save()
    registered(confirming, "first@example.org")
    registration = registered(confirming)
    Edition.objects.filter(pk=confirming.pk).update(requires_approval=since)

    result = holds.confirm_address(registration=Registration.objects.get(pk=registration.pk), at=NOW)

    assert result.status == status
    assert broken_invariants() == []


def test_late_click_takes_a_seat_that_is_free(confirming):
    session = with_seats(confirming, 5)
    registration = registered(confirming, sessions=[session])

    result = holds.confirm_address(registration=registration, at=NOW + DAY)

    assert (result.status, result.issue, result.claims.filter(is_held=True).count()) == ("confirmed", 1, 2)
    assert result.page_digest == registration.page_digest
    assert broken_invariants() == []


def test_late_click_competes_as_a_newcomer(confirming):
    late, first, second = (registered(confirming, f"person{number}@example.org") for number in range(3))
    for registration in (first, second):
        holds.confirm_address(registration=registration, at=NOW)

    result = holds.confirm_address(registration=late, at=NOW + DAY)

    assert (result.status, result.claims.get().position) == ("waiting", 3)
    assert [registration.claims.get().is_held for registration in (first, second)] == [True, False]
    assert broken_invariants() == []


def test_late_click_after_closing_is_too_late(confirming):
    registration = registered(confirming)
    Edition.objects.filter(pk=confirming.pk).update(registration_closes_at=NOW + HOUR)

    result = holds.confirm_address(registration=Registration.objects.get(pk=registration.pk), at=NOW + DAY)

    assert (result.status, result.claims.count()) == ("expired", 0)


def test_late_click_for_a_mode_that_is_gone_is_too_late(confirming):
    registration = registered(confirming)
    holds.expire_everywhere(at=NOW + DAY)
    confirming.seat_pools.filter(mode="onsite").delete()

    result = holds.confirm_address(registration=registration, at=NOW + DAY)

    assert (result.status, result.claims.count()) == ("expired", 0)


def test_click_of_who_has_cancelled_changes_nothing(confirming):
    registration = registered(confirming)
    cancel.cancel(registration=registration, at=NOW)

    assert holds.confirm_address(registration=registration, at=NOW).status == "cancelled"


@pytest.mark.parametrize(
    ("prolonged", "status"),
    [({"seats_given_until": NOW + DAY}, "confirmed"), ({"seats_given_until": None}, "confirmed"), ({}, "waiting")],
    ids=["until tomorrow", "until it begins", "not"],
)
def test_seat_left_empty_is_given_on_once_giving_on_is_prolonged(edition, prolonged, status):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    edition.seats_given_until = NOW
    edition.save()
    holder, first = registered(edition), registered(edition, "next@example.org")
    cancel.cancel(registration=holder, at=NOW)
    Edition.objects.filter(pk=edition.pk).update(**prolonged)

    assert holds.expire_everywhere(at=NOW) == 0

    assert state(first) == (status, None)


def test_edition_called_off_gives_nothing_on(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    registration = registered(edition)
    edition.seat_pools.filter(mode="onsite").update(capacity=None)
    Edition.objects.filter(pk=edition.pk).update(status="postponed")

    holds.expire_everywhere(at=NOW)

    assert state(registration) == ("waiting", None)
