"""Read a table that somebody uploads: a workbook (XLSX), or text with separators as whatever program wrote it."""

import codecs
import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

DELIMITERS = ";,\t"
WORKBOOK_STARTS = b"PK\x03\x04"
OLD_WORKBOOK_STARTS = b"\xd0\xcf\x11\xe0"
READER = Path(__file__).with_name("workbook_reader.py")
READER_SECONDS = 30


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"
    BAD_LINE = "bad_line"
    BAD_WORKBOOK = "bad_workbook"
    OLD_WORKBOOK = "old_workbook"


class Unreadable(Exception):
    """The file is no table that can be read; ``line`` says where, if it is known."""

    def __init__(self, reason: Reason, line: int = 0) -> None:
        super().__init__(f"{reason} {line}")
        self.reason, self.line = reason, line


@dataclass(frozen=True)
class Line:
    """``number`` as an editor or a spreadsheet counts it, from 1."""

    number: int
    cells: list[str]


def read_table(data: bytes, *, lines_at_most: int) -> list[Line]:
    """Return the lines in which something is written, the header first. What the file is, its first bytes say.

    :raises Unreadable: it is neither, is broken, is empty, or has more lines.
    """
    if data.startswith(OLD_WORKBOOK_STARTS):
        raise Unreadable(Reason.OLD_WORKBOOK)
    is_workbook = data.startswith(WORKBOOK_STARTS)
    read = _lines_of_workbook(data, lines_at_most) if is_workbook else _lines_of_text(data, lines_at_most)
    lines = [line for line in read if any(cell.strip() for cell in line.cells)]
    if not lines:
        raise Unreadable(Reason.EMPTY)
    return lines


def _lines_of_workbook(data: bytes, lines_at_most: int) -> list[Line]:
    command = [sys.executable, "-I", str(READER), str(lines_at_most + 1)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=READER_SECONDS, check=True)  # noqa: S603  a program of our own
    except subprocess.SubprocessError as error:
        raise Unreadable(Reason.BAD_WORKBOOK) from error
    rows = json.loads(done.stdout)
    if len(rows) > lines_at_most:
        raise Unreadable(Reason.TOO_LONG)
    return [Line(number, cells) for number, cells in enumerate(rows, 1)]


def _lines_of_text(data: bytes, lines_at_most: int) -> list[Line]:
    text = _decode(data)
    start, lines = 1, []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in islice(reader, lines_at_most + 1):
            lines.append(Line(start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(Reason.BAD_LINE, start) from error
    if len(lines) > lines_at_most:
        raise Unreadable(Reason.TOO_LONG)
    return lines


def _decode(data: bytes) -> str:
    """Return the text: UTF-8, what Excel calls Unicode, or else the letters of Windows in Western Europe."""
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(Reason.NOT_TEXT)


def _delimiter(text: str) -> str:
    """Return what separates the first line into most cells."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first_line.count)
