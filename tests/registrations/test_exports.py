"""The attendance list as a file, from the command line and for staff on the web."""

import csv
import io
import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from programme.models import Question, StaffRole
from registrations.exports import attendance_response
from registrations.exports.attendance import PROFILES, attendance_file
from registrations.exports.columns import ColumnsUnknown, choices_of, columns_of, unknown
from registrations.exports.csv_files import content_disposition, file_name, neutral
from registrations.models import Answer, CheckIn, ColumnSet, Export, Registration
from registrations.services.attendees import Identity, new_attendee
from registrations.services.export_rows import CHUNK_ROWS, of_edition, record_export
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, EditionFactory, QuestionFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

DOOR = datetime(2027, 5, 20, 12, 5, 9, tzinfo=UTC)


def register(edition, *, given="Camille", family="Essai", affiliation="Institut Exemple", has_person=True, **fields):
    number = Registration.objects.count()
    ordinary = {"status": "confirmed", "mode": "onsite", "profile": "researcher", "language": "fr", "country": "FR"}
    registration = Registration.objects.create(
        edition=edition,
        reference=f"SYM-0000-{number:04}",
        **{"created_at": NOW + timedelta(minutes=number), **ordinary, **fields},
    )
    if has_person:
        new_attendee(registration, Identity(f"p{number}@example.org", given, family, affiliation)).save()
    return registration


def scan(registration, at, direction="entry", **fields):
    return CheckIn.objects.create(
        registration=registration,
        direction=direction,
        scanned_at=at,
        received_at=at,
        **{"source": "qr", "gate": "A", **fields},
    )


def read(edition, profile="excel-fr"):
    text = b"".join(attendance_file(of_edition(edition), profile)).decode()
    delimiter = ";" if profile == "excel-fr" else ","
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


def test_excel_fr_writes_what_a_french_spreadsheet_reads(edition):
    edition.slug = "2027"
    edition.save()
    talk = SessionFactory(edition=edition, slug="donnees")
    came = register(edition, affiliation='Hôpital ; "Nord"')
    scan(came, DOOR)
    scan(came, DOOR + timedelta(minutes=92, seconds=30), "exit")
    scan(came, DOOR + timedelta(minutes=10), session=talk, source="search", gate="B")

    content = b"".join(attendance_file(of_edition(edition), "excel-fr"))

    assert (
        content
        == (
            "\ufeffedition;code_inscription;prenom;nom;courriel;affiliation;ror;pays;langue;profil;mode;statut;inscrit_le;"
            "inscrit_le_iso;present;premier_pointage;dernier_pointage;porte;sessions_presentes;duree_min;source_pointage;"
            "attestation_no\r\n"
            '2027;SYM-0000-0000;Camille;Essai;p0@example.org;"Hôpital ; ""Nord""";;FR;fr;recherche;presentiel;confirmee;'
            "01/03/2027 13:00;2027-03-01T13:00:00+01:00;oui;20/05/2027 14:05;20/05/2027 15:37;A;donnees;92,5;qr;\r\n"
        ).encode()
    )


def test_machine_writes_what_a_program_reads(edition):
    edition.slug = "2027"
    edition.save()
    came = register(edition, status="waiting", mode="online", profile="press", language="en", country="")
    scan(came, DOOR, source="walk_in", gate="B")

    content = b"".join(attendance_file(of_edition(edition), "machine"))

    assert content == (
        b"edition,registration_code,given_name,family_name,email,affiliation,ror,country,language,profile,mode,status,"
        b"registered_at,present,first_check_in_at,last_check_in_at,gate,sessions_attended,duration_min,check_in_source,"
        b"certificate_no\r\n"
        b"2027,SYM-0000-0000,Camille,Essai,p0@example.org,Institut Exemple,,,en,press,online,waiting,"
        b"2027-03-01T13:00:00+01:00,true,2027-05-20T14:05:09+02:00,2027-05-20T14:05:09+02:00,B,,,walk_in,\r\n"
    )


