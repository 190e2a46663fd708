"""The list of registrations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import SeatPool
from registrations.services import cancel
from registrations.services.door import check_in
from tests.factories import NOW, SessionFactory, registered, with_seats
from tests.registrations.admin.desk import LIST, change, listed
from tests.registrations.admin.forms import shown


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


def test_list_keeps_the_order_that_is_asked_for(organizer, edition):
    for name in ("Bell", "Adams", "Curie"):
        registered(edition, f"{name}@example.org", family_name=name)

    def names(order):
        rows = organizer.get(f"/admin/registrations/registration/?o={order}").context["cl"].result_list
        return [row.attendee.family_name for row in rows]

    assert names("1") == ["Adams", "Bell", "Curie"]
    assert names("-1") == ["Curie", "Bell", "Adams"]
