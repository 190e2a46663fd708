"""Two registrations of one person become one: which is kept, who is told, and what is refused."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail

from registrations.models import CheckIn, Decision, Registration
from registrations.services import cancel, privacy, reserved, staff
from registrations.services.admission import find_by_code
from registrations.services.merge import BothEntered, NotMergeable, better_first
from symposium.lib import erasures
from symposium.outbox.delivery import deliver_due
from symposium.trail.models import TrailEntry
from tests.checks import broken_invariants, letters_of
from tests.factories import (
    NOW,
    EditionFactory,
    SeatPoolFactory,
    UserFactory,
    registered,
    registration_of,
    somebodys_needs,
)
from tests.races import at_once
from tests.registrations.services.merging.pair import LATER, again, join, scan


def test_earlier_of_two_seats_is_kept_and_the_other_given_on(edition, one, other, organizer):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    waiting = registered(edition, "waiting@example.org")

    kept = join(other, one, organizer, address_of=one)

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


def test_old_links_end_with_the_address_that_goes(edition, one, other, organizer):
    old_page, old_ticket = one.page_token, one.ticket_token

    kept = join(one, other, organizer, address_of=other)

    assert not Registration.objects.with_token("page", old_page).exists()
    assert find_by_code(edition, old_ticket) is None
    assert find_by_code(edition, kept.ticket_token) == one
    assert find_by_code(edition, other.ticket_token) == one


def test_links_stay_with_the_address(one, other, organizer):
    join(one, other, organizer)

    assert again(one).page_token == one.page_token


@pytest.mark.parametrize("notify", [True, False])
def test_new_links_always_go_to_the_address_that_stays(one, other, organizer, notify):
    deliver_due(clock=lambda: NOW)
    mail.outbox = []

    kept = join(one, other, organizer, address_of=other, notify=notify)
    deliver_due(clock=lambda: LATER)

    [message] = mail.outbox
    assert message.to == ["other@example.org"]
    assert kept.page_token in message.body
    assert "You had registered twice" in message.body


def test_new_links_are_sent_again_when_the_same_two_are_merged_again(edition, one, other, organizer):
    join(one, other, organizer, address_of=other)
    back = staff.restore(registration=again(other), by=organizer, at=LATER, reason="")

    join(again(one), back, organizer, address_of=back)

    assert letters_of(one) == ["confirmed", "merged", "merged"]


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


def test_ticket_of_what_was_merged_before_leads_to_the_last(edition, one, other, organizer):
    third = registered(edition, "third@example.org", at=NOW + timedelta(minutes=2))
    join(other, third, organizer)

    join(one, other, organizer)

    assert [again(each).merged_into for each in (other, third)] == [one, one]
    assert find_by_code(edition, third.reference) == one


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
    somebodys_needs(other)

    join(one, other, organizer)

    traces = TrailEntry.objects.order_by("pk").values_list("kind", "detail", "record_id", "counts__check_ins")
    assert list(traces) == [
        ("decided", "merge", str(other.pk), None),
        ("changed", "merge", str(one.pk), 1),
    ]
    counts = TrailEntry.objects.get(detail="merge", kind="changed").counts
    assert counts["consents"] == 1  # to the newsletter: who has needs is for the role that serves them
    assert not any("needs" in name for name in counts)
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


@pytest.mark.django_db(transaction=True)
def test_both_are_noted_as_erased(edition, settings, tmp_path):
    settings.ERASURE_JOURNAL = tmp_path / "erasures.txt"
    one, other = registered(edition, "one@example.org"), registered(edition, "other@example.org")
    kept = join(one, other, UserFactory())

    privacy.erase(registration=kept, at=LATER)

    assert erasures.read(settings.ERASURE_JOURNAL) == {erasures.digest_of(each.pk) for each in (one, other)}


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
