"""Registrations and scans for attendance lists, and the lists read again."""

import csv
import io
from datetime import UTC, datetime, timedelta

from registrations.exports.attendance import attendance_file
from registrations.models import CheckIn, Registration
from registrations.services.attendees import Identity, new_attendee
from registrations.services.export_rows import of_edition
from tests.factories import NOW

DOOR = datetime(2027, 5, 20, 12, 5, 9, tzinfo=UTC)


def register(edition, *, given="Camille", family="Essai", affiliation="Institut Exemple", has_person=True, **fields):
    number = Registration.objects.count()
    ordinary = {"status": "confirmed", "mode": "onsite", "profile": "researcher", "language": "fr", "country": "FR"}
    registration = Registration.objects.create(
        edition=edition,
        reference=f"SYM-0000-{number:04}",
        **{"created_at": NOW + timedelta(minutes=number), **ordinary, **fields},
    )
    if has_person:
        new_attendee(registration, Identity(f"p{number}@example.org", given, family, affiliation)).save()
    return registration


def scan(registration, at, direction="entry", **fields):
    return CheckIn.objects.create(
        registration=registration,
        direction=direction,
        scanned_at=at,
        received_at=at,
        **{"source": "qr", "gate": "A", **fields},
    )


def read(edition, profile="excel-fr"):
    text = b"".join(attendance_file(of_edition(edition), profile)).decode()
    delimiter = ";" if profile == "excel-fr" else ","
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
