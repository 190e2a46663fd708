"""The dashboard and the report of an edition, and the first page of the administration."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from programme.models import Edition, SeatPool, StaffRole
from registrations.models import Attendee, Registration
from registrations.services.reserved import reserve
from symposium.outbox.models import OutgoingMail
from tests.factories import (
    NOW,
    EditionFactory,
    SeatPoolFactory,
    group_of,
    members_of,
    registered,
    send_group,
    with_seats,
)
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import shown
from tests.registrations.report_worlds import affiliated, came, past, register_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(edition):
    return staff(edition, "reader")


def dashboard(edition):
    return reverse("admin:programme_edition_dashboard", args=[edition.pk])


def report(edition):
    return reverse("admin:programme_edition_report", args=[edition.pk])


def text_of(response):
    """The words of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown(response)).split())


def came_of(edition, confirmed, present):
    for registration in register_many(edition, confirmed)[:present]:
        came(registration)


def test_dashboard_counts_and_leads_to_the_lists(organizer, edition):
    with_seats(edition, 3)
    register_many(edition, 2, status="requested")
    one = registered(edition)
    OutgoingMail.objects.filter(about=one.mail_about).update(state="failed")
    Attendee.objects.filter(registration=one).update(undeliverable_at=NOW, undeliverable_status="5.1.1")

    response = organizer.get(dashboard(edition))

    page, words = shown(response), text_of(response)
    people = reverse("admin:registrations_registration_changelist")
    assert f'{people}?edition={edition.slug}&amp;status__exact=requested"><b>2</b> awaiting approval' in page
    assert (
        f'<li class="alarm"><a href="/admin/outbox/outgoingmail/?edition={edition.slug}&amp;state__exact=failed"><b>1</b>'
        in page
    )
    assert f'<li class="alarm"><a href="{people}?edition={edition.slug}&amp;address=undeliverable"><b>1</b>' in page
    assert "On site 1 10 9 0" in words
    assert "Online 0 without limit — 0" in words
    assert "Governing data 0 3 3 0" in words
    assert "There is no contact address" in words
    assert report(edition) in page


def test_dashboard_draws_days_beside_those_of_the_edition_before(organizer, edition):
    before = past("before")
    register_many(edition, 2)
    register_many(before, 4)
    Registration.objects.filter(edition=before).update(created_at=before.starts_at - timedelta(days=80))

    response = organizer.get(dashboard(edition))

    assert "2 registrations until now" in text_of(response)
    assert "As many days before it, the edition before had 4, of 4 in the end." in text_of(response)
    # Of 4, the highest, 2 are half of the height; the line of the edition before goes to the top.
    assert '<rect class="full" x="0" y="50" width="9" height="50"/>' in shown(response)
    assert 'd="M0 100V0h10V100h10' in shown(response)
    assert "1 March 2027 80 2 4" in text_of(response)


def test_dashboard_draws_days_of_an_edition_without_one_before(organizer, edition):
    register_many(edition, 2)

    response = organizer.get(dashboard(edition))

    assert "Line:" not in text_of(response)
    assert 'class="before"' not in shown(response)
    assert "80 days before 80 days before" in text_of(response)


def test_dashboard_draws_who_registered_and_who_is_confirmed(organizer, edition):
    register_many(edition, 3, profile="student")
    register_many(edition, 1, profile="student", status="cancelled")
    register_many(edition, 2, profile="press")

    page = shown(organizer.get(dashboard(edition)))

    assert '<path class="full" d="M0 0h150v14H0z"/><path class="outline" d="M0 0h200v14H0z"/>' in page
    assert '<path class="full" d="M0 0h100v14H0z"/><path class="outline" d="M0 0h100v14H0z"/>' in page


