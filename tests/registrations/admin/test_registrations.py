"""The list of registrations, the page of one, and the page that adds one."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from programme.models import Edition, SeatPool
from registrations.admin import actions, pages
from registrations.admin.forms import StaffChangeForm, StaffRegistrationForm
from registrations.models import Attendee, CheckIn, Decision, Registration
from registrations.services import cancel, staff
from registrations.services.door import check_in
from registrations.services.offer import offer_of
from symposium.outbox.models import OutgoingMail
from tests.checks import letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, SessionFactory, UserFactory, registered, with_seats
from tests.registrations.admin.forms import fields_of, send, shown

LIST = "/admin/registrations/registration/"
ADD = f"{LIST}add/"


def change(registration):
    return reverse("admin:registrations_registration_change", args=[registration.pk])


def listed(client, **query):
    """Who is in the list, by address."""
    response = client.get(LIST, query)
    return sorted(registration.attendee.email for registration in response.context["cl"].result_list)


# The list


def test_list_shows_the_person_the_seat_and_the_presence(organizer, edition):
    SeatPool.objects.filter(mode="onsite").update(capacity=1)
    session = with_seats(edition, 5)
    came = registered(edition, "came@example.org", sessions=[session])
    registered(edition, "second@example.org", sessions=[session])
    registered(edition, "third@example.org", country="")
    check_in(registration=came, by=None, source="qr", gate="A", at=NOW)
    cancelled = registered(edition, "gone@example.org", mode="online")
    cancel.cancel(registration=cancelled, at=NOW)

    response = organizer.get(LIST)

    rows = {
        registration.attendee.email: (
            response.context["cl"].model_admin.seat(registration),
            response.context["cl"].model_admin.present(registration),
        )
        for registration in response.context["cl"].result_list
    }
    assert rows == {
        "came@example.org": ("held, 1 of 1 session", "present"),
        "second@example.org": ("no. 1 on the list, 0 of 1 session", "—"),
        "third@example.org": ("no. 2 on the list", "—"),
        "gone@example.org": ("—", "—"),
    }
    assert "France" in shown(response)


def test_list_shows_an_erased_person_as_erased(organizer, edition):
    registered(edition).attendee.delete()

    assert "(erased)" in shown(organizer.get(LIST))


@pytest.mark.parametrize("words", ["elodie oeuvray", "ÉLODIE", "chu lille", "œuvray", "élodie@example.org"])
def test_search_minds_neither_accents_nor_capitals(organizer, edition, words):
    registered(edition, "elodie@example.org", given_name="Élodie", family_name="Œuvray", affiliation="CHU de Lille")
    registered(edition, "other@example.org")

    assert listed(organizer, q=words) == ["elodie@example.org"]


def test_search_finds_the_reference(organizer, edition):
    registration = registered(edition)
    registered(edition, "other@example.org")

    assert listed(organizer, q=registration.reference.lower()) == ["ada@example.org"]
    assert listed(organizer, q="nobody") == []


def test_filters_narrow_the_list(organizer, edition):
    session = with_seats(edition, 5)
    came = registered(edition, "came@example.org", sessions=[session])
    registered(edition, "online@example.org", mode="online", profile="press", language="fr")
    check_in(registration=came, by=None, source="qr", gate="", at=NOW)

    assert listed(organizer, edition=edition.slug) == ["came@example.org", "online@example.org"]
    assert listed(organizer, edition="another") == []
    assert listed(organizer, mode__exact="online") == ["online@example.org"]
    assert listed(organizer, profile__exact="press") == ["online@example.org"]
    assert listed(organizer, language__exact="en") == ["came@example.org"]
    assert listed(organizer, status__exact="cancelled") == []
    assert listed(organizer, present="yes") == ["came@example.org"]
    assert listed(organizer, present="no") == ["online@example.org"]
    assert listed(organizer, present="maybe") == ["came@example.org", "online@example.org"]
    assert listed(organizer, session=session.pk, edition=edition.slug) == ["came@example.org"]


def test_sessions_to_filter_by_are_those_of_the_edition_chosen(organizer, edition):
    SessionFactory(edition=edition, title_en="Ours")
    registered(edition)

    assert "Ours" in shown(organizer.get(LIST, {"edition": edition.slug}))
    assert "Ours" not in shown(organizer.get(LIST))


@pytest.mark.parametrize(
    "query", ["session=abc", f"session={'9' * 30}", "colour=red", "status__exact=x&mode=1", "o=99.x"]
)
def test_odd_filters_are_no_error(organizer, edition, query):
    SessionFactory(edition=edition)
    registered(edition)

    assert organizer.get(f"{LIST}?edition={edition.slug}&{query}").status_code in {200, 302}


def test_list_of_three_costs_as_much_as_of_one(organizer, edition, django_assert_num_queries):
    session = with_seats(edition, 1)
    registered(edition, "a@example.org", sessions=[session])
    with CaptureQueriesContext(connection) as one:
        organizer.get(LIST)
    for name in "bc":
        registered(edition, f"{name}@example.org", sessions=[session])

    with django_assert_num_queries(len(one)):
        organizer.get(LIST)


def test_free_text_of_a_person_is_shown_literally(organizer, edition):
    hostile = "<script>alert(1)</script>"
    registration = registered(edition, given_name=hostile, family_name="www.example.com", affiliation=hostile)
    confirm = {"action": "cancel_registrations", "_selected_action": registration.pk}
    reason = {"apply": "1", "reason": hostile}

    texts = [
        shown(organizer.get(LIST)),
        shown(organizer.get(LIST, {"q": hostile})),
        shown(organizer.post(LIST, confirm)),
        shown(organizer.post(LIST, {**confirm, **reason}, follow=True)),
        shown(organizer.get(change(registration))),
        shown(organizer.get(reverse("admin:registrations_registration_history", args=[registration.pk]))),
    ]

    assert [text for text in texts if hostile in text] == []
    assert sum("&lt;script&gt;" in text for text in texts) >= 4
    assert [text for text in texts if 'href="http://www.example.com' in text] == []


# The page of a registration


@pytest.fixture
def known(edition):
    """A registration about which there is everything to show."""
    session = with_seats(edition, 5, title_en="Morning")
    second = with_seats(edition, 0, title_en="Afternoon")
    registration = registered(edition, sessions=[session, second])
    check_in(registration=registration, by=UserFactory(name="Dora"), source="search", gate="North", at=NOW)
    CheckIn.objects.create(
        registration=registration, session=session, scanned_at=NOW, received_at=NOW, source="qr", direction="exit"
    )
    OutgoingMail.objects.update(state="failed", last_error="550 no such mailbox")
    return registration


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
    assert LogEntry.objects.get().change_message == '[{"changed": {"fields": ["family_name", "affiliation"]}}]'


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


# The page that adds one


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


def test_restored_registration_shows_the_decision(organizer, edition):
    registration = registered(edition)
    cancel.cancel(registration=registration, at=NOW)
    assert "Ended" in shown(organizer.get(change(registration)))
    staff.restore(registration=registration, by=organizer.user, at=NOW, reason="")

    assert "cancellation undone" in shown(organizer.get(change(registration)))


def test_seat_pool_of_another_edition_is_not_offered(organizer, edition, form):
    other = EditionFactory()
    SeatPoolFactory(edition=other, mode="onsite")
    theirs = with_seats(other, 3)

    response = add(organizer, edition, form | {"sessions": [theirs.slug]})

    assert list(response.context["form"].errors) == ["sessions"]


def test_list_keeps_the_order_that_is_asked_for(organizer, edition):
    for name in ("Bell", "Adams", "Curie"):
        registered(edition, f"{name}@example.org", family_name=name)

    def names(order):
        rows = organizer.get(f"/admin/registrations/registration/?o={order}").context["cl"].result_list
        return [row.attendee.family_name for row in rows]

    assert names("1") == ["Adams", "Bell", "Curie"]
    assert names("-1") == ["Curie", "Bell", "Adams"]