@pytest.mark.parametrize(
    ("profile", "present", "given", "nobody"),
    [("excel-fr", "present", "prenom", "non"), ("machine", "present", "given_name", "false")],
)
def test_whoever_did_not_come_and_whoever_was_erased_have_their_row(edition, profile, present, given, nobody):
    register(edition, status="cancelled")
    register(edition, has_person=False)

    rows = read(edition, profile)

    assert [(row[present], row[given]) for row in rows] == [(nobody, "Camille"), (nobody, "")]
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("profile", ["excel-fr", "machine"])
def test_a_formula_is_neutralised_and_loses_nothing(edition, profile, start):
    hostile = f'{start}HYPERLINK("http://example.org";"click")'
    registration = register(edition, family="Essai", affiliation="x")
    registration.attendee.affiliation = hostile
    registration.attendee.save()
    scan(registration, DOOR, gate=hostile[:20])

    (row,) = read(edition, profile)

    assert row["affiliation"] == f"'{hostile}"
    assert row["porte" if profile == "excel-fr" else "gate"] == f"'{hostile[:20]}"


def test_text_that_is_no_formula_stays_as_it_is():
    assert [neutral("a=1"), neutral("'x"), neutral(" =1"), neutral(""), neutral(None)] == ["a=1", "'x", " =1", "", ""]


@pytest.mark.parametrize("status", Registration.Status.values)
def test_each_status_has_a_french_word(edition, status):
    fields = {"hold_expires_at": NOW} if status == "pending" else {}
    register(edition, status=status, **fields)

    (row,) = read(edition)

    words = ["a_confirmer", "demandee", "confirmee", "attente", "annulee", "refusee", "expiree"]
    assert row["statut"] == words[Registration.Status.values.index(status)]


@pytest.mark.parametrize(
    ("source", "word"),
    [("qr", "qr"), ("search", "recherche"), ("paper", "papier"), ("walk_in", "sur_place"), ("online", "visio")],
)
def test_each_source_has_a_french_word(edition, source, word):
    scan(register(edition), DOOR, source=source)

    assert read(edition)[0]["source_pointage"] == word


def test_first_and_last_scan_gate_and_sessions_come_from_all_check_ins(edition):
    talks = [SessionFactory(edition=edition, slug=slug) for slug in ("b-talk", "a-talk")]
    came = register(edition)
    scan(came, DOOR + timedelta(hours=1), gate="late")
    scan(came, DOOR, gate="early", source="paper")
    for talk in talks:
        scan(came, DOOR + timedelta(hours=2), session=talk)
        scan(came, DOOR + timedelta(hours=3), "exit", session=talk)

    (row,) = read(edition)

    assert (row["porte"], row["source_pointage"]) == ("early", "papier")
    assert (row["premier_pointage"], row["dernier_pointage"]) == ("20/05/2027 14:05", "20/05/2027 17:05")
    assert row["sessions_presentes"] == "a-talk|b-talk"


def test_an_exit_alone_is_no_presence(edition):
    scan(register(edition), DOOR, "exit")

    (row,) = read(edition)

    assert (row["present"], row["premier_pointage"], row["porte"], row["duree_min"]) == ("non", "", "", "")


def test_time_inside_is_unknown_while_inside_or_when_clocks_disagree(edition):
    inside, confused, twice = (register(edition) for _number in range(3))
    scan(inside, DOOR)
    scan(confused, DOOR)
    scan(confused, DOOR - timedelta(minutes=5), "exit")
    for start in (0, 60):
        scan(twice, DOOR + timedelta(minutes=start))
        scan(twice, DOOR + timedelta(minutes=start + 10), "exit")

    assert [row["duree_min"] for row in read(edition)] == ["", "", "20,0"]
    assert [row["duration_min"] for row in read(edition, "machine")] == ["", "", "20.0"]


