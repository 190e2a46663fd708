"""The attendance list as a file: what its rows say, its name, and for staff on the web."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from programme.models import StaffRole
from registrations.exports import attendance_response
from registrations.exports.attendance import PROFILES, attendance_file
from registrations.exports.csv_files import content_disposition, file_name
from registrations.models import Export, Registration
from registrations.services.export_rows import CHUNK_ROWS, of_edition
from symposium.lib.formulas import neutral
from tests.factories import NOW, EditionFactory, SessionFactory, UserFactory
from tests.registrations.attendance_lists import DOOR, read, register, scan

pytestmark = pytest.mark.django_db


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
