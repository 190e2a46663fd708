"""The attendance list: one row per registration, those without presence included. ``docs/columns.md`` explains it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse

from programme.models import Edition
from registrations.exports.columns import columns_of
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
        EXCEL_FR, columns_of(None, Export.Profile.EXCEL_FR), subject="colloque", content="presences"
    ),
    Export.Profile.XLSX.value: Profile(
        XLSX, columns_of(None, Export.Profile.XLSX), subject="colloque", content="presences"
    ),
    Export.Profile.MACHINE.value: Profile(
        MACHINE, columns_of(None, Export.Profile.MACHINE), subject="symposium", content="attendance"
    ),
}


def profile_with(profile: str, edition: Edition | None, keys: Collection[str] = ()) -> Profile:
    """Return a form of file with the columns that were chosen, all of them if none was.

    :raises ColumnsUnknown: nothing of what was chosen exists any more.
    """
    return replace(PROFILES[profile], columns=columns_of(edition, profile, keys))


def edition_of(registrations: RegistrationQuerySet) -> Edition | None:
    """Return the one edition that these registrations belong to, if it is one."""
    found = _editions_of(registrations)
    return found[0] if len(found) == 1 else None


def _editions_of(registrations: RegistrationQuerySet) -> list[Edition]:
    """Return the editions of these registrations, two at most."""
    return list(Edition.objects.filter(registrations__in=registrations.order_by()).distinct()[:2])


def attendance_file(
    registrations: RegistrationQuerySet, profile: str, *, edition: Edition | None = None, keys: Collection[str] = ()
) -> Iterator[bytes]:
    """Return the list piece by piece, whatever its length in the same memory.

    :raises ColumnsUnknown: nothing of what was chosen exists any more.
    """
    chosen = profile_with(profile, edition or edition_of(registrations), keys)
    return chosen.form.encode(attendance_rows(registrations), chosen.columns)


def attendance_response(
    registrations: RegistrationQuerySet,
    profile: str,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    edition: Edition | None = None,
    keys: Collection[str] = (),
) -> StreamingHttpResponse:
    """Answer with the list as a download, and record who took it.

    :raises PermissionDenied: ``by`` may not export one of the editions.
    """
    # Of a list that staff filtered and sorted, only which registrations it holds.
    chosen = Registration.objects.filter(pk__in=registrations.order_by().values("pk"))
    record_or_refuse(chosen, profile, by=by, at=at, reason=reason, columns=keys)
    columns = profile_with(profile, edition or edition_of(chosen), keys)
    return file_response(chosen, columns, attendance_rows(chosen), at=at)


def record_or_refuse(
    registrations: RegistrationQuerySet, profile: str, *, by: User, at: datetime, reason: str, **named: Any
) -> None:
    """Write down that these registrations leave; ``named`` are what leaves and the roles that may take it.

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
    editions = _editions_of(registrations)
    form = profile.form
    response = StreamingHttpResponse(form.encode(rows, profile.columns), content_type=form.content_type)
    response["Content-Disposition"] = content_disposition(profile.file_name(editions, at))
    response["Cache-Control"] = "no-store"
    return response
