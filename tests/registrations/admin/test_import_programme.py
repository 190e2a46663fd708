"""Taking in a programme: a file, what it would do, a yes; and the same file again."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from xlsxwriter import Workbook

from programme.models import Appearance, Person, Session
from symposium.trail.models import TrailEntry
from tests.factories import NOW, EditionFactory, PersonFactory, SessionFactory
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import fields_of, shown, told

TWO = datetime(2027, 5, 20, 12, tzinfo=UTC)  # 14:00 by the clock of Paris
TABLE = (
    "titre;titre_en;début;fin;salle;intervenants;modérateurs\n"
    "Ouverture;Opening;14:00;15:00;Salle A;Claire Exemple (Inserm), Zoé Nouvelle;Zoé Nouvelle\n"
    "Débat;;15:00;16:00;;;\n"
)
CALENDAR = (
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{uid}\nSUMMARY:{title}\nDTSTART:20270520T120000Z\nEND:VEVENT\nEND:VCALENDAR\n"
)


@pytest.fixture
def edition(edition):
    edition.starts_at, edition.ends_at = TWO, TWO + timedelta(hours=4)
    edition.save()
    return edition


def address(edition):
    return reverse("admin:programme_edition_import_programme", args=[edition.pk])


def upload(client, edition, content, name="programme.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(address(edition), {"file": SimpleUploadedFile(name, data)})


def take_in(client, edition, content):
    """Send a file and say yes to what the page shows."""
    signed = fields_of(upload(client, edition, content), "confirm_form")["plan"]
    return client.post(address(edition), {"plan": signed})


def people():
    rows = Appearance.objects.order_by("session__position", "position").select_related("person", "session")
    return [(one.session.slug, one.person.name, one.role, one.affiliation_fr) for one in rows]


def test_what_would_be_added_is_shown_and_nothing_is_stored(organizer, edition):
    PersonFactory(given_name="Claire", family_name="Exemple")

    response = upload(organizer, edition, TABLE + ";;99h;;;;\n")

    page = shown(response)
    assert [one.draft.title for one in response.context["new"]] == ["Ouverture", "Débat"]
    assert "20 May 2027, 2:00 pm \u2013 3:00 pm" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "new: given name “Zoé”, family name “Nouvelle”" in page
    assert "<b>Line 4</b> The beginning is not understood, or does not exist on that clock: “99h”." in page
    assert "The edition is public: readers see the sessions at once." in page
    assert (Session.objects.count(), Person.objects.count()) == (0, 1)


def test_sessions_and_their_people_are_added_after_a_yes(organizer, edition):
    PersonFactory(given_name="Claire", family_name="Exemple")
    SessionFactory(edition=edition, slug="late", position=1, title_fr="Clôture", starts_at=TWO + timedelta(hours=3))

    response = take_in(organizer, edition, TABLE)

    assert response["Location"] == reverse("admin:programme_edition_programme", args=[edition.pk])
    assert told(response) == ["2 sessions were added."]
    assert [one.slug for one in Session.objects.in_order()] == ["ouverture", "debat", "late"]
    opening = Session.objects.get(slug="ouverture")
    assert (opening.title_en, opening.starts_at, opening.room_fr) == ("Opening", TWO, "Salle A")
    assert opening.seat_pool.capacity is None
    assert people() == [
        ("ouverture", "Claire Exemple", "speaker", "Inserm"),
        ("ouverture", "Zoé Nouvelle", "speaker", ""),
        ("ouverture", "Zoé Nouvelle", "moderator", ""),
    ]
    kinds = TrailEntry.objects.order_by("id").values_list("kind", "record_type")
    added = ["person", "session", "session", "appearance", "appearance", "appearance"]
    assert list(kinds) == [("added", f"programme.{name}") for name in added] + [("changed", "programme.session")]


@pytest.mark.parametrize("content", [TABLE, CALENDAR.format(uid="a", title="Ouverture")])
def test_same_file_again_adds_nothing(organizer, edition, content):
    signed = fields_of(upload(organizer, edition, content), "confirm_form")["plan"]
    organizer.post(address(edition), {"plan": signed})
    before = Session.objects.count()

    again = organizer.post(address(edition), {"plan": signed})
    page = upload(organizer, edition, content)

    assert told(again)[1:] == ["0 sessions were added."]
    assert (Session.objects.count(), len(page.context["there"]), page.context["new"]) == (before, before, [])
    assert "Nothing would be added." in shown(page)


def test_event_is_known_by_its_identifier_whatever_its_title_became(organizer, edition):
    take_in(organizer, edition, CALENDAR.format(uid="a", title="Ouverture"))
    ours = SessionFactory(edition=edition)

    renamed = upload(organizer, edition, CALENDAR.format(uid="a", title="Accueil"))
    own = upload(organizer, edition, CALENDAR.format(uid=f"{ours.guid}@example.org", title="Autre"))
    other = upload(organizer, edition, CALENDAR.format(uid="b", title="Accueil"))

    assert [len(page.context["new"]) for page in (renamed, own, other)] == [0, 0, 1]


def test_who_has_namesakes_is_left_for_somebody_to_choose(organizer, edition):
    for _time in range(2):
        PersonFactory(given_name="Claire", family_name="Exemple")

    page = upload(organizer, edition, TABLE)
    take_in(organizer, edition, TABLE)

    assert "left out: several people have this name" in shown(page)
    assert [one[1] for one in people()] == ["Zoé Nouvelle", "Zoé Nouvelle"]


def test_workbook_is_taken_and_a_draft_is_not_public(organizer, edition):
    edition.status = "draft"
    edition.save()
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Titre", "Début", "Genre"])
    sheet.write_row(1, 0, ["Accueil"])
    sheet.write_datetime(1, 1, datetime(2027, 5, 20, 13, 30))  # noqa: DTZ001  a workbook knows no zone
    sheet.write(1, 2, "accueil")
    book.close()

    page = upload(organizer, edition, file.getvalue(), "programme.xlsx")

    (one,) = page.context["new"]
    assert (one.draft.kind, one.draft.starts_at) == ("pause", TWO - timedelta(minutes=30))
    assert "readers see the sessions at once" not in shown(page)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The submitted file is empty."),
        (";;\n", "This file is empty."),
        (
            "titre\n" + "A\n" * 101,
            "This file is too large: 1 MB and 100 sessions at most, those that are there included.",
        ),
        ("titre\n" + "A" * 1_000_001, "This file is too large"),
        (b"\x00\x01", "This is neither a table nor a calendar"),
        ('titre\nA\n"B', "The table cannot be read from line 3 on: a quotation mark is not closed."),
        (b"PK\x03\x04zip", "This workbook cannot be read."),
        (b"\xd0\xcf\x11\xe0", "This is an old or a protected workbook."),
        ("nom;date\nA;B", "The first line must name the columns"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR", "This calendar is broken, or holds no event."),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 101 + "END:VCALENDAR", "This file is too large"),
    ],
)
def test_odd_file_is_refused_in_words(organizer, edition, content, words):
    response = upload(organizer, edition, content)

    assert response.status_code == 422
    assert words in shown(response)


def test_programme_does_not_grow_beyond_what_its_page_shows(organizer, edition, monkeypatch):
    signed = fields_of(upload(organizer, edition, TABLE), "confirm_form")["plan"]
    monkeypatch.setattr("programme.services.import_programme.MOST_SESSIONS", 1)

    answers = [upload(organizer, edition, TABLE), organizer.post(address(edition), {"plan": signed})]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert not Session.objects.exists()


def test_more_words_than_a_form_holds_are_too_many(organizer, edition, monkeypatch):
    monkeypatch.setattr("registrations.admin.plans.MOST_CHARACTERS", 100)

    assert "This file is too large" in shown(upload(organizer, edition, TABLE))


def test_yes_counts_for_an_hour_for_one_edition_and_for_who_was_shown(organizer, edition, time_machine):
    other, colleague = EditionFactory(), staff(edition, "organizer")
    other.staff_roles.create(user=organizer.user, role="organizer")
    signed = fields_of(upload(organizer, edition, TABLE), "confirm_form")["plan"]

    answers = [organizer.post(address(other), {"plan": signed}), organizer.post(address(edition), {"plan": "x"})]
    answers.append(colleague.post(address(edition), {"plan": signed}))
    time_machine.move_to(NOW + timedelta(minutes=61), tick=False)
    answers.append(organizer.post(address(edition), {"plan": signed}))

    assert [answer.status_code for answer in answers] == [422] * 4
    assert all("Send the file again." in shown(answer) for answer in answers)
    assert not Session.objects.exists()


def test_long_words_are_shown_in_part(organizer, edition):
    page = upload(organizer, edition, f"titre\n{'A' * 201}\n")

    assert f"This is too long: “{'A' * 60}…”." in shown(page)


def test_hostile_words_are_shown_as_words(organizer, edition):
    page = upload(organizer, edition, "titre;intervenants\n<script>x</script>;<b>B</b>\n")

    assert "&lt;script&gt;x" in shown(page)
    assert "<script>x" not in shown(page)


def test_page_is_there_for_the_organizer_alone(organizer, edition):
    stranger = staff(EditionFactory(), "organizer")

    assert "import_form" in shown(organizer.get(address(edition)))
    assert stranger.get(address(edition)).status_code == 404
