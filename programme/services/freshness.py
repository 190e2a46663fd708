"""Whether anything that public pages show has changed."""

from functools import cache

from django.db import connection, models

from programme.models import (
    AccessibilityAudit,
    AccessibilityPlan,
    Appearance,
    Document,
    Edition,
    Figure,
    LegalNotice,
    Logo,
    Organisation,
    Partnership,
    Person,
    SeatPool,
    Session,
)

SHOWN: list[type[models.Model]] = [
    AccessibilityAudit, AccessibilityPlan, Appearance, Document, Edition, Figure, LegalNotice, Logo, Organisation, Partnership,
    Person, SeatPool, Session,
]  # fmt: skip


def public_version() -> str:
    """Return a word that changes whenever a row that public pages read is added, changed or deleted, by whomever.

    PostgreSQL notes in each row which transaction wrote it, and never writes a row anew in the same place: nobody has to
    remember to count a version on, and seats are as exact as without a cache. One statement over some hundred rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement())
        version: str = cursor.fetchone()[0]
    return version


@cache
def _statement() -> str:
    tables = [connection.ops.quote_name(model._meta.db_table) for model in SHOWN]  # noqa: SLF001 - Django's public way
    row = "hashtextextended(concat(xmin, ctid), 0)"
    parts = [f"(SELECT concat(count(*), ':', sum({row})) FROM {table})" for table in tables]  # noqa: S608 - our own names
    return f"SELECT concat_ws(' ', {', '.join(parts)})"
