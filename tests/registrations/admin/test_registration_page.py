"""The page of a registration: what it shows, offers and changes."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from programme.models import Edition, SeatPool
from registrations.admin import actions, pages
from registrations.admin.forms import StaffChangeForm
from registrations.models import Attendee, Decision, Registration
from registrations.services import cancel, staff
from registrations.services.offer import offer_of
from symposium.outbox.models import OutgoingMail
from tests.checks import letters_of
from tests.factories import NOW, registered, with_seats
from tests.registrations.admin.desk import LIST, change, listed
from tests.registrations.admin.forms import fields_of, send, shown


def test_page_shows_all_there_is_to_know(organizer, edition, known):
    Decision.objects.create(
        registration=known, action="overtake", reason="invited speaker", decided_by=organizer.user, decided_at=NOW
    )

    Decision.objects.create(
        registration=known, action="refuse", message="<b>Too late</b>", decided_by=organizer.user, decided_at=NOW
    )

    page = shown(organizer.get(change(known)))

    expected = ["Registration confirmed", "Ada Example", "ada@example.org", "Morning", "held", "no. 1 on the list"]
    expected += ["Told: &lt;b&gt;Too late&lt;/b&gt;"]
    expected += [
        "North",
        "Dora",
        "exit",
        "confirmed before the waiting list",
        "invited speaker",
        "place confirmed",
        "550 no such",
    ]
    expected += ["Monday 1 March 2027", organizer.user.email]
    assert [words for words in expected if words not in page] == []


def test_page_of_somebody_who_waits_tells_the_rank(organizer, edition):
    SeatPool.objects.filter(mode="onsite").update(capacity=0)
    registered(edition, "first@example.org")
    registration = registered(edition, sessions=[with_seats(edition, 5)])

    page = shown(organizer.get(change(registration)))

    assert "no. 2 of 2 on the list" in page
    assert "waits for the seat in the edition" in page


def test_page_and_list_show_an_address_that_no_mail_reaches(organizer, edition):
    registration = registered(edition)
    registered(edition, "other@example.org")
    Attendee.objects.filter(registration=registration).update(undeliverable_at=NOW, undeliverable_status="5.1.1")
    OutgoingMail.objects.filter(about=registration.mail_about).update(bounced_at=NOW, bounce_status="5.1.1")

    response = organizer.get(change(registration))

    page = shown(response)
    assert "undeliverable since Monday 1 March 2027" in page
    assert "came back (5.1.1)" in page
    assert response.context["possible"][-1] is actions.CLEAR_BOUNCES
    assert listed(organizer, address="undeliverable") == ["ada@example.org"]
    assert listed(organizer) == ["ada@example.org", "other@example.org"]


def test_page_and_list_show_who_is_still_coming(organizer, edition):
    comes, silent = registered(edition), registered(edition, "silent@example.org")
    registered(edition, "online@example.org", mode="online")
    Registration.objects.filter(pk=comes.pk).update(coming_answer="yes", coming_answered_at=NOW)
    assert "Still coming?" not in shown(organizer.get(change(silent)))
    Edition.objects.update(coming_question="noes", starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2))

    assert "says that they come (Monday 1 March 2027" in shown(organizer.get(change(comes)))
    assert "no answer yet</dd>" in shown(organizer.get(change(silent)))
    assert listed(organizer, coming="yes") == ["ada@example.org"]
    assert listed(organizer, coming="silent") == ["silent@example.org"]
    assert len(listed(organizer, coming="perhaps")) == len(listed(organizer)) == 3


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("pending", ["confirm", "cancel", "send_link"]),
        ("requested", ["approve", "refuse", "cancel", "send_link"]),
        ("confirmed", ["cancel", "send_link"]),
        ("cancelled", ["restore"]),
        ("refused", ["restore"]),
        ("expired", ["restore"]),
    ],
)
def test_page_offers_what_the_status_allows(organizer, edition, status, offered):
    registration = registered(edition)
    if status in {"cancelled", "refused", "expired"}:
        cancel.cancel(registration=registration, at=NOW)
    Registration.objects.update(status=status, hold_expires_at=NOW + timedelta(hours=1), is_walk_in=True)

    response = organizer.get(change(registration))

    assert [
        decision.name.split("_reg")[0].removesuffix("_again") for decision in response.context["possible"]
    ] == offered
    assert (response.context["form"] is None) == (offered == ["restore"])


def test_page_of_an_erased_person_offers_nothing(organizer, edition):
    registration = registered(edition)
    registration.attendee.delete()

    response = organizer.get(change(registration))

    assert "This person was erased." in shown(response)
    assert response.context["possible"] == ()
    assert response.context["form"] is None


def test_page_that_is_not_there(organizer, edition):
    assert organizer.get(f"{LIST}3f3ae1fe-0000-4000-8000-000000000000/change/").status_code == 404
    assert organizer.get(f"{LIST}nonsense/change/").status_code == 404


def test_names_are_corrected_through_the_service(organizer, edition):
    registration = registered(edition)

    response = send(
        organizer, change(registration), "registration_form", family_name="  Étoile ", affiliation="Ailleurs"
    )

    attendee = Registration.objects.get().attendee
    assert response["Location"] == change(registration)
    assert (attendee.family_name, attendee.affiliation, attendee.email) == ("Étoile", "Ailleurs", "ada@example.org")
    assert "etoile" in attendee.search_text
    assert letters_of(registration) == ["confirmed"]
    assert LogEntry.objects.get().change_message == '[{"changed": {"fields": ["Family name", "Affiliation"]}}]'


def test_page_saved_unchanged_changes_nothing(organizer, edition):
    registration = registered(edition, sessions=[with_seats(edition, 5)])
    before = [Registration.objects.values().get(), list(registration.claims.values()), letters_of(registration)]

    response = send(organizer, change(registration), "registration_form")

    assert response.status_code == 302
    assert [Registration.objects.values().get(), list(registration.claims.values()), letters_of(registration)] == before
    assert LogEntry.objects.count() == 0


def test_mode_and_sessions_change_where_there_is_room(organizer, edition):
    session = with_seats(edition, 1)
    registration = registered(edition)

    send(organizer, change(registration), "registration_form", attendance_mode="online", sessions=[session.slug])

    registration.refresh_from_db()
    assert registration.mode == "online"
    assert sorted(registration.claims.values_list("pool__mode", "is_held")) == [("", True), ("online", True)]
    assert letters_of(registration) == ["changed", "confirmed"]


@pytest.mark.parametrize("field", ["attendance_mode", "sessions"])
def test_move_to_where_all_is_full_is_an_error_beside_the_field(organizer, edition, field):
    SeatPool.objects.filter(mode="online").update(capacity=0)
    session = with_seats(edition, 0)
    registration = registered(edition)
    typed = {"attendance_mode": "online"} if field == "attendance_mode" else {"sessions": [session.slug]}

    response = send(organizer, change(registration), "registration_form", family_name="Kept", **typed)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        field: ["No seat is left there. Everything stays as it was, the old seat is kept."]
    }
    assert fields_of(response, "registration_form")["family_name"] == ["Kept"]
    registration.refresh_from_db()
    assert (registration.mode, registration.attendee.family_name) == ("onsite", "Example")


def test_change_that_comes_too_late_says_so(organizer, edition, rf):
    """Between showing the form and sending it the registration was cancelled; or its mode was withdrawn."""
    registration = registered(edition)
    offer = offer_of(edition)
    cancel.cancel(registration=registration, at=NOW)
    typed = {"family_name": "Late", "profile": "press", "attendance_mode": "onsite"}
    form = StaffChangeForm(typed, offer=offer, initial={})
    assert form.is_valid()

    with translation.override("en"):
        assert not pages._change(None, rf.post("/"), registration, form)

        assert form.non_field_errors() == ["This registration was ended in the meantime and can no longer be changed."]


def test_change_to_a_mode_withdrawn_meanwhile_says_so(edition, rf):
    registration = registered(edition)
    offer = offer_of(edition)
    SeatPool.objects.filter(mode="online").delete()
    form = StaffChangeForm(
        {"family_name": "x", "profile": "press", "attendance_mode": "online"}, offer=offer, initial={}
    )
    assert form.is_valid()

    with translation.override("en"):
        assert not pages._change(None, rf.post("/"), registration, form)

    assert form.errors == {"attendance_mode": ["The edition has no seats of this kind any more."]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", ""),
        ("family_name", "x" * 101),
        ("profile", "wizard"),
        ("attendance_mode", "moon"),
        ("country", "ZZ"),
    ],
)
def test_bad_input_is_answered_beside_the_field(organizer, edition, field, value):
    registration = registered(edition)

    response = send(organizer, change(registration), "registration_form", **{field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_restored_registration_shows_the_decision(organizer, edition):
    registration = registered(edition)
    cancel.cancel(registration=registration, at=NOW)
    assert "Ended" in shown(organizer.get(change(registration)))
    staff.restore(registration=registration, by=organizer.user, at=NOW, reason="")

    assert "cancellation undone" in shown(organizer.get(change(registration)))