def test_time_inside_is_right_in_the_night_the_clocks_change(edition):
    night_before_winter_time = datetime(2027, 10, 30, 23, 30, tzinfo=UTC)
    came = register(edition)
    scan(came, night_before_winter_time)
    scan(came, night_before_winter_time + timedelta(hours=2), "exit")

    (row,) = read(edition, "machine")

    assert row["duration_min"] == "120.0"
    assert row["first_check_in_at"] == "2027-10-31T01:30:00+02:00"
    assert row["last_check_in_at"] == "2027-10-31T02:30:00+01:00"


@pytest.mark.parametrize("zone", ["America/St_Johns", "America/New_York", "Asia/Kolkata", "UTC", "Pacific/Kiritimati"])
def test_moments_follow_the_clock_of_the_edition(zone):
    edition = EditionFactory(time_zone=zone)
    register(edition, created_at=NOW)

    (row,) = read(edition, "machine")

    assert row["registered_at"] == NOW.astimezone(ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize("people", [1, 3])
def test_a_list_costs_one_statement_whatever_its_length(edition, people, django_assert_num_queries):
    for _number in range(people):
        scan(register(edition), DOOR)

    with django_assert_num_queries(3):  # whose list it is, its questions, and all rows
        assert len(read(edition)) == people


def test_a_long_list_comes_piece_by_piece_and_whole(edition):
    people = 2 * CHUNK_ROWS + 3
    Registration.objects.bulk_create(
        Registration(
            edition=edition,
            reference=f"SYM-{n}",
            status="confirmed",
            mode="onsite",
            profile="other",
            language="fr",
            created_at=NOW + timedelta(seconds=n),
        )
        for n in range(people)
    )

    pieces = list(attendance_file(of_edition(edition), "machine"))

    lines = b"".join(pieces).decode().splitlines()
    assert len(pieces) > 4
    assert [line.split(",")[1] for line in lines[1:]] == [f"SYM-{n}" for n in range(people)]


def test_the_name_of_the_file_says_as_of_when_and_by_which_clock(edition):
    edition.slug = "2022"
    at = datetime(2022, 10, 21, 22, 30, tzinfo=UTC)

    names = [PROFILES[profile].file_name([edition], at) for profile in ("excel-fr", "machine")]

    assert names == [
        "colloque-2022_presences_2022-10-22T0030_Europe-Paris.csv",
        "symposium-2022_attendance_2022-10-22T0030_Europe-Paris.csv",
    ]
    assert PROFILES["excel-fr"].file_name([edition, edition], at).startswith("colloque_presences_2022-10-22")


def test_a_name_that_is_not_ascii_is_given_in_both_forms():
    name = file_name(subject='é"x', content="presences", at=NOW, zone=ZoneInfo("UTC"), suffix="csv")

    assert content_disposition(name) == (
        'attachment; filename="?\'x_presences_2027-03-01T1200_UTC.csv"; '
        "filename*=UTF-8''%C3%A9%22x_presences_2027-03-01T1200_UTC.csv"
    )


class TestOnTheWeb:
    def member(self, edition, role):
        user = UserFactory()
        StaffRole.objects.create(user=user, edition=edition, role=role)
        return user

    @pytest.mark.parametrize("role", ["organizer", "exporter"])
    def test_the_roles_that_export_get_a_file_and_leave_a_trace(self, edition, role):
        register(edition)
        register(edition)
        chosen = of_edition(edition).select_related("attendee").order_by("attendee__family_name")
        user = self.member(edition, role)

        response = attendance_response(chosen, "excel-fr", by=user, at=NOW, reason="Badges")

        assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
        name = f"colloque-{edition.slug}_presences_2027-03-01T1300_Europe-Paris.csv"
        assert response["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
        assert response["Cache-Control"] == "no-store"
        assert response.streaming
        assert b"".join(response).count(b"\r\n") == 3
        export = Export.objects.get()
        recorded = (export.edition, export.profile, export.rows, export.reason, export.exported_by, export.exported_at)
        assert recorded == (edition, "excel-fr", 2, "Badges", user, NOW)

    @pytest.mark.parametrize("role", ["door", "reader", "needs"])
    def test_the_other_roles_are_refused_and_nothing_is_recorded(self, edition, role):
        register(edition)

        with pytest.raises(PermissionDenied):
            attendance_response(of_edition(edition), "excel-fr", by=self.member(edition, role), at=NOW)

        assert not Export.objects.exists()

    def test_one_row_of_another_edition_refuses_the_whole(self, edition):
        register(edition)
        register(EditionFactory())
        user = self.member(edition, "exporter")

        with pytest.raises(PermissionDenied):
            attendance_response(Registration.objects.all(), "excel-fr", by=user, at=NOW)

    def test_several_editions_leave_a_trace_each(self, edition):
        register(edition)
        other = register(EditionFactory()).edition
        administrator = UserFactory(is_superuser=True)

        response = attendance_response(Registration.objects.all(), "machine", by=administrator, at=NOW)

        assert "symposium_attendance_" in response["Content-Disposition"]
        assert set(Export.objects.values_list("edition_id", "rows")) == {(edition.pk, 1), (other.pk, 1)}


class TestCommand:
    def test_writes_to_the_standard_output_and_records_the_server(self, edition, capfdbinary):
        register(edition)

        call_command("export_attendance", edition.slug)

        content = capfdbinary.readouterr().out
        assert content.startswith(b"\xef\xbb\xbfedition;")
        assert content.count(b"\r\n") == 2
        export = Export.objects.get()
        assert (export.rows, export.exported_by) == (1, None)
        assert str(export) == f"export of {edition.pk}"

    def test_writes_a_file(self, edition, tmp_path, capsys):
        register(edition)

        call_command("export_attendance", edition.slug, output=str(tmp_path / "list.csv"), profile="machine")

        assert (tmp_path / "list.csv").read_bytes().startswith(b"edition,registration_code")
        assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]
        assert capsys.readouterr().out == f"{tmp_path / 'list.csv'}: 1 rows\n"

    def test_gives_the_file_its_name_in_a_folder(self, edition, tmp_path):
        call_command("export_attendance", edition.slug, output=tmp_path)

        (path,) = tmp_path.iterdir()
        assert path.name.startswith(f"colloque-{edition.slug}_presences_")

    def test_an_edition_that_nobody_registered_for_has_a_header_alone(self, edition):
        assert b"".join(attendance_file(of_edition(edition), "machine")).count(b"\r\n") == 1
        assert record_export(registrations=of_edition(edition), profile="machine", by=None, at=NOW) == 0

    def test_an_unknown_edition_is_one_line_of_error(self):
        with pytest.raises(CommandError, match=r"^There is no edition 1999\.$"):
            call_command("export_attendance", "1999")

    def test_writes_the_columns_of_a_choice_and_names_those_that_are_gone(self, edition, capfdbinary):
        register(edition)
        ColumnSet.objects.create(edition=edition, name="Badges", columns=["family_name", "q_1"])
        told = io.StringIO()

        call_command("export_attendance", edition.slug, profile="machine", columns="Badges", stderr=told)

        assert capfdbinary.readouterr().out == b"family_name\r\nEssai\r\n"
        assert told.getvalue() == "These columns of Badges do not exist any more: q_1.\n"

    def test_a_choice_that_is_whole_is_written_without_a_word(self, edition, capfdbinary):
        ColumnSet.objects.create(edition=edition, name="Badges", columns=["email"])
        told = io.StringIO()

        call_command("export_attendance", edition.slug, profile="machine", columns="Badges", stderr=told)

        assert (capfdbinary.readouterr().out, told.getvalue()) == (b"email\r\n", "")

    @pytest.mark.parametrize(
        ("name", "words"),
        [("Lost", "has no columns named Lost"), ("Old", r"None of the columns of Old exists any more: q_1\.")],
    )
    def test_a_choice_without_columns_is_one_line_of_error(self, edition, name, words):
        ColumnSet.objects.create(edition=edition, name="Old", columns=["q_1"])

        with pytest.raises(CommandError, match=words):
            call_command("export_attendance", edition.slug, columns=name)

        assert not Export.objects.exists()

    def test_a_folder_that_is_not_there_is_one_line_of_error(self, edition, tmp_path):
        with pytest.raises(CommandError, match="No such file or directory"):
            call_command("export_attendance", edition.slug, output=tmp_path / "nowhere" / "list.csv")

    def test_a_reader_that_goes_away_is_one_line_of_error(self, edition, monkeypatch):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as stdout:
            monkeypatch.setattr("sys.stdout", stdout)

            with pytest.raises(CommandError, match="went away"):
                call_command("export_attendance", edition.slug)


def test_a_device_is_written_to_and_stays_one(edition, tmp_path):
    register(edition)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    call_command("export_attendance", edition.slug, output=str(pipe), stdout=io.StringIO())

    assert os.read(reader, 1_000_000).startswith(b"\xef\xbb\xbfedition;")
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_keeps_leading_to_its_file(edition, tmp_path):
    register(edition)
    (tmp_path / "link.csv").symlink_to(tmp_path / "file.csv")

    call_command("export_attendance", edition.slug, output=str(tmp_path / "link.csv"), stdout=io.StringIO())

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "file.csv").read_bytes().count(b"\r\n") == 2


