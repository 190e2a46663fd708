"""What is found wrong or unusual in an edition."""

from datetime import timedelta

import pytest
from django.utils import translation

from programme.models import Edition, LegalNotice
from programme.services.readiness import Code, Severity, findings_of
from tests.factories import NOW, AppearanceFactory, EditionFactory, PersonFactory, SeatPoolFactory, SessionFactory

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


@pytest.fixture
def ready(db, written_legal_notice):
    """An edition with which nothing is wrong, on a site whose legal notice and privacy notice are written."""
    LegalNotice.objects.create(id=1, controller_en="Example Academy")
    edition = EditionFactory(status="draft", contact_email="office@example.org", joining_url="https://example.org/join")
    Edition.objects.update(registration_closes_at=edition.starts_at)
    SeatPoolFactory(edition=edition, mode="onsite", capacity=10)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)
    talk(edition, 0)
    talk(edition, 1)
    return edition


def talk(edition, hour, *, person=None, **fields):
    starts_at = edition.starts_at + hour * HOUR
    session = SessionFactory(edition=edition, starts_at=starts_at, ends_at=starts_at + HOUR, **fields)
    AppearanceFactory(session=session, person=person or PersonFactory())
    return session


def codes(edition, at=NOW):
    return [finding.code for finding in findings_of(Edition.objects.get(pk=edition.pk), at=at)]


def test_nothing_is_wrong_with_a_whole_edition(ready):
    assert codes(ready) == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"title_fr": "", "title_en": ""}, ["no_title"]),
        ({"title_en": ""}, ["texts_missing"]),
        ({"date_precision": "month"}, ["only_the_month"]),
        ({"registration_opens_at": None}, ["never_opens"]),
        ({"registration_closes_at": NOW - HOUR}, ["closed_already"]),
        ({"registration_closes_at": None, "seats_given_until": NOW + timedelta(days=90)}, []),
        ({"registration_closes_at": NOW + timedelta(days=90)}, ["closes_too_late", "seats_not_given_on"]),
        (
            {"registration_opens_at": NOW + timedelta(days=90), "registration_closes_at": None},
            ["opens_too_late", "seats_not_given_on"],
        ),
        ({"seats_given_until": NOW}, ["seats_not_given_on"]),
        ({"venue_fr": "", "venue_en": ""}, ["no_venue"]),
        ({"venue_fr": "", "venue_en": "", "address_fr": "16 rue", "address_en": "16 rue"}, []),
        ({"joining_url": ""}, ["no_joining_link"]),
        ({"contact_email": ""}, ["no_contact"]),
        ({"requires_code": True}, ["no_access_code"]),
    ],
)
def test_finding_of_a_field(ready, fields, found):
    Edition.objects.filter(pk=ready.pk).update(**fields)

    assert codes(ready) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ({}, []),
        ({"valid_until": NOW + HOUR, "uses_allowed": 3, "used": 2}, []),
        ({"valid_until": NOW}, ["no_access_code"]),
        ({"uses_allowed": 3, "used": 3}, ["no_access_code"]),
    ],
)
def test_code_that_nobody_can_use_is_none(ready, code, found):
    Edition.objects.filter(pk=ready.pk).update(requires_code=True)
    ready.access_codes.create(code="SPEAKERS-27", **code)

    assert codes(ready) == found


def test_errors_come_first_and_name_their_place(ready):
    Edition.objects.filter(pk=ready.pk).update(title_fr="", title_en="", lead_fr="Seul", contact_email="")

    found = findings_of(Edition.objects.get(pk=ready.pk), at=NOW)

    assert [(one.code, one.severity, one.record, one.field) for one in found] == [
        (Code.NO_TITLE, Severity.ERROR, ready, "title"),
        (Code.TEXTS_MISSING, Severity.WARNING, ready, ""),
        (Code.NO_CONTACT, Severity.WARNING, ready, "contact_email"),
    ]
    assert (found[1].names, found[1].count) == (("en",), 1)


def test_edition_that_is_over_is_said_to_be(ready):
    assert codes(ready, at=ready.ends_at) == ["over"]