def test_dashboard_shows_who_is_on_a_reserved_seat(organizer, edition):
    SeatPoolFactory(edition=edition, mode="reserved", capacity=4)
    registered(edition, "b@example.org")
    reserve(registration=registered(edition), by=organizer.user, at=NOW, reason="")

    words = text_of(organizer.get(dashboard(edition)))

    assert "Reserved, on site 1 4 3 0" in words
    assert "on a reserved seat 1 1 0 0 0 without a reserved seat 1 1 0 0 0" in words


def test_dashboard_of_many_affiliations_counts_the_others_together(organizer, edition):
    for number in range(1, 12):
        affiliated(edition, f"Institut {number:02}", number + 1)

    assert "others 2 2 0 0 0" in text_of(organizer.get(dashboard(edition)))


def test_dashboard_of_many_countries_names_how_many_are_left_out(organizer, edition):
    for country in ("FR", "DE", "IT", "ES", "BE", "CH", "LU", "PT", "SE", "NO", "FI"):
        register_many(edition, 1, country=country)

    assert "The largest ten; 1 more is in the report." in text_of(organizer.get(dashboard(edition)))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        # 110 places at 0.8: 88 + 2 * sqrt(17.6) = 96.4; 114: 99.7; 115: 100.6.
        (200, "114 seats could be offered instead of 100"),
        (None, "Type the room's safety limit"),
        (100, "Offering more seats is not advised"),
    ],
)
def test_dashboard_forecasts_who_will_come(organizer, edition, limit, words):
    came_of(past("before"), 50, 40)
    SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=100, safety_limit=limit, taken=100)

    found = text_of(organizer.get(dashboard(edition)))

    assert "About 80 of the 100 who hold a place. Between 72 and 88, as far as the past can tell." in found
    assert "before 50 40 80%" in found
    assert words in found.replace("&#x27;", "'")
    assert "No past edition tells" in found  # online


def test_dashboard_forecasts_who_will_come_online_without_limit(organizer, edition):
    before = past("before")
    for registration in register_many(before, 20, mode="online")[:10]:
        came(registration)
    SeatPool.objects.filter(edition=edition, mode="online").update(taken=10)

    found = text_of(organizer.get(dashboard(edition)))

    assert "About 5 of the 10 who hold a place." in found
    assert "could be offered" not in found
    assert "safety limit" not in found


def test_dashboard_of_an_edition_that_is_over_forecasts_nothing(organizer, edition):
    Edition.objects.update(starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1), is_sample=True)
    register_many(edition, 30)

    found = text_of(organizer.get(dashboard(edition)))

    assert "Who will come" not in found
    assert "day of the edition" in found
    assert "a sample: these people are invented" in found


def test_dashboard_of_an_empty_draft_leads_to_its_preview(organizer, edition):
    Edition.objects.update(status="draft", contact_email="x@example.org")
    SeatPool.objects.all().delete()

    page = shown(organizer.get(dashboard(edition)))

    assert ">Preview</a>" in page
    assert "<figure>" not in page
    assert "<table" not in page


def test_reader_sees_aggregates_that_point_at_nobody(reader, edition):
    register_many(edition, 9, profile="student")
    register_many(edition, 2, profile="press")

    response = reader.get(dashboard(edition))

    page, words = shown(response), text_of(response)
    assert "press &lt;5" in words
    assert "studies not shown" in words
    assert "Cells from 1 to 4 are shown as" in words
    assert "/admin/registrations/" not in page
    assert "To look at" not in words


def test_reader_finds_no_way_to_a_draft(reader, edition):
    Edition.objects.update(status="draft")

    assert ">Preview</a>" not in shown(reader.get(dashboard(edition)))


@pytest.mark.parametrize("page", [dashboard, report])
def test_pages_of_another_edition_are_not_there(reader, page):
    assert reader.get(page(EditionFactory())).status_code == 404


