"""The attendance list: one row per registration, those without presence included. ``docs/columns.md`` explains it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse

from programme.models import Edition
from registrations.exports.csv_files import (
    EXCEL_FR,
    MACHINE,
    Column,
    Form,
    Row,
    content_disposition,
    file_name,
    neutral,
)
from registrations.exports.workbooks import XLSX, Workbook
from registrations.models import Export, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services.certificates import number
from registrations.services.export_rows import FIELDS, ExportNotAllowed, attendance_rows, record_export
from symposium.accounts.models import User

PLACE = {name: place for place, name in enumerate(FIELDS)}
FIRST_ENTRY = PLACE["first_entry_at"]
SOURCE, STATUS, REFERENCE = PLACE["source"], PLACE["status"], PLACE["reference"]
SECONDS, TIMES = PLACE["seconds_inside"], PLACE["times_inside"]
IDENTIFIER, KEY_VERSION = PLACE["id"], PLACE["key_version"]
Getter = Callable[[Row], object]

# Words that a French spreadsheet can filter by: no accent, no space.
FRENCH = {
    "researcher": "recherche",
    "clinician": "soin",
    "student": "etudes",
    "industry": "industrie",
    "institution": "institution",
    "press": "presse",
    "other": "autre",
    "onsite": "presentiel",
    "online": "distance",
    "pending": "a_confirmer",
    "requested": "demandee",
    "confirmed": "confirmee",
    "waiting": "attente",
    "cancelled": "annulee",
    "refused": "refusee",
    "expired": "expiree",
}
FRENCH_SOURCES = {"qr": "qr", "search": "recherche", "paper": "papier", "walk_in": "sur_place", "online": "visio"}


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


def text(name: str) -> Getter:
    place = PLACE[name]
    return lambda row: neutral(row[place])


def as_typed(name: str) -> Getter:
    """Return text for a cell that is text whatever it looks like."""
    place = PLACE[name]
    return lambda row: row[place] or ""


def french(name: str) -> Getter:
    place = PLACE[name]
    return lambda row: FRENCH[row[place]]


def french_source(row: Row) -> str:
    return FRENCH_SOURCES[row[SOURCE]] if row[SOURCE] else ""


def day_and_time(name: str) -> Getter:
    """Return a moment, which the query writes as in ISO 8601, as « 20/10/2022 14:05 »."""
    place = PLACE[name]

    def getter(row: Row) -> str:
        iso: str = row[place]
        return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]} {iso[11:16]}" if iso else ""

    return getter


def clock_time(name: str) -> Getter:
    """Return a moment by the clock of the edition, as spreadsheets know moments: without a zone."""
    place = PLACE[name]
    return lambda row: datetime.fromisoformat(row[place]).replace(tzinfo=None) if row[place] else ""


def presence(yes: str, no: str) -> Getter:
    return lambda row: yes if row[FIRST_ENTRY] else no


def minutes_inside(row: Row) -> float | str:
    """Return the time inside, known of those alone who were scanned on leaving."""
    seconds: float | None = row[SECONDS]
    if row[TIMES] != 0 or seconds is None or seconds < 0:  # None, still inside, or two devices whose clocks disagree
        return ""
    return round(seconds / 60, 1)


def minutes(decimal_sign: str) -> Getter:
    return lambda row: str(minutes_inside(row)).replace(".", decimal_sign)


def nothing(_row: Row) -> str:
    """Keep the place of what the application does not know yet."""
    return ""


def certificate_number(row: Row) -> str:
    """Return the number that the certificate of who came has or will have, once the edition is over."""
    if not row[FIRST_ENTRY] or row[STATUS] != Registration.Status.CONFIRMED or not row[REFERENCE]:
        return ""
    return number(row[REFERENCE], row[IDENTIFIER], row[KEY_VERSION])


def french_columns(text: Callable[[str], Getter], moment: Callable[[str], Getter], minutes: Getter) -> Sequence[Column]:
    """Return the columns of a French spreadsheet; the form of the file decides what text, moments and numbers are."""
    return [
        ("edition", text("edition__slug")),
        ("code_inscription", text("reference")),
        ("prenom", text("attendee__given_name")),
        ("nom", text("attendee__family_name")),
        ("courriel", text("attendee__email")),
        ("affiliation", text("attendee__affiliation")),
        ("ror", nothing),
        ("pays", text("country")),
        ("langue", text("language")),
        ("profil", french("profile")),
        ("mode", french("mode")),
        ("statut", french("status")),
        ("inscrit_le", moment("registered_at")),
        ("inscrit_le_iso", text("registered_at")),
        ("present", presence("oui", "non")),
        ("premier_pointage", moment("first_entry_at")),
        ("dernier_pointage", moment("last_scan_at")),
        ("porte", text("gate")),
        ("sessions_presentes", text("sessions")),
        ("duree_min", minutes),
        ("source_pointage", french_source),
        ("attestation_no", certificate_number),
    ]


PROFILES = {
    Export.Profile.EXCEL_FR.value: Profile(
        EXCEL_FR, french_columns(text, day_and_time, minutes(",")), subject="colloque", content="presences"
    ),
    Export.Profile.XLSX.value: Profile(
        XLSX, french_columns(as_typed, clock_time, minutes_inside), subject="colloque", content="presences"
    ),
    Export.Profile.MACHINE.value: Profile(
        MACHINE,
        [
            ("edition", text("edition__slug")),
            ("registration_code", text("reference")),
            ("given_name", text("attendee__given_name")),
            ("family_name", text("attendee__family_name")),
            ("email", text("attendee__email")),
            ("affiliation", text("attendee__affiliation")),
            ("ror", nothing),
            ("country", text("country")),
            ("language", text("language")),
            ("profile", text("profile")),
            ("mode", text("mode")),
            ("status", text("status")),
            ("registered_at", text("registered_at")),
            ("present", presence("true", "false")),
            ("first_check_in_at", text("first_entry_at")),
            ("last_check_in_at", text("last_scan_at")),
            ("gate", text("gate")),
            ("sessions_attended", text("sessions")),
            ("duration_min", minutes(".")),
            ("check_in_source", text("source")),
            ("certificate_no", certificate_number),
        ],
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
