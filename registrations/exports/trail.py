"""The trail as a file, for whoever has to show it elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from registrations.exports.csv_files import MACHINE, Column
from symposium.trail.models import TrailEntry

FIELDS = (
    "id",
    "at",
    "source",
    "actor_id",
    "kind",
    "detail",
    "record_type",
    "record_id",
    "edition_id",
    "fields",
    "counts",
)


def _written(value: Any) -> object:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _column(position: int, name: str) -> Column:
    return name, lambda row: _written(row[position])


COLUMNS = [_column(position, name) for position, name in enumerate(FIELDS)]


def trail_file(entries: QuerySet[TrailEntry]) -> Iterator[bytes]:
    """Return the entries as they are kept: ids and words of the code, in no language."""
    return MACHINE.encode(entries.order_by("id").values_list(*FIELDS).iterator(chunk_size=1000), COLUMNS)