@pytest.mark.parametrize("profile", PROFILES)
def test_chosen_columns_come_in_the_order_of_the_file(edition, profile):
    headers = [header for header, _getter in columns_of(edition, profile, ["status", "registered_at", "email"])]

    words = {
        "machine": ["email", "status", "registered_at"],
        "excel-fr": ["courriel", "statut", "inscrit_le", "inscrit_le_iso"],
    }
    assert headers == words.get(profile, words["excel-fr"])


def test_a_list_holds_the_chosen_columns_alone(edition):
    register(edition)

    content = b"".join(attendance_file(of_edition(edition), "machine", edition=edition, keys=["family_name", "gone"]))

    assert content == b"family_name\r\nEssai\r\n"


def still_coming_of(edition, profile):
    content = b"".join(attendance_file(of_edition(edition), profile, edition=edition, keys=["still_coming"]))
    return [line.strip('"') for line in content.decode("utf-8-sig").splitlines()]


def asked_whether_coming(registration, **fields):
    occasion = registration.edition.day.isoformat()
    ordinary = {"occasion": occasion, "state": "sent", "sent_at": NOW, "created_at": NOW, "due_at": NOW}
    kind = "registration.still_coming"
    OutgoingMail.objects.create(kind=kind, about=registration.mail_about, **{**ordinary, **fields})


