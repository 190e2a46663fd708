"""What people ask to be changed, as the organizers read and answer it."""

import pytest
from django.urls import reverse

from programme.models import Edition
from registrations.models import ChangeRequest, Registration
from registrations.services import cancel
from tests.checks import letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, with_seats
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import send, shown, told

LIST = "/admin/registrations/changerequest/"


def asked(edition, email="ada@example.org", **fields):
    registration = registered(edition, email)
    ordinary = {"mode": "online", "message": "<b>My train</b>", "asked_at": NOW}
    return ChangeRequest.objects.create(registration=registration, **{**ordinary, **fields})


def page_of(request):
    return reverse("admin:registrations_changerequest_change", args=[request.pk])


def answer(client, request, button="grant", word="As you wish."):
    return send(client, page_of(request), "registration_form", answer=word, **{button: "1"})


def test_list_shows_the_edition_s_own_at_a_constant_cost(organizer, edition, django_assert_max_num_queries):
    asked(edition)
    SeatPoolFactory(edition=(other := EditionFactory()))
    elsewhere = asked(other)
    organizer.get(LIST)
    with django_assert_max_num_queries(14) as one:
        assert "Ada Example" in shown(organizer.get(LIST))
    for number in range(2):
        asked(edition, f"person{number}@example.org")

    with django_assert_max_num_queries(len(one)):
        response = organizer.get(LIST, {"edition": edition.slug, "status__exact": "open"})

    assert len(response.context["cl"].result_list) == 3
    assert str(elsewhere.pk) not in shown(response)
    assert organizer.get(page_of(elsewhere)).status_code == 404


def test_page_shows_what_is_wished_for_literally_and_its_seats(organizer, edition):
    session = with_seats(edition, 7)

    page = shown(organizer.get(page_of(asked(edition, sessions=[session.pk]))))

    assert "&lt;b&gt;My train&lt;/b&gt;" in page
    assert "0 / 7" in page
    assert "0, without limit" in page


def test_mode_that_is_gone_is_no_error_to_look_at(organizer, edition):
    request = asked(edition)
    edition.seat_pools.filter(mode="online").delete()

    assert "—" in shown(organizer.get(page_of(request)))
    response = answer(organizer, request)

    assert response.status_code == 422
    assert "The edition has no seats of this kind any more." in shown(response)


def test_request_is_granted(organizer, edition):
    request = asked(edition)

    response = answer(organizer, request)

    assert response.status_code == 302
    assert Registration.objects.get().mode == "online"
    assert letters_of(request.registration) == ["change_granted", "confirmed"]
    assert ChangeRequest.objects.get().decided_by == organizer.user
    page = shown(organizer.get(page_of(request)))
    assert "As you wish." in page
    assert 'name="grant"' not in page


def test_request_is_declined(organizer, edition):
    request = asked(edition)

    answer(organizer, request, "decline", "")

    assert (Registration.objects.get().mode, ChangeRequest.objects.get().status) == ("onsite", "declined")
    assert organizer.get(page_of(request)).status_code == 200


@pytest.mark.parametrize(
    ("button", "word", "capacity", "error"),
    [
        ("grant", "", 0, "Nothing was changed, and the request stays open."),
        ("neither", "", None, "Choose one of the answers."),
        ("grant", "x" * 1001, None, "at most 1000 characters"),
    ],
)
def test_answer_that_is_not_possible_is_an_error(organizer, edition, button, word, capacity, error):
    edition.seat_pools.filter(mode="online").update(capacity=capacity)
    request = asked(edition)

    response = answer(organizer, request, button, word)

    assert response.status_code == 422
    assert error in shown(response)
    assert ChangeRequest.objects.get().status == "open"


def test_request_of_who_cancelled_meanwhile_is_told(organizer, edition):
    request = asked(edition, message="")
    cancel.cancel(registration=request.registration, at=NOW)

    response = organizer.post(page_of(request), {"answer": "", "grant": "1"})

    assert told(response) == ["This request was answered or withdrawn in the meantime."]
    assert 'name="grant"' not in shown(organizer.get(page_of(request)))


def test_request_that_is_not_there(organizer):
    assert organizer.get(f"{LIST}3f3ae1fe-0000-4000-8000-000000000000/change/").status_code == 404


@pytest.mark.parametrize("role", ["exporter", "door", "reader", "needs"])
def test_other_roles_see_none(edition, role):
    request = asked(edition)

    client = staff(edition, role)

    assert client.get(LIST).status_code == 403
    assert client.get(page_of(request)).status_code == 404


def test_dashboard_counts_those_to_be_answered(organizer, edition):
    asked(edition)
    done = asked(edition, "b@example.org")
    answer(organizer, done, "decline")
    Edition.objects.update(registration_closes_at=NOW)

    response = organizer.get(f"/admin/programme/edition/{edition.pk}/dashboard/")

    [count] = [count for count in response.context["counts"] if count.words == "requests for a change"]
    assert (count.number, count.link) == ("1", f"{LIST}?edition={edition.slug}&status__exact=open")
