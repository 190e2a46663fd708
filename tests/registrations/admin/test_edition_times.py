"""The page of an edition: its times and places, by which clock, and what calendars are told."""

from datetime import UTC, datetime, timedelta

import pytest

from programme.models import Edition
from tests.factories import SessionFactory
from tests.registrations.admin.forms import change, fields_of, send, shown


def test_times_are_typed_and_shown_by_the_clock_of_the_edition(organizer, edition, saved):
    Edition.objects.update(
        time_zone="America/New_York",
        starts_at=datetime(2027, 5, 20, 18, 0, tzinfo=UTC),
        ends_at=datetime(2027, 5, 20, 22, 0, tzinfo=UTC),
    )

    page = organizer.get(change(edition))
    saved(lambda: send(organizer, change(edition), "edition_form", starts_at_1="13:30:00"))

    fields = fields_of(page, "edition_form")
    assert fields["starts_at_0"] + fields["starts_at_1"] == ["2027-05-20", "14:00"]
    assert "the clock of the edition: America/New_York" in shown(page)
    edition.refresh_from_db()
    assert edition.starts_at == datetime(2027, 5, 20, 17, 30, tzinfo=UTC)
    assert edition.calendar_sequence == 1


def test_another_zone_keeps_what_the_clock_shows(organizer, edition, saved):
    session = SessionFactory(edition=edition)

    saved(lambda: send(organizer, change(edition), "edition_form", time_zone="America/New_York"))

    before, edition = edition, Edition.objects.get()
    assert edition.starts_at == before.starts_at + timedelta(hours=6)
    session.refresh_from_db()
    assert (edition.calendar_sequence, session.calendar_sequence) == (1, 1)


@pytest.mark.parametrize("zone", ["Mars/Olympus", ""])
def test_zone_that_is_none_is_a_form_error(organizer, edition, zone):
    response = send(organizer, change(edition), "edition_form", time_zone=zone)

    assert "time_zone" in response.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("day", "time", "error"),
    [
        ("2027-03-28", "02:30:00", "This time does not exist in Europe/Paris."),
        ("2027-03-28", "", "This field is required."),
        ("", "", "This field is required."),
        ("2027-13-28", "02:30", "Enter a valid date."),
    ],
)
def test_time_that_does_not_exist_is_a_form_error(organizer, edition, day, time, error):
    response = send(organizer, change(edition), "edition_form", starts_at_0=day, starts_at_1=time)

    assert response.context["adminform"].form.errors["starts_at"] == [error]


@pytest.mark.parametrize(
    ("typed", "is_refused"),
    [
        ({}, False),
        ({"silence_ends_at_0": "2027-05-19", "silence_ends_at_1": "08:00"}, False),
        ({"silence_ends_at_0": "2027-05-17", "silence_ends_at_1": "18:00"}, True),  # hours after the question
        ({"silence_ends_at_0": "2027-05-20", "silence_ends_at_1": "18:00"}, True),  # after the beginning
        ({"coming_question_days": "1"}, True),  # asked after noon of the day before
        ({"seats_given_until_0": "2027-05-18", "seats_given_until_1": "08:00"}, True),
        ({"seats_given_until_0": "2027-05-18", "seats_given_until_1": "08:00", "coming_question": "noes"}, False),
        ({"coming_question_days": "0"}, True),
        ({"coming_question_days": "61"}, True),
    ],
)
def test_silence_frees_seats_only_after_a_day_and_while_they_are_given_on(organizer, edition, saved, typed, is_refused):
    response = saved(lambda: send(organizer, change(edition), "edition_form", **{"coming_question": "silent", **typed}))

    assert (response.status_code == 200) == is_refused
    assert (Edition.objects.get().coming_question == "none") == is_refused


def test_time_that_comes_twice_is_the_first_and_a_stored_second_stays(organizer, edition, saved):
    first, second = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    typed = {"ends_at_0": "2027-10-31", "ends_at_1": "02:30:00"}

    saved(lambda: send(organizer, change(edition), "edition_form", **typed))
    assert Edition.objects.get().ends_at == first
    Edition.objects.update(ends_at=second)
    saved(lambda: send(organizer, change(edition), "edition_form", venue_en="Elsewhere"))

    assert Edition.objects.get().ends_at == second


@pytest.mark.parametrize("field", ["venue_fr", "city_en", "address_fr"])
def test_another_place_is_counted_for_calendars(organizer, edition, saved, field):
    session = SessionFactory(edition=edition)

    saved(lambda: send(organizer, change(edition), "edition_form", **{field: "Lyon"}))

    edition.refresh_from_db()
    session.refresh_from_db()
    assert (edition.calendar_sequence, session.calendar_sequence) == (1, 1)


@pytest.mark.parametrize(("field", "value", "moves"), [("room_fr", "Salle B", 1), ("note_fr", "Bientôt", 0)])
def test_session_moved_is_counted_for_calendars(organizer, edition, saved, field, value, moves):
    session = SessionFactory(edition=edition)

    saved(lambda: send(organizer, change(edition), "edition_form", **{f"sessions-0-{field}": value}))

    session.refresh_from_db()
    assert (getattr(session, field), session.calendar_sequence) == (value, moves)