@pytest.mark.parametrize(
    ("profile", "column"),
    [
        ("machine", ["still_coming", "yes", "no", "no_answer", "", "", ""]),
        ("excel-fr", ["venue_annoncee", "oui", "non", "sans_reponse", "", "", ""]),
    ],
)
def test_who_was_asked_whether_they_are_coming_and_what_they_said(edition, profile, column):
    # In Tokyo its day is not that of UTC, which the mail's occasion names.
    edition.time_zone, edition.starts_at = "Asia/Tokyo", datetime(2027, 5, 20, 16, tzinfo=UTC)
    edition.ends_at, edition.coming_question = edition.starts_at + timedelta(hours=4), "noes"
    edition.save()
    register(edition, coming_answer="yes", coming_answered_at=NOW)
    register(edition, status="cancelled", coming_answer="no", coming_answered_at=NOW)
    silent, of_another_day, not_reached = (register(edition) for _ in range(3))
    register(edition, mode="online")
    asked_whether_coming(silent)
    asked_whether_coming(of_another_day, occasion="2027-05-20")
    asked_whether_coming(not_reached, state="dropped", sent_at=None)

    assert still_coming_of(edition, profile) == column


def test_an_edition_that_asks_nobody_any_more_tells_the_answers_it_had(edition):
    register(edition, coming_answer="yes", coming_answered_at=NOW)
    asked_whether_coming(register(edition))

    assert still_coming_of(edition, "machine") == ["still_coming", "yes", ""]


