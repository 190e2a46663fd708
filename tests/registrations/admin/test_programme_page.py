"""The programme of an edition on one page: what is typed, what is warned of, what calendars and the trail are told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import Appearance, Edition, Person, Session
from symposium.trail.models import TrailEntry
from tests.factories import AppearanceFactory, EditionFactory, PersonFactory, SessionFactory, registered
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import change, fields_of, send, shown, told

FORM = "programme_form"
# At 14:00 by the clock of Paris, as is the beginning of the edition below.
TWO = datetime(2027, 5, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOST_STATEMENTS = 15
MOST_STATEMENTS_OF_SAVING = 60  # and one for each row


@pytest.fixture
def edition(edition):
    edition.starts_at, edition.ends_at = TWO, TWO + 4 * HOUR
    edition.save()
    return edition


@pytest.fixture
def opening(edition):
    """The one session that is there, from two to three, with Claire Exemple speaking."""
    session = SessionFactory(
        edition=edition, slug="opening", position=1, title_fr="Ouverture", title_en="Opening", room_fr="Salle A",
        starts_at=TWO, ends_at=TWO + HOUR,
    )  # fmt: skip
    AppearanceFactory(session=session, person=PersonFactory(slug="claire", family_name="Exemple"), position=1)
    return session


def address(edition):
    return reverse("admin:programme_edition_programme", args=[edition.pk])


def save(client, edition, **typed):
    return send(client, address(edition), FORM, **typed)


def row(number, **fields):
    return {f"sessions-{number}-{name}": value for name, value in fields.items()}


def errors(response):
    rows = response.context["rows"]
    in_rows = [row.errors for row in rows.forms] + [one.errors for row in rows.forms for one in row.people.forms]
    found = [message for fields in in_rows for messages in fields.values() for message in messages]
    of_people = [message for row in rows.forms for message in row.people.non_form_errors()]
    return found + list(rows.non_form_errors()) + of_people


def people_of(session):
    rows = Appearance.objects.filter(session=session).order_by("position", "id")
    return [(one.person.name, one.role, one.edition_id == session.edition_id) for one in rows.select_related("person")]


def test_page_shows_sessions_by_the_clock_of_the_edition_with_their_people(organizer, opening):
    fields = fields_of(organizer.get(address(opening.edition)), FORM)

    typed = (
        "title_fr",
        "title_en",
        "kind",
        "starts_at_0",
        "starts_at_1",
        "ends_at_0",
        "ends_at_1",
        "room_fr",
        "position",
    )
    assert [fields[f"sessions-0-{name}"][0] for name in typed] == [
        "Ouverture", "Opening", "session", "2027-05-20", "14:00:00", "", "15:00:00", "Salle A", "1",
    ]  # fmt: skip
    assert fields["sessions-0-people-0-role"] == ["speaker"]


def test_page_saved_unchanged_changes_nothing(organizer, opening, saved):
    SessionFactory(edition=opening.edition, position=1, slug="twin", title_fr="Sans horaire")
    saved(lambda: save(organizer, opening.edition))
    before = [list(model.objects.order_by("pk").values()) for model in (Edition, Session, Appearance, Person)]

    response = saved(lambda: save(organizer, opening.edition))

    assert (response.status_code, response["Location"]) == (302, address(opening.edition))
    assert told(response) == ["The programme is saved."]
    assert [list(model.objects.order_by("pk").values()) for model in (Edition, Session, Appearance, Person)] == before
    assert not TrailEntry.objects.exists()


def test_new_session_with_somebody_known_and_somebody_new_is_added_in_one_go(organizer, opening, saved):
    typed = row(1, title_fr="Débat", starts_at_0="2027-05-20", starts_at_1="15:30", ends_at_1="16:30") | {
        "sessions-1-people-0-who": "claire  EXEMPLE",
        "sessions-1-people-0-role": "moderator",
        "sessions-1-people-1-given_name": "Zoé",
        "sessions-1-people-1-family_name": "Nouvelle",
    }

    saved(lambda: save(organizer, opening.edition, **typed))

    new = Session.objects.exclude(pk=opening.pk).get()
    assert (new.slug, new.position, new.title_fr, new.title_en or "") == ("debat", 2, "Débat", "")
    assert (new.starts_at, new.ends_at) == (TWO + 1.5 * HOUR, TWO + 2.5 * HOUR)
    assert people_of(new) == [("Claire Exemple", "moderator", True), ("Zoé Nouvelle", "speaker", True)]
    assert new.seat_pool.capacity is None
    assert Person.objects.count() == 2
    trail = TrailEntry.objects.order_by("id").values_list("kind", "record_type", "edition_id")
    edition = opening.edition_id
    assert list(trail) == [
        ("added", "programme.session", edition),
        ("added", "programme.appearance", edition),
        ("added", "programme.appearance", edition),
        ("added", "programme.person", None),
    ]


def test_new_session_takes_the_place_that_is_typed(organizer, opening, saved):
    SessionFactory(edition=opening.edition, position=50, title_fr="Clôture")

    saved(lambda: save(organizer, opening.edition, **row(2, title_en="Poster session", position="40")))

    assert (Session.objects.get(slug="poster-session").position, Session.objects.get(position=50).title_fr) == (
        40,
        "Clôture",
    )


def test_person_named_anew_in_two_sessions_is_one_person(organizer, opening, saved):
    typed = {"sessions-1-title_fr": "Débat"}
    for number in (0, 1):
        typed |= {
            f"sessions-{number}-people-{1 - number}-given_name": "Zoé",
            f"sessions-{number}-people-{1 - number}-family_name": "Nouvelle",
        }

    saved(lambda: save(organizer, opening.edition, **typed))

    assert Person.objects.get(family_name="Nouvelle").appearances.count() == 2


@pytest.mark.parametrize(
    ("typed", "times", "sequence"),
    [
        ({"starts_at_1": "14:30"}, (TWO + HOUR / 2, TWO + HOUR), 1),
        ({"starts_at_0": "2027-05-21"}, (TWO + 24 * HOUR, TWO + 25 * HOUR), 1),  # the end comes along
        ({"ends_at_0": "2027-05-21", "ends_at_1": "10:00"}, (TWO, TWO + 20 * HOUR), 1),
        ({"ends_at_1": ""}, (TWO, None), 1),
        ({"room_fr": "Salle B"}, (TWO, TWO + HOUR), 1),
        ({"title_fr": "Accueil"}, (TWO, TWO + HOUR), 0),
        ({"position": ""}, (TWO, TWO + HOUR), 0),
    ],
)
def test_another_time_or_room_is_counted_for_calendars(organizer, opening, saved, typed, times, sequence):
    saved(lambda: save(organizer, opening.edition, **row(0, **typed)))

    opening.refresh_from_db()
    assert ((opening.starts_at, opening.ends_at), opening.calendar_sequence) == (times, sequence)


def test_end_of_another_day_is_shown_and_kept(organizer, opening, saved):
    Session.objects.update(ends_at=TWO + 20 * HOUR)

    fields = fields_of(organizer.get(address(opening.edition)), FORM)
    saved(lambda: save(organizer, opening.edition, **row(0, title_fr="Exposition")))

    assert fields["sessions-0-ends_at_0"] == ["2027-05-21"]
    assert Session.objects.get().ends_at == TWO + 20 * HOUR


def test_day_taken_away_from_the_end_means_the_day_of_the_beginning(organizer, opening, saved):
    Session.objects.update(ends_at=TWO + 25 * HOUR)

    saved(lambda: save(organizer, opening.edition, **row(0, ends_at_0="")))

    assert Session.objects.get().ends_at == TWO + HOUR


def test_sessions_with_a_time_are_put_in_the_order_of_their_times(organizer, opening, saved):
    Session.objects.update(position=2)
    SessionFactory(edition=opening.edition, position=1, slug="untimed")
    later = SessionFactory(edition=opening.edition, position=9, slug="later", starts_at=TWO + 2 * HOUR)
    places = [session.slug for session in Session.objects.in_order()]

    saved(lambda: save(organizer, opening.edition, **row(1, starts_at_1="17:00", ends_at_1="")))

    assert places == ["untimed", "opening", "later"]
    assert [(session.slug, session.position) for session in Session.objects.in_order()] == [
        ("untimed", 1), ("later", 2), ("opening", 3),
    ]  # fmt: skip
    moved = TrailEntry.objects.filter(record_id=str(later.pk)).values_list("kind", "fields")
    assert list(moved) == [("changed", ["position"])]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (row(0, ends_at_1="13:00"), "A session ends after it begins."),
        (row(0, starts_at_0="", starts_at_1=""), "Say when the session begins, too."),
        (row(0, starts_at_0="2027-13-40"), "Enter a valid date."),
        (row(0, starts_at_0="2027-03-28", starts_at_1="00:30", ends_at_1="02:30"), "This time does not exist in Europe/Paris."),
        (row(0, title_fr="", title_en=""), "Give the session a title, in one language at least."),
        (row(0, position="-1"), "Ensure this value is greater than or equal to 0."),
        (row(1, title_fr="Ouverture", title_en="Opening", starts_at_0="2027-05-20", starts_at_1="14:00"), "Opening stands in the programme already."),
        ({"sessions-0-people-1-who": "Nobody Known"}, "Nobody of this name is known. Type it as that of a new person."),
        ({"sessions-0-people-1-given_name": "Zoé"}, "Choose somebody from the list, or type the family name of a new person."),
        ({"sessions-0-people-1-who": "Claire Exemple"}, "The same person has the same role twice."),
        ({"sessions-0-people-1-who": "Paul Double"}, "Several people have this name: choose one of them from the list."),
        ({"sessions-1-people-0-who": "Claire Exemple"}, "Give the session a title, in one language at least."),
        ({"sessions-0-people-0-role": "king"}, "Select a valid choice. king is not one of the available choices."),
        ({"sessions-0-people-0-id": "0"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"sessions-0-id": "no number"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"sessions-TOTAL_FORMS": "x"}, "ManagementForm data is missing or has been tampered with. Missing fields: sessions-TOTAL_FORMS. You may need to file a bug report if the issue persists."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_changes_nothing(organizer, opening, typed, words):
    PersonFactory(given_name="Paul", family_name="Double")
    PersonFactory(given_name="Paul", family_name="Double")

    response = save(organizer, opening.edition, **typed)

    assert response.status_code == 422
    assert words in errors(response)
    assert (Session.objects.get().title_fr, Appearance.objects.count(), Person.objects.count()) == ("Ouverture", 1, 3)


def test_two_people_of_one_name_are_told_apart_in_the_list(organizer, opening, saved):
    PersonFactory(slug="paul-a", given_name="Paul", family_name="Double")
    PersonFactory(slug="paul-b", given_name="Paul", family_name="Double")

    page = organizer.get(address(opening.edition))
    saved(lambda: save(organizer, opening.edition, **{"sessions-0-people-1-who": "Paul Double (paul-b)"}))

    assert 'value="Paul Double (paul-b)"' in shown(page)
    assert Person.objects.get(slug="paul-b").appearances.get().session == opening


def test_roles_of_one_person_cannot_be_exchanged_in_one_go(organizer, opening):
    AppearanceFactory(session=opening, person=opening.appearances.get().person, role="chair", position=2)

    response = save(
        organizer,
        opening.edition,
        **{"sessions-0-people-0-role": "chair", "sessions-0-people-1-role": "speaker"},
    )

    assert errors(response) == ["The same person has the same role twice."]


def test_breaks_without_a_time_may_be_called_alike(organizer, opening, saved):
    SessionFactory(edition=opening.edition, kind="pause", position=2, title_fr="Pause", title_en="Break")

    saved(lambda: save(organizer, opening.edition, **row(2, title_fr="Pause", title_en="Break", kind="pause")))

    assert Session.objects.filter(title_fr="Pause").count() == 2


def test_people_are_removed_given_another_role_and_another_order(organizer, opening, saved):
    AppearanceFactory(session=opening, person=PersonFactory(given_name="Zoé", family_name="Nouvelle"), position=2)
    AppearanceFactory(session=opening, person=PersonFactory(given_name="Ada", family_name="Autre"), position=3)
    typed = {
        "sessions-0-people-0-DELETE": "on",
        "sessions-0-people-1-role": "moderator",
        "sessions-0-people-1-position": "7",
        "sessions-0-people-2-position": "",
    }

    saved(lambda: save(organizer, opening.edition, **typed))

    assert people_of(opening) == [("Ada Autre", "speaker", True), ("Zoé Nouvelle", "moderator", True)]
    kinds = TrailEntry.objects.order_by("kind", "id").values_list("kind", "record_type")
    assert list(kinds) == [("changed", "programme.appearance")] * 2 + [("deleted", "programme.appearance")]


def test_session_is_removed_with_its_people_before_anybody_registered(organizer, opening, saved):
    saved(lambda: save(organizer, opening.edition, **row(0, DELETE="on")))

    assert not Session.objects.exists()
    assert Person.objects.exists()
    assert TrailEntry.objects.get().kind == "deleted"


def test_session_stays_once_somebody_registered(organizer, opening, saved):
    registered(opening.edition)

    page = organizer.get(address(opening.edition))
    saved(lambda: save(organizer, opening.edition, **row(0, DELETE="on")))

    assert "Remove the session" not in shown(page)
    assert Session.objects.exists()


def test_clashes_are_shown_and_do_not_keep_from_saving(organizer, opening, saved):
    debate = SessionFactory(
        edition=opening.edition, position=2, title_en="Debate", starts_at=TWO + HOUR / 2, ends_at=TWO + 9 * HOUR,
        room_fr="salle a",
    )  # fmt: skip
    AppearanceFactory(session=debate, person=Person.objects.get())

    response = saved(lambda: save(organizer, opening.edition, **row(1, title_fr="Débat")))
    page = organizer.get(address(opening.edition))

    assert response.status_code == 302
    assert page.context["warnings"] == [
        (debate.pk, "A session does not lie within the edition's time: Debate."),
        (debate.pk, "Two sessions take place in Salle A at the same time: Opening, Debate."),
        (debate.pk, "Claire Exemple is in two sessions at the same time: Opening, Debate."),
    ]
    assert f'href="#session-{debate.pk}"' in shown(page)


@pytest.mark.parametrize(("wanted", "rows"), [("", 3), ("12", 12), ("999", 12), ("many", 3), ("²", 3)])
def test_page_has_as_many_empty_rows_as_are_asked_for(organizer, edition, wanted, rows):
    response = organizer.get(address(edition), {"rows": wanted})

    assert len(response.context["rows"].extra_forms) == rows


def test_page_costs_the_same_however_long_the_programme_is(organizer, edition):
    organizer.get(address(edition))
    for number in range(30):
        session = SessionFactory(
            edition=edition, starts_at=TWO + number * HOUR / 10, ends_at=TWO + HOUR + number * HOUR / 10
        )
        for _person in range(3):
            AppearanceFactory(session=session)

    with CaptureQueriesContext(connection) as asked:
        response = organizer.get(address(edition))

    assert response.status_code == 200
    assert len(asked) <= MOST_STATEMENTS, [one["sql"] for one in asked]


def test_saving_asks_little_about_rows_that_are_as_they_were(organizer, edition):
    for number in range(5):
        session = SessionFactory(edition=edition, title_fr=f"Session {number}", starts_at=TWO, position=number)
        for _person in range(3):
            AppearanceFactory(session=session)
    page = fields_of(organizer.get(address(edition)), FORM)

    with CaptureQueriesContext(connection) as asked:
        response = organizer.post(address(edition), page | {"sessions-0-title_fr": "Ouverture"})

    assert response.status_code == 302
    assert len(asked) <= 5 + 15 + MOST_STATEMENTS_OF_SAVING, [one["sql"] for one in asked]


def test_organizer_of_another_edition_finds_nothing(edition):
    stranger = staff(EditionFactory(), "organizer")

    assert stranger.get(address(edition)).status_code == 404


@pytest.mark.parametrize("page", ["change", "dashboard"])
def test_edition_leads_here(organizer, edition, page):
    way = change(edition) if page == "change" else reverse("admin:programme_edition_dashboard", args=[edition.pk])

    assert address(edition) in shown(organizer.get(way))
