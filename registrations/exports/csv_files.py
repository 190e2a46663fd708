"""Comma-separated files in two forms: for Excel in French, and for machines. Both neutralise formulas."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

BOM = "\ufeff"
CHUNK_ROWS = 500

Row = tuple[Any, ...]
Column = tuple[str, Callable[[Row], object]]


@dataclass(frozen=True)
class Form:
    """How a file is written, whatever it holds."""

    delimiter: str
    begins_with: str

    content_type = "text/csv; charset=utf-8; header=present"
    suffix = "csv"

    def encode(self, rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[bytes]:
        """Return the file piece by piece: a header, then a line per row, with no more than one piece in memory."""
        buffer = io.StringIO()
        buffer.write(self.begins_with)
        writer = csv.writer(buffer, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow([header for header, _getter in columns])
        getters = [getter for _header, getter in columns]
        for number, row in enumerate(rows, 1):
            writer.writerow([getter(row) for getter in getters])
            if number % CHUNK_ROWS == 0:
                yield _take(buffer)
        yield _take(buffer)


EXCEL_FR = Form(delimiter=";", begins_with=BOM)
MACHINE = Form(delimiter=",", begins_with="")


def file_name(*, subject: str, content: str, at: datetime, zone: ZoneInfo, suffix: str) -> str:
    """Return ``colloque-2022_presences_2022-10-21T1430_Europe-Paris.csv``: what, as of when, by which clock."""
    moment = at.astimezone(zone).strftime("%Y-%m-%dT%H%M")
    return f"{subject}_{content}_{moment}_{zone.key.replace('/', '-')}.{suffix}"


def content_disposition(name: str) -> str:
    """Return the header that names a download, in both forms of RFC 6266."""
    plain = name.encode("ascii", "replace").decode().replace('"', "'")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def _take(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece
