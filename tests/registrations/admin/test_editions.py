"""The page of an edition: what is typed, what is kept, and what moves people."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry

from programme.models import Appearance, Edition, SeatPool, Session, StaffRole
from registrations.models import Registration
from tests.checks import letters_of
from tests.factories import (
    AppearanceFactory,
    EditionFactory,
    FigureFactory,
    PartnershipFactory,
    PersonFactory,
    SessionFactory,
    registered,
    with_seats,
)
from tests.registrations.admin.forms import change, send, shown

ADD = "/admin/programme/edition/add/"


def as_stored():
    return [list(model.objects.order_by("pk").values()) for model in (Edition, Session, SeatPool, Appearance)]


@pytest.fixture
def furnished(edition):
    """An edition with one of everything, moments to the microsecond included."""
    edition.starts_at += timedelta(microseconds=123456)
    edition.save()
    session = SessionFactory(
        edition=edition, starts_at=edition.starts_at, ends_at=edition.starts_at + timedelta(hours=1, microseconds=7)
    )
    with_seats(edition, 5)
    AppearanceFactory(session=session)
    AppearanceFactory(session=None, edition=edition)
    PartnershipFactory(edition=edition)
    FigureFactory(edition=edition)
    return edition


def test_form_saved_unchanged_changes_nothing(organizer, furnished, saved):
    registered(furnished)
    SessionFactory(edition=furnished)  # one without its pool yet, so that a first save may open it
    saved(lambda: send(organizer, change(furnished), "edition_form"))
    before = as_stored()

    response = saved(lambda: send(organizer, change(furnished), "edition_form"))

    assert response.status_code == 302
    assert as_stored() == before


def test_a_text_typed_leaves_the_rest_as_it_was(organizer, furnished, saved):
    response = saved(lambda: send(organizer, change(furnished), "edition_form", title_en="AI and care"))

    edition = Edition.objects.get()
    assert response.status_code == 302
    assert (edition.title_en, edition.title_fr) == ("AI and care", "IA et médecine")
    assert edition.starts_at == furnished.starts_at
    assert edition.calendar_sequence == 0


# Seats and status
def test_capacity_raised_promotes_the_next_and_tells_them(organizer, edition, saved):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    people = [registered(edition, f"p{number}@example.org") for number in range(4)]
    place = next(n for n, pool in enumerate(SeatPool.objects.in_locking_order()) if pool.mode == "onsite")

    page = organizer.get(change(edition))
    saved(lambda: send(organizer, change(edition), "edition_form", **{f"seat_pools-{place}-capacity": "3"}))

    assert "1 / 1, 3 waiting" in shown(page)
    statuses = [Registration.objects.get(pk=person.pk).status for person in people]
    assert statuses == ["confirmed", "confirmed", "confirmed", "waiting"]
    assert [letters_of(person) for person in people[1:3]] == [["promoted", "waiting"]] * 2


def test_capacity_beyond_the_safety_limit_is_a_form_error(organizer, edition, saved):
    typed = {"seat_pools-0-capacity": "30", "seat_pools-0-safety_limit": "20"}

    response = saved(lambda: send(organizer, change(edition), "edition_form", **typed))

    assert "The seats offered exceed the room&#x27;s safety limit." in shown(response)
    assert set(SeatPool.objects.values_list("safety_limit", flat=True)) == {None}


def test_counters_cannot_be_sent_along(organizer, edition, saved):
    registered(edition)

    saved(
        lambda: send(
            organizer, change(edition), "edition_form", **{"seat_pools-1-taken": "0", "seat_pools-1-waiting": "9"}
        )
    )

    assert list(edition.seat_pools.filter(mode="onsite").values_list("taken", "waiting")) == [(1, 0)]


# Ways to attend
def test_new_edition_gets_seats_for_the_modes_chosen_and_its_creator_as_organizer(organizer, edition, saved):
    typed = {
        "title_fr": "Quatrième édition",
        "slug": "2028",
        "ordinal": "4",
        "starts_at_0": "2028-05-20",
        "starts_at_1": "14:00",
        "ends_at_0": "2028-05-20",
        "ends_at_1": "18:00",
        "attendance_modes": ["online"],
        "sessions-TOTAL_FORMS": "1",
        "sessions-0-title_fr": "Ouverture",
        "sessions-0-slug": "ouverture",
        "sessions-0-kind": "session",
        "sessions-0-position": "0",
    }

    response = saved(lambda: send(organizer, ADD, "edition_form", **typed))

    new = Edition.objects.get(slug="2028")
    assert response["Location"] == change(new)
    assert (new.status, new.starts_at) == ("draft", datetime(2028, 5, 20, 12, 0, tzinfo=UTC))
    pools = new.seat_pools.in_locking_order().values_list("mode", "session__slug", "capacity")
    assert list(pools) == [("online", None, None), ("", "ouverture", None)]
    assert StaffRole.objects.filter(user=organizer.user, edition=new).values_list("role").get() == ("organizer",)
    assert organizer.get(change(new)).status_code == 200


def test_new_edition_of_a_superuser_needs_no_role(superuser, saved):
    typed = {
        "title_fr": "Une édition",
        "slug": "2028",
        "ordinal": "4",
        "starts_at_0": "2028-05-20",
        "starts_at_1": "14:00",
    }
    typed |= {"ends_at_0": "2028-05-20", "ends_at_1": "18:00"}

    response = saved(lambda: send(superuser, ADD, "edition_form", **typed))

    assert response.status_code == 302
    assert StaffRole.objects.count() == 0
    assert sorted(Edition.objects.get().seat_pools.values_list("mode", flat=True)) == ["online", "onsite", "reserved"]


def test_word_of_the_site_is_no_name_of_an_edition(organizer, edition):
    response = send(organizer, ADD, "edition_form", slug="admin")

    assert "slug" in response.context["adminform"].form.errors


def test_session_added_gets_its_seats(organizer, edition, saved):
    typed = {
        "sessions-TOTAL_FORMS": "1",
        "sessions-0-title_fr": "Ouverture",
        "sessions-0-slug": "ouverture",
        "sessions-0-kind": "session",
        "sessions-0-position": "0",
    }

    saved(lambda: send(organizer, change(edition), "edition_form", **typed))

    assert SeatPool.objects.get(session__slug="ouverture").capacity is None


def test_mode_is_withdrawn_from_a_draft_nobody_chose(organizer, edition, saved):
    Edition.objects.update(status="draft")

    saved(lambda: send(organizer, change(edition), "edition_form", attendance_modes=["onsite"]))

    assert sorted(edition.seat_pools.values_list("mode", flat=True)) == ["onsite", "reserved"]


def test_mode_of_a_published_edition_stays(organizer, edition, saved):
    response = saved(lambda: send(organizer, change(edition), "edition_form", attendance_modes=["onsite"]))

    assert "attendance_modes" in response.context["adminform"].form.errors
    assert edition.seat_pools.count() == 2


def test_mode_that_somebody_chose_stays(organizer, edition, saved):
    registered(edition, mode="online")
    Edition.objects.update(status="draft")

    response = saved(lambda: send(organizer, change(edition), "edition_form", attendance_modes=["onsite"]))

    assert response.context["adminform"].form.errors["attendance_modes"] == [
        "Somebody has registered for the way to attend that you withdraw."
    ]


# What belongs to it
def test_session_is_deleted_only_before_anybody_registers(organizer, edition, saved):
    SessionFactory(edition=edition)
    assert "sessions-0-DELETE" in shown(organizer.get(change(edition)))

    registered(edition)
    saved(lambda: send(organizer, change(edition), "edition_form", **{"sessions-0-DELETE": "on"}))

    assert "sessions-0-DELETE" not in shown(organizer.get(change(edition)))
    assert edition.sessions.count() == 1


def test_same_role_twice_is_a_form_error(organizer, edition, saved):
    person = PersonFactory()
    rows = {
        f"appearances-{n}-{name}": value for n in (0, 1) for name, value in (("person", person.pk), ("role", "chair"))
    }
    rows |= {"appearances-0-position": "0", "appearances-1-position": "1", "appearances-TOTAL_FORMS": "2"}

    response = saved(lambda: send(organizer, change(edition), "edition_form", **rows))

    assert "The same person has the same role twice." in shown(response)
    assert Appearance.objects.count() == 0


def test_appearances_deleted_or_left_empty_do_not_count_twice(organizer, edition, saved):
    appearance = AppearanceFactory(session=None, edition=edition)
    typed = {
        "appearances-0-DELETE": "on",
        "appearances-1-person": appearance.person.pk,
        "appearances-1-role": appearance.role,
        "appearances-1-position": "0",
        "appearances-TOTAL_FORMS": "3",
    }

    saved(lambda: send(organizer, change(edition), "edition_form", **typed))

    assert Appearance.objects.count() == 1


def test_appearance_chooses_among_the_sessions_of_its_edition(organizer, edition):
    ours, theirs = SessionFactory(edition=edition, title_en="Ours"), SessionFactory(title_en="Theirs")

    page = shown(organizer.get(change(edition)))

    assert f'<option value="{ours.pk}">Ours</option>' in page
    assert "Theirs" not in page
    assert theirs.title_en not in page


def test_history_keeps_names_of_fields_and_no_values(organizer, edition, saved):
    saved(lambda: send(organizer, change(edition), "edition_form", contact_email="olga@example.org"))

    entry = LogEntry.objects.get()
    assert entry.change_message == '[{"changed": {"fields": ["Contact address"]}}]'
    assert "olga" not in entry.object_repr


# The list
def test_list_says_the_seats_of_each_mode(organizer, edition):
    registered(edition)

    page = shown(organizer.get("/admin/programme/edition/"))

    assert "on site: 1 / 10 · online: 0, without limit" in page


def test_list_of_three_costs_as_much_as_of_one(
    organizer, edition, django_assert_num_queries, django_assert_max_num_queries
):
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(
        connection,
    ) as one:
        organizer.get("/admin/programme/edition/")
    for _more in range(2):
        StaffRole.objects.create(user=organizer.user, edition=EditionFactory(), role="organizer")

    with django_assert_num_queries(len(one)):
        organizer.get("/admin/programme/edition/")


def test_free_text_is_shown_literally(organizer, edition, saved):
    Edition.objects.update(title_en="<b>bold</b>", title_fr="<i>gras</i>")
    SessionFactory(edition=edition, title_en="<u>under</u>", title_fr="<u>sous</u>")

    pages = shown(organizer.get("/admin/programme/edition/")) + shown(organizer.get(change(edition)))

    assert [tag for tag in ("<b>bold", "<i>gras", "<u>under") if tag in pages] == []
    assert "&lt;b&gt;bold" in pages


def test_edition_that_is_gone_leads_back(organizer, edition):
    assert organizer.get("/admin/programme/edition/99999/change/").status_code == 302
    assert organizer.get("/admin/programme/edition/nonsense/change/").status_code == 302


def test_no_page_asks_another_host_for_anything(organizer, edition):
    page = shown(organizer.get(change(edition)))

    assert "vendor/jquery-ui.min.js" in page
    assert "ajax.googleapis.com" not in page
    assert 'src="http' not in page
