"""A list of people, uploaded: what is read of it, what is shown, and what confirming it does."""

from datetime import timedelta

import pytest
from django.core import mail, signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from programme.models import Edition
from registrations.admin import import_people
from registrations.exports.attendance import attendance_file
from registrations.models import Registration
from registrations.services import cancel
from registrations.services.export_rows import of_edition
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, registration_of
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import fields_of, shown, told
from tests.symposium.lib.test_tables import workbook

LIST = "prenom;nom;courriel\nAda;Lovelace;ada@example.org\nGrace;Hopper;grace@example.org\n"
TYPED = {
    "source": "the members of the academy",
    "writes": "on",
    "attendance_mode": "onsite",
    "profile": "other",
    "language": "fr",
}


def address(edition):
    return reverse("admin:programme_edition_import_people", args=[edition.pk])


def upload(client, edition, content=LIST, name="list.csv", **typed):
    data = content.encode() if isinstance(content, str) else content
    return client.post(address(edition), {**TYPED, "file": SimpleUploadedFile(name, data), **typed})


def confirm(client, edition, response, **typed):
    return client.post(address(edition), {**fields_of(response, "confirm_form"), **typed})


def entered():
    """Everybody, as tuples of what their line said."""
    fields = ("given_name", "family_name", "email", "affiliation")
    registrations = Registration.objects.select_related("attendee").order_by("attendee__email")
    return [
        (*(getattr(one.attendee, field) for field in fields), one.mode, one.profile, one.country, one.language)
        for one in registrations
    ]


def lines_left_out(response):
    return [(problem.line, problem.words) for problem in response.context["shown"]["problems"]]


def test_list_is_shown_first_and_entered_when_it_is_confirmed(organizer, edition):
    preview = upload(organizer, edition)

    assert (preview.status_code, "no-store" in preview["Cache-Control"]) == (200, True)
    assert "2 people would be registered" in shown(preview)
    assert "from this source: the members of the academy." in shown(preview)
    assert not Registration.objects.exists()

    done = confirm(organizer, edition, preview)

    assert (done.status_code, done.url) == (302, f"/admin/registrations/registration/?edition={edition.slug}")
    assert told(done) == ["2 people have a seat."]
    assert entered() == [
        ("Ada", "Lovelace", "ada@example.org", "", "onsite", "other", "", "fr"),
        ("Grace", "Hopper", "grace@example.org", "", "onsite", "other", "", "fr"),
    ]