def test_dashboard_counts_who_is_still_coming_once_they_are_asked(organizer, edition):
    comes, _silent = registered(edition), registered(edition, "silent@example.org")
    Registration.objects.filter(pk=comes.pk).update(coming_answer="yes", coming_answered_at=NOW)
    Edition.objects.update(coming_question="noes")
    assert "say that they come" not in text_of(organizer.get(dashboard(edition)))
    Edition.objects.update(starts_at=NOW + timedelta(days=2))

    response = organizer.get(dashboard(edition))

    assert "1 say that they come 0 say that they do not come 1 on site, have not answered yet" in text_of(response)
    assert f"?edition={edition.slug}&amp;coming=silent" in shown(response)


def test_dashboard_leads_to_the_group_that_holds_up_the_list(organizer, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    registered(edition)
    send_group(edition, 2)
    group = group_of(members_of(edition, 2)[0])

    page = shown(organizer.get(dashboard(edition)))

    way = f"/admin/registrations/registration/?edition={edition.slug}&amp;group={group.pk}"
    assert f'<a href="{way}">On site, 1 seat stays free: the group that stands first (ranks 1 to 2) waits' in page


def test_reader_is_told_of_no_group(reader, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    registered(edition)
    send_group(edition, 2)

    assert "stays free" not in shown(reader.get(dashboard(edition)))


@pytest.mark.parametrize("people", [1, 40])
def test_dashboard_takes_as_many_statements_whatever_the_number_of_people(
    reader, edition, django_assert_num_queries, people
):
    came_of(past("before"), 30, 20)
    register_many(edition, people)
    reader.get(dashboard(edition))

    with django_assert_num_queries(16):
        reader.get(dashboard(edition))


def test_report_stands_beside_the_edition_before_unless_another_is_chosen(reader, edition):
    before, older = past("before"), past("older", starts_at=NOW - timedelta(days=300))
    draft = EditionFactory(slug="draft", status="draft")
    for one in (edition, before, older):
        register_many(one, 6)

    pages = {chosen: shown(reader.get(report(edition) + chosen)) for chosen in ("", "?against=older", "?against=")}

    assert '<option value="before" selected>' in pages[""]
    assert '<option value="older" selected>' in pages["?against=older"]
    assert " selected>" not in pages["?against="]
    assert "Before you compare" in pages["?against=older"]
    assert "Before you compare" not in pages["?against="]
    assert "<style" not in pages[""]
    assert f'value="{draft.slug}"' not in pages[""]


@pytest.mark.parametrize("chosen", ["draft", "nothing"])
def test_report_beside_an_edition_that_is_not_there_is_not_there(reader, edition, chosen):
    EditionFactory(slug="draft", status="draft")

    assert reader.get(f"{report(edition)}?against={chosen}").status_code == 404


def test_report_says_that_a_sample_is_one(organizer, edition):
    Edition.objects.update(is_sample=True)

    assert "a sample: these people are invented" in text_of(organizer.get(report(edition)))


def test_first_page_says_what_matters_in_ones_editions(reader, edition):
    past("archived")
    EditionFactory(slug="elsewhere")
    StaffRole.objects.create(user=reader.user, edition=Edition.objects.get(slug="archived"), role="reader")
    register_many(edition, 2, status="requested")

    response = reader.get(reverse("admin:index"))

    assert dashboard(edition) in shown(response)
    assert "On site: 0 / 10." in text_of(response)
    assert "2 requests await approval." in text_of(response)
    assert "elsewhere" not in text_of(response)
    assert "archived" not in text_of(response)
    assert "You have no role" not in text_of(response)


def test_first_page_of_an_organizer_has_editions_and_contents(organizer, edition):
    response = organizer.get(reverse("admin:index"))

    assert dashboard(edition) in shown(response)
    assert "await" not in text_of(response)
    assert reverse("admin:registrations_registration_changelist") in shown(response)


def test_first_page_without_an_edition_says_whom_to_ask(edition):
    door = staff(edition, "door")

    response = door.get(reverse("admin:index"))

    assert "You have no role" in text_of(response)
    assert "Your editions" not in text_of(response)


def test_list_of_editions_leads_to_each_dashboard(organizer, edition):
    assert dashboard(edition) in shown(organizer.get(reverse("admin:programme_edition_changelist")))
