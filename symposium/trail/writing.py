"""Leave a trace, in the transaction of what it tells."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from symposium.trail.models import TrailEntry

Kind = TrailEntry.Kind
Source = TrailEntry.Source
# Who did it: a member of staff, or whoever acts without an account.
Actor = AbstractBaseUser | Source
ACCOUNT = "accounts.user"
OF_RIGHTS = {Kind.ADDED: Kind.GIVEN, Kind.DELETED: Kind.TAKEN}


@runtime_checkable
class Right(Protocol):
    """A record that gives an account a right by being there."""

    @property
    def right(self) -> str: ...

    @property
    def right_holder_id(self) -> int: ...


class NotAFieldName(ValueError):
    """What stands in for a field is no name of one, and might be a value."""


def write(*entries: TrailEntry) -> None:
    TrailEntry.objects.bulk_create(entries)


def entry(
    *,
    kind: Kind,
    by: Actor,
    at: datetime,
    record: Model | None = None,
    record_id: str = "",
    edition_id: int | None = None,
    detail: str = "",
    fields: Iterable[str] = (),
    counts: Mapping[str, int] | None = None,
) -> TrailEntry:
    """Return an entry to be written. ``record`` may be of any model: only what it is and its id are kept.

    ``record_id`` stands in for the id of a record that is deleted already, and has lost it.

    :raises NotAFieldName: ``fields`` holds something else.
    """
    names = sorted(fields)
    if not all(name.isidentifier() for name in names):
        raise NotAFieldName
    record_type = record._meta.label_lower if record is not None else ""  # noqa: SLF001  public in all but its name
    record_id = record_id or (str(record.pk) if record is not None else "")
    if isinstance(record, Right):
        # It is told of the account: « who had which role from when until when » is then one list.
        kind, detail = OF_RIGHTS.get(kind, kind), record.right
        record_type, record_id = ACCOUNT, str(record.right_holder_id)
    source, actor_id = (Source.STAFF, by.pk) if isinstance(by, AbstractBaseUser) else (by, None)
    return TrailEntry(
        at=at,
        source=source,
        actor_id=actor_id,
        kind=kind,
        detail=detail,
        record_type=record_type,
        record_id=record_id,
        edition_id=edition_id,
        fields=names,
        counts=dict(counts or {}),
    )
