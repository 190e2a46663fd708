"""What the attendance list can tell of a registration: each column once, for every form of file.

A key names what is told, whatever the file calls it: column sets keep keys, so a key is never given another meaning.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.models import Edition
from registrations.exports.csv_files import Column, Row
from registrations.exports.questions import columns_of_questions
from registrations.models import Export, Registration
from registrations.services.certificates import number
from registrations.services.export_rows import FIELDS
from symposium.lib.formulas import neutral

PLACE = {name: place for place, name in enumerate(FIELDS)}
FIRST_ENTRY = PLACE["first_entry_at"]
SOURCE, STATUS, REFERENCE = PLACE["source"], PLACE["status"], PLACE["reference"]
SECONDS, TIMES = PLACE["seconds_inside"], PLACE["times_inside"]
IDENTIFIER, KEY_VERSION = PLACE["id"], PLACE["key_version"]
Getter = Callable[[Row], object]
Texts = Callable[[str], Getter]

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
    "yes": "oui",
    "no": "non",
    "no_answer": "sans_reponse",
    "": "",
}
FRENCH_SOURCES = {"qr": "qr", "search": "recherche", "paper": "papier", "walk_in": "sur_place", "online": "visio"}


def text(name: str) -> Getter:
    place = PLACE[name]
    return lambda row: neutral(row[place])


def literal(name: str) -> Getter:
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


def french_columns(text: Texts, moment: Texts, minutes: Getter) -> dict[str, list[Column]]:
    """Return the columns of a French spreadsheet; the form of the file decides what text, moments and numbers are."""
    return {
        "edition": [("edition", text("edition__slug"))],
        "registration_code": [("code_inscription", text("reference"))],
        "given_name": [("prenom", text("attendee__given_name"))],
        "family_name": [("nom", text("attendee__family_name"))],
        "email": [("courriel", text("attendee__email"))],
        "affiliation": [("affiliation", text("attendee__affiliation"))],
        "ror": [("ror", nothing)],
        "country": [("pays", text("country"))],
        "language": [("langue", text("language"))],
        "profile": [("profil", french("profile"))],
        "mode": [("mode", french("mode"))],
        "status": [("statut", french("status"))],
        "still_coming": [("venue_annoncee", french("still_coming"))],
        "registered_at": [("inscrit_le", moment("registered_at")), ("inscrit_le_iso", text("registered_at"))],
        "present": [("present", presence("oui", "non"))],
        "first_check_in_at": [("premier_pointage", moment("first_entry_at"))],
        "last_check_in_at": [("dernier_pointage", moment("last_scan_at"))],
        "gate": [("porte", text("gate"))],
        "sessions_attended": [("sessions_presentes", text("sessions"))],
        "duration_min": [("duree_min", minutes)],
        "check_in_source": [("source_pointage", french_source)],
        "certificate_no": [("attestation_no", certificate_number)],
    }


# The header of a column for machines is its key.
FOR_MACHINES = {
    "edition": text("edition__slug"),
    "registration_code": text("reference"),
    "given_name": text("attendee__given_name"),
    "family_name": text("attendee__family_name"),
    "email": text("attendee__email"),
    "affiliation": text("attendee__affiliation"),
    "ror": nothing,
    "country": text("country"),
    "language": text("language"),
    "profile": text("profile"),
    "mode": text("mode"),
    "status": text("status"),
    "still_coming": text("still_coming"),
    "registered_at": text("registered_at"),
    "present": presence("true", "false"),
    "first_check_in_at": text("first_entry_at"),
    "last_check_in_at": text("last_scan_at"),
    "gate": text("gate"),
    "sessions_attended": text("sessions"),
    "duration_min": minutes("."),
    "check_in_source": text("source"),
    "certificate_no": certificate_number,
}
COLUMNS: dict[str, dict[str, list[Column]]] = {
    Export.Profile.EXCEL_FR: french_columns(text, day_and_time, minutes(",")),
    Export.Profile.XLSX: french_columns(literal, clock_time, minutes_inside),
    Export.Profile.MACHINE: {key: [(key, getter)] for key, getter in FOR_MACHINES.items()},
}
LABELS: dict[str, str | Promise] = {
    "edition": _("Edition"),
    "registration_code": _("Reference"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "email": _("E-mail"),
    "affiliation": _("Affiliation"),
    "ror": _("Identifier of the affiliation (ROR)"),
    "country": _("Country"),
    "language": _("Language"),
    "profile": _("Profile"),
    "mode": _("On site or online"),
    "status": _("Status"),
    "still_coming": _("Still coming?"),
    "registered_at": _("Moment of the registration"),
    "present": _("Present or not"),
    "first_check_in_at": _("First entry"),
    "last_check_in_at": _("Last scan"),
    "gate": _("Gate"),
    "sessions_attended": _("Sessions attended"),
    "duration_min": _("Minutes inside"),
    "check_in_source": _("How the entry was scanned"),
    "certificate_no": _("Number of the certificate"),
}
# Other people's programs read the list by its columns: what came later is written where it was chosen.
ONLY_IF_CHOSEN = {"still_coming"}


@dataclass(frozen=True)
class Choice:
    """What somebody may tick: what the page calls it, and the columns that it has in a form of file."""

    key: str
    label: str | Promise
    columns: list[Column]

    @property
    def is_usual(self) -> bool:
        return self.key not in ONLY_IF_CHOSEN


class ColumnsUnknown(Exception):
    """None of the columns that were chosen exists any more."""


def choices_of(edition: Edition | None, profile: str) -> list[Choice]:
    """Return all that a list can tell of one edition, or of several (None), in the order of the file.

    Whatever an edition adds to its lists is added here.
    """
    choices = [Choice(key, LABELS[key], columns) for key, columns in COLUMNS[profile].items()]
    if edition is None:
        return choices
    asked = columns_of_questions(edition, profile)
    return choices + [Choice(question.field_name, question.title, columns) for question, columns in asked]


def columns_of(edition: Edition | None, profile: str, keys: Collection[str] = ()) -> list[Column]:
    """Return the columns that were chosen, in the order of the file; the usual ones if none was.

    :raises ColumnsUnknown: nothing of what was chosen exists any more.
    """
    choices = choices_of(edition, profile)
    chosen = [choice for choice in choices if (choice.key in keys if keys else choice.is_usual)]
    if not chosen:
        raise ColumnsUnknown
    return [column for choice in chosen for column in choice.columns]


def labels_of(edition: Edition, keys: Collection[str]) -> list[str | Promise]:
    """Return what the page calls the columns that were chosen; none if the usual ones were."""
    return [choice.label for choice in choices_of(edition, Export.Profile.MACHINE) if choice.key in keys]


def unknown(edition: Edition, keys: Iterable[str]) -> list[str]:
    """Return those that the lists of this edition do not have, or no more."""
    known = {choice.key for choice in choices_of(edition, Export.Profile.MACHINE)}
    return [key for key in keys if key not in known]
