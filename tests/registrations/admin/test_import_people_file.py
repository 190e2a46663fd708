"""A list of people, uploaded: what is read of the file, and what is refused in words."""

from datetime import timedelta

import pytest

from registrations.admin import plans
from registrations.exports.attendance import attendance_file
from registrations.services import cancel
from registrations.services.export_rows import of_edition
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, registration_of
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import shown
from tests.registrations.admin.people_lists import confirm, entered, lines_left_out, upload
from tests.symposium.lib.test_tables import workbook


def test_every_field_is_read_whatever_its_language(organizer, edition):
    rows = [
        [
            "E-mail",
            "First name",
            "Last name",
            "Institution",
            "Country",
            "Language",
            "Profile",
            "Attendance mode",
            "Car",
        ],
        ["a@example.org", "Anna", "A", "MIT", "France", "English", "Researcher", "online", "red"],
        ["b@example.org", "Bruno", "B", "", "us", "français", "soin", "Sur place", ""],
        ["c@example.org", "", "C", "", "Côte d\u2019Ivoire", "", "", "", ""],
        ["d@example.org", "'=D", "'t Hooft", "'@x", "Allemagne", "fr", "press", "a distance", ""],
    ]

    preview = upload(organizer, edition, workbook(*rows), "list.xlsx", language="en")
    confirm(organizer, edition, preview)

    assert lines_left_out(preview) == []
    assert "Columns that are not read: Car" in shown(preview)
    assert entered() == [
        ("Anna", "A", "a@example.org", "MIT", "online", "researcher", "FR", "en"),
        ("Bruno", "B", "b@example.org", "", "onsite", "clinician", "US", "fr"),
        ("", "C", "c@example.org", "", "onsite", "other", "CI", "en"),
        ("=D", "'t Hooft", "d@example.org", "@x", "online", "press", "DE", "fr"),
    ]


@pytest.mark.parametrize("profile", ["excel-fr", "machine", "xlsx"])
def test_our_own_export_is_read_again(organizer, edition, profile):
    ordinary = {"given_name": "=Élodie", "affiliation": "@home", "profile": "student", "language": "fr"}
    registered(edition, "one@example.org", mode="online", **ordinary)
    cancel.cancel(registration=registered(edition, "gone@example.org", at=NOW + timedelta(minutes=1)), at=NOW)
    file = b"".join(attendance_file(of_edition(edition), profile))
    before = entered()
    other = EditionFactory()
    for mode in ("onsite", "online"):
        SeatPoolFactory(edition=other, mode=mode)
    client = staff(other, "organizer")

    preview = upload(client, other, file)
    confirm(client, other, preview)

    assert lines_left_out(preview) == [(3, "Cancelled, refused or expired, as the list says.")]
    new = registration_of(other, "one@example.org")
    attendee = new.attendee
    read = (attendee.given_name, attendee.family_name, attendee.email, attendee.affiliation)
    assert (*read, new.mode, new.profile, new.country, new.language) == before[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_are_read_in_every_encoding(organizer, edition, encoding):
    confirm(
        organizer,
        edition,
        upload(organizer, edition, "Prénom,Nom,Adresse électronique\nÉlodie,Œuvray,e@example.org\n".encode(encoding)),
    )

    assert entered()[0][:3] == ("Élodie", "Œuvray", "e@example.org")


def test_lines_that_cannot_be_are_named_with_their_reason(organizer, edition):
    edition.seat_pools.filter(mode="online").delete()
    lines = [
        "courriel;nom;pays;langue;profil;mode",
        "ada@example.org;Lovelace;;;;",
        "nobody;One;;;;",
        ";Two;;;;",
        "three@example.org;;;;;",
        "ADA@example.org;Four;;;;",
        "five@example.org;Five;Atlantis;;;",
        "six@example.org;Six;;latin;;",
        "seven@example.org;Seven;;;king;",
        "eight@example.org;Eight;;;;by boat",
        "nine@example.org;Nine;;;;distance",
        f"ten@example.org;{'x' * 101};;;;",
        "eleven@example.org",
        'twelve@example.org;"a\u202eb";;;;',
    ]

    preview = upload(organizer, edition, "\n".join(lines))

    assert lines_left_out(preview) == [
        (3, "Write the whole address, for example name@example.org."),
        (4, "The e-mail address is missing."),
        (5, "The family name is missing."),
        (6, "The same address as on line 2."),
        (7, "“Atlantis” is no country."),
        (8, "We do not write in “latin”."),
        (9, "“king” is no profile."),
        (10, "“by boat” is no form of attendance."),
        (11, "The edition has no seats of this kind: online."),
        (12, "Write a shorter name: 100 characters at most."),
        (13, "The family name is missing."),
        (14, "This contains characters that cannot be read."),
    ]
    assert "12 lines are left out" in shown(preview)
    confirm(organizer, edition, preview)
    assert [one[2] for one in entered()] == ["ada@example.org"]


def test_errors_are_said_in_french_too(organizer, edition):
    organizer.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"

    page = shown(upload(organizer, edition, "nom;courriel\nOne;nobody\n"))

    assert "1 ligne est laissée de côté" in page
    assert "Ligne 2\u00a0: Écrivez l\u2019adresse en entier" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The submitted file is empty."),
        ("\n \n", "This file is empty."),
        (b"\x00\x01", "This is no list that can be read"),
        (b"PK\x03\x04 no workbook", "This workbook cannot be read."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Save it as XLSX without a password."),
        ('nom;courriel\n"A"B;c', "The table cannot be read from line 2 on"),
        ("prenom;courriel\nA;a@example.org\n", "must name a column for the address and one for the family name"),
        ("nom;prenom\nA;B\n", "must name a column for the address and one for the family name"),
        ("nom;courriel\n" + "a;a\n" * 10_001, "This list is too long: 10,000 people at most."),
        (b"x" * 5_000_001, "This file is too large: 5 MB at most."),
    ],
    ids=["empty", "blank", "bytes", "workbook", "old", "quotes", "nameless", "addressless", "long", "large"],
)
def test_file_that_is_no_list_is_refused_in_words(organizer, edition, content, words):
    response = upload(organizer, edition, content)

    assert response.status_code == 422
    assert words in shown(response)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"file": ""}, "This field is required."),
        ({"source": ""}, "Whoever is written to must know where their address comes from."),
        ({"source": "a\u202eb"}, "This contains characters that cannot be read."),
        ({"attendance_mode": "boat"}, "Select a valid choice."),
        ({"attendance_mode": ""}, "This field is required."),
    ],
)
def test_form_says_what_it_lacks(organizer, edition, typed, words):
    response = upload(organizer, edition, **typed)

    assert response.status_code == 422
    assert words in shown(response)


def test_list_too_long_to_be_sent_back_is_refused(organizer, edition, monkeypatch):
    monkeypatch.setattr(plans, "MOST_CHARACTERS", 100)

    assert "This list is too long" in shown(upload(organizer, edition))


def test_only_the_first_of_many_are_shown(organizer, edition):
    good = "".join(f"Name {number};n{number}@example.org\n" for number in range(60))

    page = shown(upload(organizer, edition, f"nom;courriel\n{good}{'x;y' + chr(10)}" + "x;y\n" * 60))

    assert page.count("Only the first 50 are shown.") == 2
    assert "n49@example.org" in page
    assert "n50@example.org" not in page


def test_hostile_names_are_shown_as_they_are(organizer, edition):
    page = shown(upload(organizer, edition, "nom;courriel;<b>x</b>\n<script>1</script>;a@example.org;\n"))

    assert "&lt;script&gt;1&lt;/script&gt;" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<script>1" not in page
