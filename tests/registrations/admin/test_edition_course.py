"""What becomes of an edition, from its page: another status, a new date, the move online."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from programme.models import Edition
from registrations.models import Registration
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.checks import letters_of
from tests.factories import NOW, EditionFactory, MessageFactory, SessionFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import change, send, shown, told


@pytest.mark.parametrize(("status", "kind"), [("cancelled", "edition_cancelled"), ("postponed", "edition_postponed")])
def test_status_that_writes_to_people_asks_first(organizer, edition, saved, status, kind):
    registration = registered(edition)

    refused = saved(lambda: send(organizer, change(edition), "edition_form", status=status))
    assert refused.context["adminform"].form.errors["writes_to_people"] == [
        "This change writes to 1 person. Tick the box to say that you mean it."
    ]
    assert Edition.objects.get().status == "published"
    saved(lambda: send(organizer, change(edition), "edition_form", status=status, writes_to_people="on"))

    assert Edition.objects.get().status == status
    assert letters_of(registration) == ["confirmed", kind]


def test_status_with_nobody_to_write_to_needs_no_tick(organizer, edition, saved):
    saved(lambda: send(organizer, change(edition), "edition_form", status="cancelled"))

    assert Edition.objects.get().status == "cancelled"
    assert OutgoingMail.objects.count() == 0


def test_publishing_again_gives_free_seats_on(organizer, edition, saved):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    first, second = registered(edition, "a@example.org"), registered(edition, "b@example.org")
    saved(lambda: send(organizer, change(edition), "edition_form", status="postponed", writes_to_people="on"))
    # A seat freed meanwhile is given to nobody.
    organizer.post(
        "/admin/registrations/registration/",
        {"action": "cancel_registrations", "_selected_action": first.pk, "apply": "1", "reason": ""},
    )
    assert Registration.objects.get(pk=second.pk).status == "waiting"

    saved(lambda: send(organizer, change(edition), "edition_form", status="published"))

    assert Registration.objects.get(pk=second.pk).status == "confirmed"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1 message to people of this edition is paused: read it once more before it goes on."),
        (2, "2 messages to people of this edition are paused: read them once more before they go on."),
    ],
)
def test_edition_called_off_tells_which_messages_are_paused(organizer, edition, saved, number, words):
    for _ in range(number):
        MessageFactory(edition=edition, state="scheduled", send_at=edition.starts_at)

    response = saved(lambda: send(organizer, change(edition), "edition_form", status="cancelled"))

    assert words in told(response)
    paused = TrailEntry.objects.filter(record_type="registrations.message")
    assert {entry.actor_id for entry in paused} == {organizer.user.pk}
    assert "paused" not in " ".join(
        told(saved(lambda: send(organizer, change(edition), "edition_form", status="published")))
    )


def test_status_that_is_none_is_a_form_error(organizer, edition):
    response = send(organizer, change(edition), "edition_form", status="melted")

    assert "status" in response.context["adminform"].form.errors


def test_new_date_says_how_many_are_written_to_and_asks_first(organizer, edition, saved):
    person = registered(edition)
    SessionFactory(edition=edition, starts_at=edition.starts_at)
    typed = {"starts_at_0": "2027-06-20", "ends_at_0": "2027-06-20"}

    page = organizer.get(change(edition))
    refused = saved(lambda: send(organizer, change(edition), "edition_form", **typed))
    before = Edition.objects.get().previous_starts_at
    done = saved(lambda: send(organizer, change(edition), "edition_form", **typed, writes_to_people="on"))

    assert "1 person would be written to." in shown(page)
    assert refused.context["adminform"].form.errors["writes_to_people"] == [
        "This change writes to 1 person. Tick the box to say that you mean it."
    ]
    assert before is None
    assert Edition.objects.get().previous_starts_at == edition.starts_at
    assert letters_of(person) == ["confirmed", "edition_rescheduled"]
    assert "1 session does not lie within the new dates: give it its new time." in told(done)


def test_few_minutes_are_corrected_without_a_letter(organizer, edition, saved):
    person = registered(edition)

    done = saved(lambda: send(organizer, change(edition), "edition_form", starts_at_1="14:05:00"))

    assert done.status_code == 302
    assert letters_of(person) == ["confirmed"]
    assert Edition.objects.get().calendar_sequence == 1
    assert len(told(done)) == 1


def move_page(edition):
    return reverse("admin:programme_edition_move_online", args=[edition.pk])


def test_edition_is_moved_online_after_a_page_that_says_how_many(organizer, edition, saved):
    person = registered(edition)
    registered(edition, "online@example.org", mode="online")

    link = shown(organizer.get(change(edition)))
    page = shown(organizer.get(move_page(edition)))
    nothing_yet = Edition.objects.get().moved_online_at
    done = saved(lambda: organizer.post(move_page(edition)))

    assert move_page(edition) in link
    assert "1 person is moved." in page
    assert "A letter leaves at once to 2 people." in page
    assert nothing_yet is None
    assert Edition.objects.get().moved_online_at == NOW
    assert Registration.objects.get(pk=person.pk).mode == "online"
    assert told(done) == ["The edition takes place online only: 1 person was moved there."]
    assert LogEntry.objects.get().get_change_message() == "Changed moved online."
    assert done.url == change(edition)


def test_edition_that_cannot_be_moved_says_so(organizer, edition, saved):
    Edition.objects.update(status="cancelled")

    link = shown(organizer.get(change(edition)))
    page = shown(organizer.get(move_page(edition)))
    done = saved(lambda: organizer.post(move_page(edition)))

    words = "Only an edition that is announced, on site and still to come can be moved online."
    assert move_page(edition) not in link
    assert words in page
    assert told(done) == [words]


def test_edition_of_others_is_not_moved(organizer, superuser):
    other = EditionFactory()

    assert organizer.post(move_page(other)).status_code == 404
    assert Edition.objects.get(pk=other.pk).moved_online_at is None
    assert superuser.get(f"/admin/programme/edition/{other.pk + 99}/move-online/").status_code == 404


def test_reader_moves_nothing(edition):
    reader = staff(edition, "reader")

    assert reader.post(move_page(edition)).status_code == 404
    assert Edition.objects.get().moved_online_at is None


def test_reader_is_refused_by_hand_as_well(edition, saved):
    client = staff(edition, "reader")

    response = client.post(change(edition), {"status": "cancelled"})

    assert response.status_code in {302, 403}
    assert Edition.objects.get().status == "published"
    assert edition.starts_at > NOW
