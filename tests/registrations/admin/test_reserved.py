"""Reserved seats at the desk: how many, who is on them, and that nobody else sees them."""

import pytest
from django.utils import translation

from programme.models import Edition, SeatPool
from programme.services.readiness import findings_of
from registrations.admin import pages
from registrations.models import Registration
from registrations.services import reserved
from registrations.services.editions import Limits, RoomTooSmall, set_limits
from tests.checks import letters_of
from tests.factories import NOW, SeatPoolFactory, UserFactory, application, registered, registration_of
from tests.registrations.admin.desk import LIST, act
from tests.registrations.admin.forms import change, fields_of, send, shown

ADD = f"{LIST}add/"


@pytest.fixture
def reserving(edition):
    """Two seats are reserved in a room of twelve, of which ten are offered to everybody."""
    edition.seat_pools.filter(mode="onsite").update(safety_limit=12)
    SeatPoolFactory(edition=edition, mode="reserved", capacity=2)
    return edition


def place_of(client, edition, mode):
    """Return the number of the row of these seats on the page of the edition."""
    pool = str(edition.seat_pools.get(mode=mode).pk)
    fields = fields_of(client.get(change(edition)), "edition_form")
    return next(place for place in range(5) if fields.get(f"seat_pools-{place}-id") == [pool])


def typed(client, edition, **capacities):
    return {f"seat_pools-{place_of(client, edition, mode)}-capacity": number for mode, number in capacities.items()}


def reserve(client, registration):
    return act(client, "move_to_reserved_seats", registration, apply="1", reason="")


def release(client, registration, **more):
    return act(client, "move_from_reserved_seats", registration, apply="1", reason="", **more)


def test_number_of_reserved_seats_is_set_with_the_others(organizer, reserving, saved):
    numbers = typed(organizer, reserving, onsite="8", reserved="4")

    saved(lambda: send(organizer, change(reserving), "edition_form", **numbers))

    assert dict(reserving.seat_pools.values_list("mode", "capacity")) == {"onsite": 8, "reserved": 4, "online": None}


@pytest.mark.parametrize(("number", "error"), [("3", "safety limit"), ("", "This field is required.")])
def test_room_cannot_hold_more_than_its_limit(organizer, reserving, saved, number, error):
    numbers = typed(organizer, reserving, reserved=number)

    response = saved(lambda: send(organizer, change(reserving), "edition_form", **numbers))

    assert response.status_code == 200
    assert error in shown(response)
    assert reserving.seat_pools.get(mode="reserved").capacity == 2


def test_service_looks_at_the_room_once_more(reserving):
    limits = {reserving.seat_pools.get(mode="reserved").pk: Limits(3, None)}

    with pytest.raises(RoomTooSmall):
        set_limits(edition=reserving, limits=limits, at=NOW)


def test_limits_changed_by_two_organizers_at_once_are_told(organizer, reserving, saved):
    """The other changed the public seats after the form of this one was read."""
    numbers = typed(organizer, reserving, reserved="2", onsite="9")
    data = fields_of(organizer.get(change(reserving)), "edition_form") | numbers

    def post():
        response = organizer.post(change(reserving), data)
        SeatPool.objects.filter(mode="reserved").update(capacity=4)
        return response

    response = saved(post)

    assert [str(message) for message in response.wsgi_request._messages][-1].startswith("The seats on site and")
    assert reserving.seat_pools.get(mode="onsite").capacity == 10


def test_check_list_finds_a_room_that_is_too_small(reserving):
    SeatPool.objects.filter(mode="reserved").update(capacity=3)

    codes = {finding.code.value: finding.severity.value for finding in findings_of(reserving, at=NOW)}

    assert codes["room_too_small"] == "error"


def test_withdrawing_the_room_withdraws_what_is_reserved_there(organizer, reserving, saved):
    Edition.objects.update(status="draft")

    saved(lambda: send(organizer, change(reserving), "edition_form", attendance_modes=["online"]))

    assert list(reserving.seat_pools.values_list("mode", flat=True)) == ["online"]


