"""Exports as workbooks, read back by another library than the one that wrote them."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from registrations.admin.forms import ExportForm
from registrations.exports import attendance_response
from registrations.exports.answers import ARRANGEMENTS, CONSENTS, consents_response, needs_response
from registrations.exports.attendance import PROFILES, attendance_file
from registrations.exports.workbooks import XLSX
from registrations.models import Answer, Arrangement, Export, Registration
from registrations.services.export_rows import of_edition
from tests.factories import NOW, QuestionFactory, UserFactory, registered, somebodys_needs
from tests.registrations.attendance_lists import DOOR, register, scan

pytestmark = pytest.mark.django_db

HOSTILE = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "0612345678", "https://example.org", "<r><t>a</t></r>", "_x0041_"]


def clock(*moment):
    """Return a moment as spreadsheets know it: without a zone."""
    return datetime(*moment)  # noqa: DTZ001


def cells(content):
    return CalamineWorkbook.from_object(BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def attendance(edition):
    header, *rows = cells(b"".join(attendance_file(of_edition(edition), "xlsx")))
    return [dict(zip(header, row, strict=True)) for row in rows]


def part(content, name):
    return ZipFile(BytesIO(content)).read(name).decode()


def written(*rows):
    columns = [(f"column {place}", lambda row, place=place: row[place]) for place in range(len(rows[0]))]
    return b"".join(XLSX.encode(iter(rows), columns))


def test_workbook_holds_moments_and_numbers_as_such(edition):
    edition.slug = "2027"
    edition.save()
    came = register(edition, affiliation='Hôpital ; "Nord"', country="")
    scan(came, DOOR)
    scan(came, DOOR + timedelta(minutes=92, seconds=30), "exit")

    (row,) = attendance(edition)

    assert row == {
        "edition": "2027",
        "code_inscription": "SYM-0000-0000",
        "prenom": "Camille",
        "nom": "Essai",
        "courriel": "p0@example.org",
        "affiliation": 'Hôpital ; "Nord"',
        "ror": "",
        "pays": "",
        "langue": "fr",
        "profil": "recherche",
        "mode": "presentiel",
        "statut": "confirmee",
        "inscrit_le": clock(2027, 3, 1, 13, 0),
        "inscrit_le_iso": "2027-03-01T13:00:00+01:00",
        "present": "oui",
        "premier_pointage": clock(2027, 5, 20, 14, 5, 9),
        "dernier_pointage": clock(2027, 5, 20, 15, 37, 39),
        "porte": "A",
        "sessions_presentes": "",
        "duree_min": 92.5,
        "source_pointage": "qr",
        "attestation_no": "",
    }


def test_workbook_has_the_columns_of_the_french_file_and_who_did_not_come(edition):
    register(edition, has_person=False)

    (row,) = attendance(edition)

    french = b"".join(attendance_file(of_edition(edition), "excel-fr")).decode("utf-8-sig").splitlines()[0]
    assert list(row) == french.split(";")
    empty = ["premier_pointage", "dernier_pointage", "duree_min", "source_pointage", "nom"]
    assert [row[name] for name in ("present", *empty)] == ["non", "", "", "", "", ""]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_stays_text_and_loses_nothing(hostile):
    content = written((hostile, "beside"))

    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert cells(content)[1] == [hostile, "beside"]
    assert ("<f>" in sheet, sheet.count('t="inlineStr"'), len(re.findall("<c ", sheet))) == (False, 4, 4)


def test_tags_of_a_text_are_not_taken_for_cells():
    inject = "<r></r></is></c><c r='D2'><f>1+1</f></c><c r='E2' t='inlineStr'><is><r></r>"

    content = written((inject,))

    assert "<f>" not in part(content, "xl/worksheets/sheet1.xml")
    assert cells(content) == [["column 0"], [inject]]


def test_text_that_looks_like_a_formula_stays_text_when_it_is_edited():
    assert 'quotePrefix="1"' in part(written(("=1+1",)), "xl/styles.xml")
    assert re.search(r'<c r="A2" s="\d+" t="inlineStr"', part(written(("=1+1",)), "xl/worksheets/sheet1.xml"))
    assert re.search(r'<c r="A2" t="inlineStr"', part(written(("1+1",)), "xl/worksheets/sheet1.xml"))


def test_sheet_is_ready_to_be_read():
    content = written(("x" * 100, clock(2027, 3, 1)), ("y", ""))

    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert '<pane ySplit="1" topLeftCell="A2"' in sheet
    assert '<autoFilter ref="A1:B3"/>' in sheet
    widths = [float(width) for width in re.findall(r'<col min="\d+" max="\d+" width="([\d.]+)"', sheet)]
    assert [int(width) for width in widths] == [42, 18]


def test_sheet_without_rows_has_its_header(edition):
    header, *rows = cells(b"".join(attendance_file(of_edition(edition), "xlsx")))

    assert (header[:2], rows) == (["edition", "code_inscription"], [])


def test_long_workbook_comes_piece_by_piece_and_leaves_nothing_on_the_disk():
    before = set(Path(gettempdir()).glob("export-*"))
    rows = ((f"name {number}", float(number)) for number in range(20_000))
    columns = [("name", lambda row: row[0]), ("number", lambda row: row[1])]

    pieces = XLSX.encode(rows, columns)
    first = next(pieces)

    assert first.startswith(b"PK")
    content = first + b"".join(pieces)
    assert cells(content)[-1] == ["name 19999", 19999.0]
    assert set(Path(gettempdir()).glob("export-*")) == before


def test_download_that_is_broken_off_leaves_nothing_on_the_disk():
    before = set(Path(gettempdir()).glob("export-*"))
    pieces = XLSX.encode(((f"name {number}",) for number in range(20_000)), [("name", lambda row: row[0])])
    next(pieces)

    pieces.close()

    assert set(Path(gettempdir()).glob("export-*")) == before


def test_answer_names_the_workbook_and_is_recorded(edition):
    register(edition)
    at = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)

    response = attendance_response(of_edition(edition), "xlsx", by=UserFactory(is_superuser=True), at=at)

    assert len(cells(b"".join(response))) == 2
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"colloque-{edition.slug}_presences_2027-03-01T1330_Europe-Paris.xlsx"
    assert response["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert Export.objects.values_list("profile", "rows").get() == ("xlsx", 1)


def test_command_writes_a_workbook(edition, tmp_path, capsys):
    register(edition)

    call_command("export_attendance", edition.slug, profile="xlsx", output=str(tmp_path))

    (path,) = tmp_path.iterdir()
    assert path.suffix == ".xlsx"
    assert len(cells(path.read_bytes())) == 2


def test_needs_and_consents_have_their_workbook(edition):
    superuser = UserFactory(is_superuser=True, name="=2+2")
    needs = somebodys_needs(registered(edition), diet="=1+1", access=[], note="")
    needs.arrangements.update(due_date=NOW.date(), done_at=NOW, staff_note="Table 3", answered_by=superuser)
    reference = needs.registration.reference

    asked = needs_response(Arrangement.objects.all(), "xlsx", by=superuser, at=NOW, reason="x")
    agreed = consents_response(Registration.objects.all(), "xlsx", by=superuser, at=NOW, reason="x")

    assert cells(b"".join(asked))[1] == [
        edition.slug,
        reference,
        "Ada",
        "Example",
        "presentiel",
        "confirmee",
        "régime alimentaire",
        "=1+1",
        "",
        "",
        NOW.date(),
        clock(2027, 3, 1, 13, 0),
        "Table 3",
        "=2+2",
    ]
    assert cells(b"".join(agreed))[1][5:] == ["en", "lettre", clock(2027, 3, 1, 13, 0)]


def test_staff_may_choose_each_form_of_file():
    choices = ExportForm().fields["profile"].choices

    assert {value for value, _words in choices} == set(PROFILES) == set(ARRANGEMENTS) == set(CONSENTS)


def test_question_and_answer_that_look_like_formulas_stay_text(edition):
    question = QuestionFactory(edition=edition, title_fr="=1+1")
    Answer.objects.create(registration=register(edition), question=question, text="=2+2")

    content = b"".join(attendance_file(of_edition(edition), "xlsx"))
    header, row = cells(content)

    assert (header[-1], row[-1]) == ("=1+1", "=2+2")
    assert "<f>" not in part(content, "xl/worksheets/sheet1.xml")
    assert part(content, "xl/styles.xml").count('quotePrefix="1"') == 2
