"""Tables that people upload, good and odd; none of them may end the process that reads it."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from symposium.lib.tables import Line, Reason, Unreadable, read_table

ROWS = [["nom", "courriel"], ["Élodie; dite « l'Œuvre »", "e@example.org"]]
LINES = [Line(number, cells) for number, cells in enumerate(ROWS, 1)]


def read(data, lines_at_most=10):
    return read_table(data, lines_at_most=lines_at_most)


def text_of(rows, delimiter, end="\r\n"):
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + end for row in rows)


def workbook(*rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        book.add_worksheet().write(0, 0, "not read")
    return buffer.getvalue()


def rewritten(data, old, new):
    """The workbook with something else in its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if name.endswith("sheet1.xml") else content)
    assert out.getvalue() != data
    return out.getvalue()


def refusal(data, **limits):
    with pytest.raises(Unreadable) as refused:
        read(data, **limits)
    return refused.value.reason, refused.value.line


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_is_read_whatever_wrote_it(delimiter, encoding, end):
    assert read(text_of(ROWS, delimiter, end).encode(encoding)) == LINES


def test_workbook_is_read_and_its_first_sheet_alone():
    assert read(workbook(*ROWS)) == LINES


def test_numbers_days_and_nothing_become_text():
    content = workbook(["a", "b", "c", "d", "e"])
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [7, 7.5, True, ""])
        sheet.write_datetime(0, 4, date(2027, 5, 20), book.add_format({"num_format": "yyyy-mm-dd"}))

    assert read(buffer.getvalue()) == [Line(1, ["7", "7.5", "True", "", "2027-05-20"])]
    assert read(content) == [Line(1, ["a", "b", "c", "d", "e"])]


def test_lines_are_counted_as_an_editor_does_and_empty_ones_left_out():
    assert read(b'a;b\n\n"1\n2";x\n ; \ny;z\n') == [Line(1, ["a", "b"]), Line(3, ["1\n2", "x"]), Line(6, ["y", "z"])]
    assert [line.number for line in read(workbook(["", ""], ["a", "b"], [], ["c"]))] == [2, 4]


@pytest.mark.parametrize("data", [b"", b"\n\n", b" ; ;\n", b"\xef\xbb\xbf", workbook()])
def test_nothing_is_no_table(data):
    assert refusal(data) == (Reason.EMPTY, 0)


def test_more_lines_than_allowed_are_refused():
    assert refusal(b"a\nb\nc\n", lines_at_most=2) == (Reason.TOO_LONG, 0)
    assert refusal(workbook(["a"], ["b"], ["c"]), lines_at_most=2) == (Reason.TOO_LONG, 0)
    assert len(read(b"a\nb\nc\n", lines_at_most=3)) == len(read(workbook(["a"], ["b"], ["c"]), lines_at_most=3)) == 3


@pytest.mark.parametrize(
    "data",
    [b"a;b\x00", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\x81", b"\xff\xfe\x00", b"%PDF-1.7\n\x81", b"GIF89a\x00\x00"],
)
def test_what_is_no_text_is_refused(data):
    assert refusal(data) == (Reason.NOT_TEXT, 0)


@pytest.mark.parametrize(("data", "line"), [(b'a;b\nc;"d"e\n', 2), (b'a\n"b\n', 2), (b"a\nb\n" + b"x" * 200_000, 3)])
def test_a_line_that_cannot_be_taken_apart_is_named(data, line):
    assert refusal(data) == (Reason.BAD_LINE, line)


def test_old_or_locked_workbook_is_refused_by_its_name():
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512) == (Reason.OLD_WORKBOOK, 0)


FAR = b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        workbook(*ROWS)[:-30],
        b"PK\x03\x04" + b"\0" * 5000,
        rewritten(workbook(["a"]), b"</row></sheetData>", FAR),
        rewritten(workbook(["a"]), b"</row></sheetData>", b"<" + b"A" * 50_000_000),
        rewritten(workbook(["a"]), b"</row></sheetData>", b'<c r="B1" t="inlineStr"><is><t>' + b" " * 400_000_000),
        rewritten(workbook(["a"]), b'r="A1"', b'r="A0"'),
    ],
    ids=["start", "cut", "zeros", "far", "tag", "bomb", "zero"],
)
def test_odd_workbook_is_refused_and_nothing_falls(data):
    assert refusal(data) == (Reason.BAD_WORKBOOK, 0)


def test_sheet_that_unfolds_is_refused():
    cells = b"".join(b'<c r="A%d" t="inlineStr"><is><t>%s</t></is></c>' % (row, b"x" * 30_000) for row in range(2, 900))
    data = rewritten(workbook(["a"]), b"</row></sheetData>", b"</row><row>" + cells + b"</row></sheetData>")

    assert len(data) < 1_000_000
    assert refusal(data, lines_at_most=1000) == (Reason.BAD_WORKBOOK, 0)


def test_columns_far_out_are_left_out():
    (line,) = read(rewritten(workbook(["a"]), b"</row>", b'<c r="XFD1"><v>1</v></c></row>'))

    assert line.cells == ["a", *[""] * 199]