def test_confirming_twice_enters_once(organizer, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    preview = upload(organizer, edition)

    first, second = confirm(organizer, edition, preview), confirm(organizer, edition, preview)

    assert told(first) == ["1 person has a seat.", "1 person is on the waiting list."]
    assert told(second)[2:] == ["2 people were registered in the meantime, and nothing of theirs changed."]
    assert Registration.objects.count() == 2


def test_what_is_already_there_is_told_apart_from_who_is_new(organizer, edition):
    registered(edition, "ada@example.org")
    cancel.cancel(registration=registered(edition, "grace@example.org"), at=NOW)

    preview = upload(organizer, edition, LIST + ";Neumann;new@example.org\n")

    assert preview.context["counts"] == {"new": 1, "over": 1, "there": 1, "problems": 0}
    page = shown(preview)
    assert "1 person would be registered" in page
    assert "1 person was registered and no longer comes" in page
    assert "1 person is registered already, and stays as they are" in page


def test_list_without_anybody_new_has_nothing_to_confirm(organizer, edition):
    registered(edition, "ada@example.org")

    page = shown(upload(organizer, edition, "nom;courriel\nLovelace;ada@example.org\n"))

    assert "There is nobody new on this list." in page
    assert 'name="people"' not in page


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
        (4, "Write your e-mail address."),
        (5, "Write your family name."),
        (6, "The same address as on line 2."),
        (7, "“Atlantis” is no country."),
        (8, "We do not write in “latin”."),
        (9, "“king” is no profile."),
        (10, "“by boat” is no form of attendance."),
        (11, "The edition has no seats of this kind: online."),
        (12, "Write a shorter name: 100 characters at most."),
        (13, "Write your family name."),
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
    monkeypatch.setattr(import_people, "SIGNED_CHARACTERS", 100)

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


def test_nobody_is_written_to_unless_wished(organizer, edition):
    preview = upload(organizer, edition, writes="", source="")

    assert "Nobody is written to: tell them yourself" in shown(preview)
    confirm(organizer, edition, preview)
    assert list(OutgoingMail.objects.values_list("state", flat=True)) == ["dropped", "dropped"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_letter_says_who_entered_them_and_leads_to_the_notice(organizer, edition, language):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    confirm(organizer, edition, upload(organizer, edition, source="<b>a list</b>", language=language))
    mail.outbox = []

    deliver_due(clock=lambda: NOW)

    words = {
        "en": (
            "the organizers entered you, from this source: <b>a list</b>.",
            "What is kept of you, why and for how long",
        ),
        "fr": (
            "Les organisateurs ont enregistré eux-mêmes votre inscription",
            "Ce qui est conservé de vous, pourquoi et combien de temps",
        ),
    }[language]
    assert len(mail.outbox) == 2
    notice = f"/{language}/privacy/{Registration.objects.first().notice_id}/"
    for message in mail.outbox:
        html = message.alternatives[0][0]
        assert [said for said in (*words, notice) if said not in message.body] == []
        assert ("&lt;b&gt;a list&lt;/b&gt;" in html, "<b>a list" in html, notice in html) == (True, False, True)
    assert organizer.get(notice).status_code == 200


def signed_anew(response, **changes):
    content = signing.loads(fields_of(response, "confirm_form")["people"][0], salt=import_people.SALT)
    return signing.dumps({**content, **changes}, salt=import_people.SALT, compress=True)


def test_what_is_not_ours_is_not_entered(organizer, edition):
    preview = upload(organizer, edition)

    for people in ("", "x", "\x00", signed_anew(preview, edition=0), signed_anew(preview, by=0)):
        response = confirm(organizer, edition, preview, people=people)
        assert response.status_code == 422
        assert "What was shown is more than an hour old. Send the file again." in shown(response)
    assert not Registration.objects.exists()


def test_what_is_older_than_an_hour_is_not_entered(organizer, edition, time_machine):
    preview = upload(organizer, edition)
    time_machine.move_to(NOW + timedelta(minutes=61), tick=False)

    assert confirm(organizer, edition, preview).status_code == 422
    assert not Registration.objects.exists()


def test_mode_that_went_in_the_meantime_enters_nobody(organizer, edition):
    preview = upload(organizer, edition)
    edition.seat_pools.filter(mode="onsite").delete()

    response = confirm(organizer, edition, preview)

    assert response.status_code == 422
    assert "Nobody was entered; send the file again." in told(response)[0]


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_edition_that_is_not_published_takes_no_list(organizer, edition, status):
    Edition.objects.update(status=status)

    assert "Nobody can be entered here" in shown(organizer.get(address(edition)))
    assert upload(organizer, edition).status_code == 422


def test_edition_that_ends_between_two_looks_takes_no_list(organizer, edition, monkeypatch):
    preview = upload(organizer, edition)
    monkeypatch.setattr(import_people, "takes_people", lambda _edition, _at: True)
    Edition.objects.update(status="draft")

    response = confirm(organizer, edition, preview)

    assert (response.status_code, "Nobody can be entered here" in shown(response)) == (422, True)


@pytest.mark.parametrize("role", ["door", "reader", "exporter", "needs"])
def test_other_roles_and_other_organizers_see_nothing(edition, role):
    for client in (staff(edition, role), staff(EditionFactory(), "organizer")):
        assert client.get(address(edition)).status_code in {403, 404}
        assert upload(client, edition).status_code in {403, 404}
    assert not Registration.objects.exists()


def test_edition_page_leads_here_and_the_trail_tells_the_numbers(organizer, edition):
    assert address(edition) in shown(organizer.get(reverse("admin:programme_edition_change", args=[edition.pk])))
    confirm(organizer, edition, upload(organizer, edition))

    page = shown(organizer.get("/admin/trail/trailentry/"))

    assert "added: list of people" in page
    assert [words for words in ("people entered", "written to") if words not in page] == []
    assert "Lovelace" not in page


def test_many_people_fit(organizer, edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=900)
    lines = (f"Camille{number};Essai;p{number}@example.org;Institut {number % 97}\n" for number in range(1_000))

    preview = upload(organizer, edition, "prenom;nom;courriel;affiliation\n" + "".join(lines))
    done = confirm(organizer, edition, preview)

    assert told(done) == ["900 people have a seat.", "100 people are on the waiting list."]
