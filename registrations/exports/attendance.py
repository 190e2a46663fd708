"""The attendance list: one row per registration, those without presence included. ``docs/columns.md`` explains it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse

from programme.models import Edition
from registrations.exports.columns import (
    MACHINE_COLUMNS,
    as_typed,
    clock_time,
    day_and_time,
    french_columns,
    minutes,
    minutes_inside,
    text,
)
from registrations.exports.csv_files import EXCEL_FR, MACHINE, Column, Form, Row, content_disposition, file_name
from registrations.exports.workbooks import XLSX, Workbook
from registrations.models import Export, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services.export_rows import ExportNotAllowed, attendance_rows, record_export
from symposium.accounts.models import User


@dataclass(frozen=True)
class Profile:
    """A form of file with its columns and the words of its name."""

    form: Form | Workbook
    columns: Sequence[Column]
    subject: str
    content: str

    def file_name(self, editions: Sequence[Edition], at: datetime) -> str:
        zone = editions[0].zone if len(editions) == 1 else ZoneInfo(settings.TIME_ZONE)
        subject = f"{self.subject}-{editions[0].slug}" if len(editions) == 1 else self.subject
        return file_name(subject=subject, content=self.content, at=at, zone=zone, suffix=self.form.suffix)


PROFILES = {
    Export.Profile.EXCEL_FR.value: Profile(
        EXCEL_FR, french_columns(text, day_and_time, minutes(",")), subject="colloque", content="presences"
    ),
    Export.Profile.XLSX.value: Profile(
        XLSX, french_columns(as_typed, clock_time, minutes_inside), subject="colloque", content="presences"
    ),
    Export.Profile.MACHINE.value: Profile(
        MACHINE,
        MACHINE_COLUMNS,
        subject="symposium",
        content="attendance",
    ),
}


def attendance_file(registrations: RegistrationQuerySet, profile: str) -> Iterator[bytes]:
    """Return the list piece by piece, whatever its length in the same memory."""
    chosen = PROFILES[profile]
    return chosen.form.encode(attendance_rows(registrations), chosen.columns)


def attendance_response(
    registrations: RegistrationQuerySet, profile: str, *, by: User, at: datetime, reason: str = ""
) -> StreamingHttpResponse:
    """Answer with the list as a download, and record who took it.

    :raises PermissionDenied: ``by`` may not export one of the editions.
    """
    # Of a list that staff filtered and sorted, only which registrations it holds.
    chosen = Registration.objects.filter(pk__in=registrations.order_by().values("pk"))
    record_or_refuse(chosen, profile, by=by, at=at, reason=reason)
    return file_response(chosen, PROFILES[profile], attendance_rows(chosen), at=at)


def record_or_refuse(
    registrations: RegistrationQuerySet, profile: str, *, by: User, at: datetime, reason: str, **named: Any
) -> None:
    """Write down that these registrations leave; ``named`` are the content and the roles that may take it.

    :raises PermissionDenied: ``by`` may not export one of the editions.
    """
    try:
        record_export(registrations=registrations, profile=profile, by=by, at=at, reason=reason, **named)
    except ExportNotAllowed as error:
        raise PermissionDenied from error


def file_response(
    registrations: RegistrationQuerySet, profile: Profile, rows: Iterable[Row], *, at: datetime
) -> StreamingHttpResponse:
    """Answer with rows about ``registrations`` as a download that no cache keeps."""
    editions = list(Edition.objects.filter(registrations__in=registrations).distinct()[:2])
    form = profile.form
    response = StreamingHttpResponse(form.encode(rows, profile.columns), content_type=form.content_type)
    response["Content-Disposition"] = content_disposition(profile.file_name(editions, at))
    response["Cache-Control"] = "no-store"
    return response
