"""The page that adds a registration."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from programme.models import Edition, SeatPool
from registrations.admin import pages
from registrations.admin.forms import StaffRegistrationForm
from registrations.models import Registration
from registrations.services import cancel
from registrations.services.offer import offer_of
from symposium.outbox.models import OutgoingMail
from tests.checks import letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, UserFactory, registered, with_seats
from tests.registrations.admin.desk import ADD, change
from tests.registrations.admin.forms import fields_of, send, shown


@pytest.fixture
def form(edition):
    return {
        "email": "new@example.org",
        "language": "fr",
        "family_name": "Nouvelle",
        "profile": "student",
        "attendance_mode": "onsite",
    }


def add(client, edition, form):
    return send(client, f"{ADD}?edition={edition.slug}", "registration_form", **form)


def test_adding_begins_with_the_edition(organizer, edition):
    EditionFactory(slug="elsewhere")

    for query in ("", "?edition=nonsense", "?edition=elsewhere"):
        page = shown(organizer.get(ADD + query))
        assert f"?edition={edition.slug}" in page
        assert ">elsewhere" not in page


def test_adding_registers_and_writes(organizer, edition, form):
    response = add(organizer, edition, form)

    registration = Registration.objects.get()
    assert response["Location"] == change(registration)
    assert (registration.status, registration.language, registration.attendee.family_name) == (
        "confirmed",
        "fr",
        "Nouvelle",
    )
    assert letters_of(registration) == ["confirmed"]
    assert LogEntry.objects.get().object_repr == registration.reference


def test_same_form_sent_twice_registers_once(organizer, edition, form):
    data = fields_of(organizer.get(f"{ADD}?edition={edition.slug}"), "registration_form") | form

    for _time in range(2):
        organizer.post(f"{ADD}?edition={edition.slug}", data)

    assert Registration.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_adding_somebody_known_leads_to_their_page(organizer, edition, form):
    known = registered(edition, form["email"])

    response = add(organizer, edition, form | {"email": "NEW@example.org"})

    assert response.status_code == 422
    assert change(known) in str(response.context["form"].errors["email"])
    assert letters_of(known) == ["confirmed"]


def test_adding_somebody_who_cancelled_brings_them_back(organizer, edition, form):
    known = registered(edition, form["email"])
    cancel.cancel(registration=known, at=NOW)

    response = add(organizer, edition, form)

    assert response["Location"] == change(known)
    assert Registration.objects.get().status == "confirmed"


def test_adding_while_registration_is_closed_is_an_error(organizer, edition, form):
    Edition.objects.update(registration_closes_at=NOW - timedelta(days=1))

    response = add(organizer, edition, form)

    assert response.context["form"].non_field_errors() == [
        "Registration for this edition is not open. Look at its status and its dates."
    ]


def test_adding_to_a_mode_withdrawn_meanwhile_is_an_error(edition, form):
    offer = offer_of(edition)
    SeatPool.objects.filter(mode="onsite").delete()
    sent = StaffRegistrationForm(form, offer=offer)
    assert sent.is_valid()

    with translation.override("en"):
        assert pages._register(edition, sent, UserFactory()) is None

        assert sent.errors == {"attendance_mode": ["The edition has no seats of this kind any more."]}


def test_adding_asks_about_a_mistyped_address_once(organizer, edition, form):
    asked = add(organizer, edition, form | {"email": "new@gmial.com"})
    data = fields_of(asked, "registration_form")

    assert "Did you mean new@gmail.com?" in str(asked.context["form"].errors["email"])
    assert organizer.post(f"{ADD}?edition={edition.slug}", data).status_code == 302
    assert Registration.objects.get().attendee.email == "new@gmial.com"


def test_french_desk_sees_french(organizer, edition):
    organizer.post("/admin/language/", {"language": "fr", "next": "/admin/"})

    assert '<html lang="fr"' in shown(organizer.get(f"{ADD}?edition={edition.slug}"))


def test_seat_pool_of_another_edition_is_not_offered(organizer, edition, form):
    other = EditionFactory()
    SeatPoolFactory(edition=other, mode="onsite")
    theirs = with_seats(other, 3)

    response = add(organizer, edition, form | {"sessions": [theirs.slug]})

    assert list(response.context["form"].errors) == ["sessions"]