def test_person_is_added_on_a_reserved_seat(organizer, reserving):
    form = {
        "email": "speaker@example.org",
        "family_name": "Speaker",
        "given_name": "Sam",
        "attendance_mode": "onsite",
        "profile": "researcher",
        "country": "FR",
        "is_reserved": "on",
    }

    response = send(organizer, f"{ADD}?edition={reserving.slug}", "registration_form", **form)

    registration = registration_of(reserving, "speaker@example.org")
    assert response.status_code == 302
    assert registration.claims.get().pool.is_reserved
    assert letters_of(registration) == ["confirmed"]
    assert "on a reserved seat" in shown(organizer.get(response["Location"]))


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda: SeatPool.objects.filter(mode="reserved").update(taken=2), "is_reserved"),
        (lambda: Registration.objects.update(status="cancelled"), "email"),
        (lambda: Edition.objects.update(status="archived"), "__all__"),
    ],
)
def test_adding_on_a_reserved_seat_says_why_not(organizer, reserving, spoil, field):
    form = fields_of(organizer.get(f"{ADD}?edition={reserving.slug}"), "registration_form")
    form |= {"family_name": "S", "given_name": "S", "profile": "other", "country": "FR", "is_reserved": "on"}
    form["email"] = registered(reserving).attendee.email if field == "email" else "speaker@example.org"
    spoil()

    response = organizer.post(f"{ADD}?edition={reserving.slug}", form | {"attendance_mode": "onsite"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_edition_that_reserves_nothing_does_not_offer_it(organizer, edition):
    registration = registered(edition)

    assert "is_reserved" not in shown(organizer.get(f"{ADD}?edition={edition.slug}"))
    assert pages._possible(registration, registration.attendee) == [*pages.DECISIONS["confirmed"]]


def test_registration_is_moved_there_and_back(organizer, reserving):
    registration = registered(reserving)
    assert pages._possible(registration, registration.attendee)[-1].name == "move_to_reserved_seats"

    page = reserve(organizer, registration)

    assert "1 registration is on a reserved seat." in page
    moved = Registration.objects.get()
    assert pages._possible(moved, moved.attendee)[-1].name == "move_from_reserved_seats"
    assert ">reserved<" in shown(organizer.get(LIST))
    assert "1 reserved seat is free again." in release(organizer, registration)
    assert registration.claims.get().pool.mode == "onsite"


def test_moving_says_what_it_could_not_do(organizer, reserving):
    online, onsite = registered(reserving, mode="online"), registered(reserving, "b@example.org")
    SeatPool.objects.filter(mode="reserved").update(capacity=0)

    assert "1 person attends online" in reserve(organizer, online)
    assert "no reserved seat is left" in reserve(organizer, onsite)
    assert "status does not allow" in release(organizer, onsite)


def test_reserved_seat_is_kept_where_no_other_is_free(organizer, reserving):
    registration = registered(reserving)
    reserve(organizer, registration)
    SeatPool.objects.filter(mode="onsite").update(capacity=0)

    assert "1 registration keeps its reserved seat" in release(organizer, registration)
    assert registration.claims.get().pool.is_reserved


def test_dashboard_shows_reserved_seats_apart(organizer, reserving):
    reserved.add(edition=reserving, application=application(), by=UserFactory(), at=NOW)

    response = organizer.get(f"/admin/programme/edition/{reserving.pk}/dashboard/")

    lines = [(line.name, line.taken, line.offered) for line in response.context["seats"]]
    assert lines == [("On site", "0", "10"), ("Online", "0", "without limit"), ("Reserved, on site", "1", "2")]


def test_dashboard_does_not_show_what_is_not_reserved(organizer, reserving):
    SeatPool.objects.filter(mode="reserved").update(capacity=0)

    response = organizer.get(f"/admin/programme/edition/{reserving.pk}/dashboard/")

    assert [line.name for line in response.context["seats"]] == ["On site", "Online"]


def test_public_pages_do_not_show_reserved_seats(client, reserving):
    SeatPool.objects.filter(mode="reserved").update(capacity=1977)

    with translation.override("en"):
        pages_seen = [client.get(f"/en/{reserving.slug}/{page}") for page in ("", "register/", "programme/")]

    assert [response.status_code for response in pages_seen] == [200, 200, 200]
    assert not any("1977" in shown(response) or "reserved" in shown(response) for response in pages_seen)