def test_columns_that_do_not_exist_are_named_and_no_file_is_made_of_them_alone(edition):
    assert unknown(edition, ["email", "q_12", "gone"]) == ["q_12", "gone"]
    with pytest.raises(ColumnsUnknown):
        columns_of(edition, "machine", ["gone"])


def test_every_form_of_file_offers_the_same_choices(edition):
    offered = [[(choice.key, choice.label) for choice in choices_of(edition, profile)] for profile in PROFILES]

    assert offered[0] == offered[1] == offered[2]


@pytest.fixture
def answered(edition):
    """Two people of whom the first has answered a text, a choice, and two of several choices; the second nothing."""
    text = QuestionFactory(edition=edition, title_fr="=Couleur", position=1)
    one = QuestionFactory(edition=edition, title_fr="Repas", kind="one", options=["+Fish", "Rice"], position=2)
    several = QuestionFactory(
        edition=edition, title_fr="Jours", kind="several", options=["Monday", "Tuesday"], stage="confirmed"
    )
    registration = register(edition)
    register(edition)
    Answer.objects.create(registration=registration, question=text, text="=1+1\n<b>")
    Answer.objects.create(registration=registration, question=one, option=one.options.get(label_en="+Fish"))
    Answer.objects.create(registration=registration, question=several, option=several.options.get(label_en="Tuesday"))
    return text, one, several


def test_questions_are_columns_of_a_french_spreadsheet(edition, answered):
    first, second = read(edition)

    headers = ["'=Couleur", "Repas", "Jours \u2013 Monday (fr)", "Jours \u2013 Tuesday (fr)"]
    assert list(first)[-4:] == headers
    assert [first[header] for header in headers] == ["'=1+1\n<b>", "'+Fish (fr)", "non", "oui"]
    assert [second[header] for header in headers] == ["", "", "", ""]


def test_questions_are_columns_for_programs(edition, answered):
    text, one, several = answered
    monday, tuesday = several.options.order_by("position")

    first, _second = read(edition, "machine")

    headers = [f"q_{text.pk}", f"q_{one.pk}", f"q_{several.pk}_{monday.pk}", f"q_{several.pk}_{tuesday.pk}"]
    assert list(first)[-4:] == headers
    assert [first[header] for header in headers] == ["'=1+1\n<b>", "'+Fish", "false", "true"]


def test_question_switched_off_keeps_its_column_and_can_be_chosen(edition, answered):
    text, one, several = answered
    Question.objects.update(is_switched_on=False)

    keys = [choice.key for choice in choices_of(edition, "excel-fr")][-3:]
    content = b"".join(attendance_file(of_edition(edition), "machine", edition=edition, keys=[one.field_name]))

    assert keys == [text.field_name, one.field_name, several.field_name]
    assert content.decode().splitlines() == [one.field_name, "'+Fish", '""']


def test_list_of_several_editions_has_no_questions(edition, answered):
    register(EditionFactory())

    content = b"".join(attendance_file(Registration.objects.all(), "machine"))

    assert b"q_" not in content


@pytest.mark.parametrize("questions", [0, 3])
def test_list_asks_as_often_whatever_is_asked_of_people(edition, questions, django_assert_num_queries):
    for _number in range(questions):
        QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice"])
    register(edition)

    with django_assert_num_queries(3 if questions else 2):  # the rows, the questions, and what they offer
        b"".join(attendance_file(of_edition(edition), "machine", edition=edition))
