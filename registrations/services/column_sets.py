"""Columns of the attendance list that somebody chose and named, for all who export of the edition."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from programme.models import Edition
from registrations.models import ColumnSet
from symposium.trail import writing as trail


def save(*, edition: Edition, name: str, columns: Sequence[str], by: trail.Actor, at: datetime) -> ColumnSet:
    """Keep a choice under a name; one that has the name already takes these columns."""
    with transaction.atomic(durable=True):
        kept, is_new = ColumnSet.objects.update_or_create(
            edition=edition, name=name, defaults={"columns": list(columns)}
        )
        _trace(trail.Kind.ADDED if is_new else trail.Kind.CHANGED, kept, by, at)
    return kept


def forget(*, column_set: ColumnSet, by: trail.Actor, at: datetime) -> None:
    with transaction.atomic(durable=True):
        _trace(trail.Kind.DELETED, column_set, by, at)
        column_set.delete()


def _trace(kind: trail.Kind, column_set: ColumnSet, by: trail.Actor, at: datetime) -> None:
    fields = column_set.columns
    trail.write(
        trail.entry(kind=kind, by=by, at=at, record=column_set, edition_id=column_set.edition_id, fields=fields)
    )
