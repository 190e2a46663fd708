"""What the attendance list can tell of a registration: each column once, for every form of file."""

from collections.abc import Callable, Sequence
from datetime import datetime

from registrations.exports.csv_files import Column, Row, neutral
from registrations.models import Registration
from registrations.services.certificates import number
from registrations.services.export_rows import FIELDS

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


MACHINE_COLUMNS: Sequence[Column] = [
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
]
