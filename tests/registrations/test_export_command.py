"""The attendance list as a file, from the command line."""

import io
import os

import pytest
from django.core.management import CommandError, call_command

from registrations.exports.attendance import attendance_file
from registrations.models import ColumnSet, Export
from registrations.services.export_rows import of_edition, record_export
from tests.factories import NOW
from tests.registrations.attendance_lists import register

pytestmark = pytest.mark.django_db


def test_writes_to_the_standard_output_and_records_the_server(edition, capfdbinary):
    register(edition)

    call_command("export_attendance", edition.slug)

    content = capfdbinary.readouterr().out
    assert content.startswith(b"\xef\xbb\xbfedition;")
    assert content.count(b"\r\n") == 2
    export = Export.objects.get()
    assert (export.rows, export.exported_by) == (1, None)
    assert str(export) == f"export of {edition.pk}"


def test_writes_a_file(edition, tmp_path, capsys):
    register(edition)

    call_command("export_attendance", edition.slug, output=str(tmp_path / "list.csv"), profile="machine")

    assert (tmp_path / "list.csv").read_bytes().startswith(b"edition,registration_code")
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]
    assert capsys.readouterr().out == f"{tmp_path / 'list.csv'}: 1 rows\n"


def test_gives_the_file_its_name_in_a_folder(edition, tmp_path):
    call_command("export_attendance", edition.slug, output=tmp_path)

    (path,) = tmp_path.iterdir()
    assert path.name.startswith(f"colloque-{edition.slug}_presences_")


def test_an_edition_that_nobody_registered_for_has_a_header_alone(edition):
    assert b"".join(attendance_file(of_edition(edition), "machine")).count(b"\r\n") == 1
    assert record_export(registrations=of_edition(edition), profile="machine", by=None, at=NOW) == 0


def test_an_unknown_edition_is_one_line_of_error():
    with pytest.raises(CommandError, match=r"^There is no edition 1999\.$"):
        call_command("export_attendance", "1999")


def test_writes_the_columns_of_a_choice_and_names_those_that_are_gone(edition, capfdbinary):
    register(edition)
    ColumnSet.objects.create(edition=edition, name="Badges", columns=["family_name", "q_1"])
    told = io.StringIO()

    call_command("export_attendance", edition.slug, profile="machine", columns="Badges", stderr=told)

    assert capfdbinary.readouterr().out == b"family_name\r\nEssai\r\n"
    assert told.getvalue() == "These columns of Badges do not exist any more: q_1.\n"


def test_a_choice_that_is_whole_is_written_without_a_word(edition, capfdbinary):
    ColumnSet.objects.create(edition=edition, name="Badges", columns=["email"])
    told = io.StringIO()

    call_command("export_attendance", edition.slug, profile="machine", columns="Badges", stderr=told)

    assert (capfdbinary.readouterr().out, told.getvalue()) == (b"email\r\n", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [("Lost", "has no columns named Lost"), ("Old", r"None of the columns of Old exists any more: q_1\.")],
)
def test_a_choice_without_columns_is_one_line_of_error(edition, name, words):
    ColumnSet.objects.create(edition=edition, name="Old", columns=["q_1"])

    with pytest.raises(CommandError, match=words):
        call_command("export_attendance", edition.slug, columns=name)

    assert not Export.objects.exists()


def test_a_folder_that_is_not_there_is_one_line_of_error(edition, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("export_attendance", edition.slug, output=tmp_path / "nowhere" / "list.csv")


def test_a_reader_that_goes_away_is_one_line_of_error(edition, monkeypatch):
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
