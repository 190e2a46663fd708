"""Groups on the desk: seen, found and split."""

import pytest

from registrations.admin.group_actions import SPLIT
from registrations.models import Claim, Group, Registration
from symposium.trail.models import TrailEntry
from tests.factories import SeatPoolFactory, members_of, registered, send_group
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.desk import LIST, act, status_of
from tests.registrations.admin.forms import shown


@pytest.fixture
def waiting(edition):
    """Three who wait for the two seats that are left, and somebody who has one."""
    edition.seat_pools.filter(mode="onsite").update(capacity=3)
    registered(edition)
    send_group(edition, 3)
    return members_of(edition, 3)


def page_of(client, registration):
    return client.get(f"{LIST}{registration.pk}/change/")


def listed(client, **filters):
    result = client.get(LIST, filters).context["cl"].result_list
    return sorted(registration.attendee.email for registration in result)


def test_page_names_the_group_its_contact_and_how_to_split_it(organizer, waiting):
    group = Group.objects.get()

    response = page_of(organizer, waiting[1])

    page = shown(response)
    assert f'<a href="{LIST}?group={group.pk}">3 people registered together</a>' in page
    assert f'<a href="{LIST}{waiting[0].pk}/change/">{waiting[0].reference}</a>' in page
    assert SPLIT in response.context["possible"]


def test_page_of_who_came_alone_or_has_a_seat_offers_no_splitting(organizer, edition):
    alone = registered(edition)
    send_group(edition, 2)
    seated = members_of(edition, 2)[0]

    pages = [page_of(organizer, registration) for registration in (alone, seated)]

    assert [SPLIT in page.context["possible"] for page in pages] == [False, False]
    assert ["2 people registered together" in shown(page) for page in pages] == [False, True]


def test_list_is_narrowed_to_groups_and_to_one(organizer, edition, waiting):
    send_group(edition, 2, "other", mode="online")
    group = Group.objects.order_by("pk")[0]
    three = [f"group{number}@example.org" for number in range(3)]

    assert listed(organizer, group=group.pk) == three
    assert listed(organizer, group="yes") == [*three, "other0@example.org", "other1@example.org"]
    assert listed(organizer, group="no") == ["ada@example.org"]
    assert "no. 2 on the list, in a group" in shown(organizer.get(LIST, {"group": group.pk}))


@pytest.mark.parametrize("value", ["x", "9" * 40, "\u0663", "-1"])
def test_odd_group_is_no_error(organizer, waiting, value):
    assert organizer.get(LIST, {"group": value}).status_code in {200, 302}


def test_group_is_split_after_a_question(organizer, waiting):
    asked = act(organizer, "split_group", waiting[2])
    assert "Everybody of the group then waits alone" in asked
    assert Claim.objects.filter(group__isnull=False).count() == 3

    page = act(organizer, "split_group", *waiting, apply="1")

    assert "1 group is split: its people wait one by one." in page
    assert "2 registrations were left alone: they do not wait in a group, or no longer." in page
    assert [status_of(one) for one in waiting] == ["confirmed", "confirmed", "waiting"]


def test_splitting_is_told_in_the_trail(organizer, edition, waiting):
    act(organizer, "split_group", waiting[0], apply="1")

    page = shown(organizer.get("/admin/trail/trailentry/"))

    assert "changed: group split" in page
    assert f"Group {Group.objects.get().pk}" in page
    assert "people: 3" in page


def test_group_of_another_edition_is_left_alone(waiting):
    elsewhere = staff(SeatPoolFactory().edition, "organizer")

    act(elsewhere, "split_group", waiting[0], apply="1")

    assert {status_of(one) for one in waiting} == {"waiting"}
    assert not TrailEntry.objects.filter(detail="split").exists()


def test_group_whose_contact_is_erased_is_still_shown(organizer, waiting):
    Registration.objects.filter(pk=waiting[0].pk).update(reference=None)

    assert f"registration {waiting[0].pk}" in shown(page_of(organizer, waiting[1]))


def test_edition_says_how_large_a_group_may_be(organizer, edition):
    page = shown(organizer.get(f"/admin/programme/edition/{edition.pk}/change/"))

    assert "People in a group, at most" in page
