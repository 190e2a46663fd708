"""The whole database in one file, and back.

Rows are copied by PostgreSQL itself, table by table, in one snapshot; the tables are those of the models, and the file says
which migrations they had. Sessions are left out: who restores signs in again. Secrets and keys are not in the database.
"""

import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as LoginSession
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from programme.models import Edition
from registrations.models import Registration
from registrations.services import privacy
from symposium.accounts.models import User
from symposium.lib import erasures
from symposium.outbox.models import OutgoingMail
from symposium.trail import writing as trail

ABOUT = "about.json"
CHUNK_BYTES = 1 << 16
HELD_BACK = "Restored from a backup: it may have been sent since. Send it again if it was not."


class NotEmpty(Exception):
    """There are editions, people or accounts already: a backup is restored into an empty database alone."""


class OtherMigrations(Exception):
    """The backup was made by another version, whose tables differ."""


class NotABackup(Exception):
    """The file is none of ours, or is cut."""


def journal_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.erasures")


def back_up(*, path: Path, at: datetime) -> dict[str, int]:
    """Write everything to ``path``, and the journal of erasures beside it; return the rows of each table."""
    partly = path.with_name(f"{path.name}.part")
    counts: dict[str, int] = {}
    with transaction.atomic(durable=True), zipfile.ZipFile(partly, "w", zipfile.ZIP_DEFLATED) as archive:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for model in _models():
                with archive.open(f"{_table(model)}.copy", "w", force_zip64=True) as out:
                    counts[_table(model)] = _copy_out(cursor, model, out)
        about = {"made_at": at.isoformat(), "migrations": _migrations(), "columns": _columns_by_table(), "rows": counts}
        archive.writestr(ABOUT, json.dumps(about, indent=1))
    partly.replace(path)  # a backup that was cut never stands under the name of one
    erasures.write(journal_beside(path), erasures.read(settings.ERASURE_JOURNAL, journal_beside(path)))
    return counts


def restore(*, path: Path, at: datetime) -> tuple[dict[str, int], int]:
    """Fill an empty database, migrated to the same version, from ``path``; return its rows, and how many were erased again.

    Mails that were not sent yet when the backup was made are held back, since they may have been sent after it.

    :raises NotEmpty: nothing was touched.
    :raises OtherMigrations: nothing was touched.
    :raises NotABackup: nothing was touched.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(ABOUT))
            _fill(archive, about)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise NotABackup(path) from error
    digests = erasures.read(journal_beside(path), settings.ERASURE_JOURNAL)
    again = [
        one for one in Registration.objects.filter(attendee__isnull=False) if erasures.digest_of(one.pk) in digests
    ]
    for registration in again:
        privacy.erase(registration=registration, at=at, by=trail.Source.COMMAND)
    return about["rows"], len(again)


def _fill(archive: zipfile.ZipFile, about: dict[str, Any]) -> None:
    if about["migrations"] != _migrations():
        raise OtherMigrations
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if any(model.objects.exists() for model in (Edition, Registration, User)):
            raise NotEmpty
        tables = ", ".join(_quoted(_table(model)) for model in _models())
        cursor.execute(f"TRUNCATE {tables}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in _models():
            with archive.open(f"{_table(model)}.copy") as source:
                _copy_in(cursor, model, about["columns"][_table(model)], source)
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
        ContentType.objects.clear_cache()  # their ids are now those of the backup
        OutgoingMail.objects.waiting().update(state=OutgoingMail.State.FAILED, last_error=HELD_BACK)


def _copy_out(cursor: Any, model: type[models.Model], out: IO[bytes]) -> int:
    columns = ", ".join(_quoted(column) for column in _columns(model))
    with cursor.copy(f"COPY {_quoted(_table(model))} ({columns}) TO STDOUT") as copy:
        for chunk in copy:
            out.write(chunk)
    return int(cursor.rowcount)


def _copy_in(cursor: Any, model: type[models.Model], columns: Iterable[str], source: IO[bytes]) -> None:
    names = ", ".join(_quoted(column) for column in columns)
    with cursor.copy(f"COPY {_quoted(_table(model))} ({names}) FROM STDIN") as copy:
        while chunk := source.read(CHUNK_BYTES):
            copy.write(chunk)


def _models() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy and model is not LoginSession]  # noqa: SLF001


def _columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if field.column and not field.generated]  # noqa: SLF001


def _columns_by_table() -> dict[str, list[str]]:
    return {_table(model): _columns(model) for model in _models()}


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's public way to the table


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)
