"""Long lists, a page at a time: each page begins behind the last row of the one before, whatever was added since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Generic, Literal, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from registrations.api.problems import Refused

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class Asked(Schema):
    """What every request may say."""

    lang: Literal["fr", "en"] = Field("fr", description="The language of texts; a missing one comes in the other.")


class AskedForPage(Asked):
    limit: int = Field(50, ge=1, le=200, description="How many rows at most.")
    cursor: str = Field("", max_length=300, description="`next` of the page before; nothing for the first.")


class Page(Schema, Generic[T]):
    """`next` is the cursor of the page that follows, and null on the last."""

    items: list[T]
    next: str | None


@dataclass(frozen=True)
class Rows(Generic[M]):
    """What a page is answered with, before it is written."""

    items: list[M]
    next: str | None


def read_page(rows: QuerySet[M], *, name: str, by: Sequence[str], asked: AskedForPage) -> Rows[M]:
    """Return the rows behind the cursor in the order of ``by``, whose last field is unique, and the next cursor.

    ``name`` tells the lists apart, so that a cursor leads on only where it came from.
    """
    salt = f"symposium.api.{name}"
    found = list(rows.filter(_behind(asked.cursor, by, salt)).order_by(*by)[: asked.limit + 1])
    if len(found) <= asked.limit:
        return Rows(found, None)
    last = [_plain(getattr(found[asked.limit - 1], field)) for field in by]
    return Rows(found[: asked.limit], signing.dumps(last, salt=salt))


def _behind(cursor: str, by: Sequence[str], salt: str) -> Q:
    if not cursor:
        return Q()
    try:
        values = signing.loads(cursor, salt=salt)
    except signing.BadSignature as error:
        detail = _("The cursor is none that this list has given.")
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "cursor_unknown", detail) from error
    equal, behind = Q(), Q(pk__in=[])
    for field, value in zip(by, values, strict=True):
        behind |= equal & Q(**{f"{field}__gt": value})
        equal &= Q(**{field: value})
    return behind


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