def test_edition_without_ways_to_attend(ready):
    ready.seat_pools.all().delete()

    assert codes(ready) == ["no_mode"]


def test_mode_without_a_seat(ready):
    pool = ready.seat_pools.get(mode="onsite")
    pool.capacity = 0
    pool.save()

    (found,) = findings_of(ready, at=NOW)

    assert (found.code, found.record, found.field, found.names) == (Code.NO_SEATS, pool, "capacity", ("sur place",))


def test_online_edition_needs_no_venue_and_no_waiting_list(ready):
    ready.seat_pools.filter(mode="onsite").delete()
    Edition.objects.update(venue_fr="", venue_en="", seats_given_until=NOW)

    assert codes(ready) == []


@pytest.mark.parametrize(
    ("status", "until", "found"),
    [
        ("published", NOW - HOUR, ["seats_not_given_on", "waiting_for_nothing"]),
        ("published", None, []),
        ("postponed", NOW - HOUR, ["seats_not_given_on"]),
    ],
)
def test_people_who_wait_for_nothing(ready, status, until, found):
    Edition.objects.update(status=status, seats_given_until=until)
    ready.seat_pools.filter(mode="onsite").update(waiting=3)

    assert codes(ready) == found


def test_nobody_waits_once_it_is_over(ready):
    Edition.objects.update(status="published")
    ready.seat_pools.filter(mode="onsite").update(waiting=3)

    assert codes(ready, at=ready.ends_at) == ["over"]


def test_edition_without_sessions(ready):
    ready.sessions.filter(kind="session").update(kind="pause")

    assert codes(ready) == ["no_session"]


def test_session_without_title_or_people(ready):
    session = SessionFactory(edition=ready, title_fr="", title_en="", slug="blank")
    SessionFactory(edition=ready, kind="pause")

    found = findings_of(ready, at=NOW)

    assert [(one.code, one.record, one.field) for one in found] == [
        (Code.SESSION_UNTITLED, session, "title"),
        (Code.NOBODY_IN_SESSION, session, "appearances"),
    ]
    assert found[0].names == ("blank",)


@pytest.mark.parametrize("hour", [-0.5, 3.5])
def test_session_outside_the_edition(ready, hour):
    talk(ready, hour)
    talk(ready, hour, kind="pause")

    assert codes(ready) == ["outside_the_edition"]


def test_session_that_only_begins_lies_where_it_begins(ready):
    ready.sessions.update(ends_at=None)
    assert codes(ready) == []

    ready.sessions.update(starts_at=ready.ends_at + HOUR)

    assert codes(ready) == ["outside_the_edition"] * 2


def test_room_and_person_that_are_wanted_twice(ready):
    person = PersonFactory(given_name="Claire", family_name="Exemple")
    talk(ready, 2, person=person, title_fr="Un", title_en="One", room_fr="Salle A", room_en="Room A")
    other = talk(ready, 2.5, person=person, title_fr="Deux", title_en="Two", room_fr="salle a", room_en="room a")
    talk(ready, 2.5, title_fr="Trois", title_en="Three", room_fr="B", room_en="B")

    found = findings_of(ready, at=NOW)

    assert [(one.code, one.record, one.names) for one in found] == [
        (Code.ROOM_TWICE, other, ("Salle A", "Un", "Deux")),
        (Code.PERSON_TWICE, other, ("Claire Exemple", "Un", "Deux")),
    ]


def test_legal_notice_that_nobody_has_written(db, settings):
    assert "legal_notice_unwritten" in codes(EditionFactory())


def test_personal_data_for_which_nobody_answers(ready):
    LegalNotice.objects.update(controller_en=" ", dpo_email="dpo@example.org")
    assert codes(ready) == ["no_controller"]

    LegalNotice.objects.all().delete()

    assert codes(ready) == ["no_controller"]


def test_queries_do_not_grow_with_the_programme(ready, django_assert_num_queries):
    with django_assert_num_queries(8):
        codes(ready)
    for hour in (2, 3):
        talk(ready, hour)
    with django_assert_num_queries(8):
        codes(ready)
