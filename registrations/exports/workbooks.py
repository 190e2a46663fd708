"""Workbooks for a spreadsheet: moments and numbers are cells of their kind, and whatever was typed stays text."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registrations.exports.csv_files import Column, Row
from symposium.lib.formulas import FORMULA_STARTS

PIECE_BYTES = 64 * 1024
# In characters: a moment fits, and a long affiliation does not push the rest off the screen.
NARROWEST, WIDEST = 10, 40
MOMENT, DAY = "dd/mm/yyyy hh:mm", "dd/mm/yyyy"


class PlainWorksheet(Worksheet):  # type: ignore[misc]  # of a package without types
    """Writes « <r>…</r> » as it was typed, where XlsxWriter takes it for text with formats and copies its tags."""

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        self._xml_inline_string(string, True, attributes)  # noqa: FBT003  as XlsxWriter has it


class Workbook:
    """The form of file that spreadsheets keep, beside ``csv_files.Form``."""

    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix = "xlsx"

    def encode(self, rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[bytes]:
        """Return the file piece by piece once it is whole: rows go through the disk, not through memory."""
        with TemporaryDirectory(prefix="export-") as folder, TemporaryFile(dir=folder) as file:
            _write(file, folder, rows, columns)
            file.seek(0)
            while piece := file.read(PIECE_BYTES):
                yield piece


XLSX = Workbook()


def _write(file: IO[bytes], folder: str, rows: Iterable[Row], columns: Sequence[Column]) -> None:
    options = {"constant_memory": True, "tmpdir": folder}
    with xlsxwriter.Workbook(file, options) as book:
        formats = {
            "header": book.add_format({"bold": True}),
            "hostile header": book.add_format({"bold": True, "quote_prefix": True}),
            # Text that looks like a formula stays text, even for who edits the cell: what an apostrophe in front does.
            "hostile": book.add_format({"quote_prefix": True}),
            "moment": book.add_format({"num_format": MOMENT}),
            "day": book.add_format({"num_format": DAY}),
        }
        sheet = book.add_worksheet(worksheet_class=PlainWorksheet)
        widths = [len(header) for header, _getter in columns]
        for place, (header, _getter) in enumerate(columns):
            kind = "hostile header" if header[:1] in FORMULA_STARTS else "header"
            sheet.write_string(0, place, header, formats[kind])
        last = 0
        for last, row in enumerate(rows, 1):
            for place, (_header, getter) in enumerate(columns):
                value = getter(row)
                _write_cell(sheet, last, place, value, formats)
                widths[place] = max(widths[place], len(value) if isinstance(value, str) else len(MOMENT))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(max(width, NARROWEST), WIDEST) + 2)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(columns) - 1)


def _write_cell(sheet: Worksheet, row: int, place: int, value: object, formats: dict[str, Format]) -> None:
    match value:
        case datetime():
            sheet.write_datetime(row, place, value, formats["moment"])
        case date():
            sheet.write_datetime(row, place, value, formats["day"])
        case float():
            sheet.write_number(row, place, value)
        case str() if value:
            # Never ``write``, which would find formulas, links and numbers in it.
            sheet.write_string(row, place, value, formats["hostile"] if value[0] in FORMULA_STARTS else None)
