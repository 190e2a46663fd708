"""From the lines of a list that organizers upload to what a form would have said; each line by itself."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.models import AttendanceMode
from registrations.exports.columns import FRENCH
from registrations.forms import LostMailForm, PlaceForm
from registrations.models import Profile, Registration
from registrations.services.attendees import Identity
from registrations.services.register import Application
from symposium.lib import countries
from symposium.lib.formulas import as_typed
from symposium.lib.tables import Line
from symposium.lib.text import fold, normalise_email
from symposium.lib.typography import APOSTROPHE

SIGNS = re.compile(r"[\W_]+")
SHOWN_CHARACTERS = 40
# Headers as people write them, without accents, case and signs; those of our own exports among them.
HEADERS = {
    "email": ("courriel", "email", "e mail", "mail", "adresse", "adresse electronique", "adresse e mail", "adresse mail", "adresse email", "email address", "e mail address"),
    "given_name": ("prenom", "prenoms", "given name", "first name", "firstname"),
    "family_name": ("nom", "nom de famille", "family name", "last name", "lastname", "surname", "name"),
    "affiliation": ("affiliation", "institution", "etablissement", "organisme", "organisation", "organization"),
    "country": ("pays", "country"),
    "language": ("langue", "language"),
    "profile": ("profil", "profile"),
    "mode": ("mode", "participation", "attendance", "attendance mode"),
    "status": ("statut", "status"),
}  # fmt: skip
FIELDS = {header: field for field, headers in HEADERS.items() for header in headers}
NEEDED = {
    "email": gettext_lazy("The e-mail address is missing."),
    "family_name": gettext_lazy("The family name is missing."),
}
MODES = {
    **{mode: mode for mode in AttendanceMode.values},
    **{FRENCH[mode]: mode for mode in AttendanceMode.values},
    "on site": AttendanceMode.ONSITE.value,
    "sur place": AttendanceMode.ONSITE.value,
    "en ligne": AttendanceMode.ONLINE.value,
    "a distance": AttendanceMode.ONLINE.value,
}
PROFILES = {
    **{profile: profile for profile in Profile.values},
    **{FRENCH[profile]: profile for profile in Profile.values},
    "research": Profile.RESEARCHER.value,
    "care": Profile.CLINICIAN.value,
    "studies": Profile.STUDENT.value,
}
LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}
# Of whom our own export says that they no longer come.
OVER = {
    word for status in set(Registration.Status) - set(Registration.ALIVE) for word in (status.value, FRENCH[status])
}
TEXTS = ("given_name", "family_name", "affiliation")


class ColumnsMissing(Exception):
    """The first line names no column for something that is needed."""


@dataclass(frozen=True)
class Defaults:
    """What counts for a line that does not say."""

    mode: str
    profile: str
    language: str


@dataclass(frozen=True)
class Problem:
    line: int
    words: str


@dataclass(frozen=True)
class Reading:
    """``unread`` are the headers of the other columns."""

    applications: list[Application]
    problems: list[Problem]
    unread: list[str]


def read_people(lines: Sequence[Line], *, modes: Collection[str], defaults: Defaults) -> Reading:
    """Return what the lines say, and in words what is wrong with those that are left out.

    :raises ColumnsMissing: there is none for the address or for the family name.
    """
    header, *rest = lines
    places = _places(header.cells)
    if any(field not in places for field in NEEDED):
        raise ColumnsMissing
    applications: dict[str, Application] = {}
    numbers: dict[str, int] = {}
    problems = []
    for line in rest:
        cells = {field: as_typed(line.cells[at].strip()) for field, at in places.items() if at < len(line.cells)}
        try:
            application = _application(cells, modes, defaults)
        except ValidationError as error:
            problems.append(Problem(line.number, " ".join(error.messages)))
            continue
        email = normalise_email(application.identity.email)
        if email in applications:
            same = _("The same address as on line %(line)s.") % {"line": numbers[email]}
            problems.append(Problem(line.number, same))
        else:
            applications[email], numbers[email] = application, line.number
    unread = [cell for at, cell in enumerate(header.cells) if cell.strip() and at not in places.values()]
    return Reading(list(applications.values()), problems, unread)


def _places(headers: Sequence[str]) -> dict[str, int]:
    """Return where each field stands; of two columns of one meaning the first counts."""
    places: dict[str, int] = {}
    for at, header in enumerate(headers):
        field = FIELDS.get(fold(SIGNS.sub(" ", header)))
        if field:
            places.setdefault(field, at)
    return places


def _application(cells: Mapping[str, str], modes: Collection[str], defaults: Defaults) -> Application:
    """Return what a line says.

    :raises ValidationError: something of it cannot be.
    """
    for field, words in NEEDED.items():
        if not cells.get(field):
            raise ValidationError(words)
    if fold(cells.get("status", "")) in OVER:
        raise ValidationError(_("Cancelled, refused or expired, as the list says."))
    mode = _one_of(MODES, cells.get("mode"), defaults.mode, _("“%(value)s” is no form of attendance."))
    if mode not in modes:
        raise ValidationError(
            _("The edition has no seats of this kind: %(mode)s.") % {"mode": AttendanceMode(mode).label}
        )
    texts = {name: PlaceForm.base_fields[name].clean(cells.get(name, "")) for name in TEXTS}
    return Application(
        identity=Identity(email=LostMailForm.base_fields["email"].clean(cells["email"]), **texts),
        mode=mode,
        profile=_one_of(PROFILES, cells.get("profile"), defaults.profile, _("“%(value)s” is no profile.")),
        country=_one_of(_countries(), cells.get("country"), "", _("“%(value)s” is no country.")),
        language=_one_of(LANGUAGES, cells.get("language"), defaults.language, _("We do not write in “%(value)s”.")),
    )


def _one_of(words: Mapping[str, str], value: str | None, default: str, refusal: str) -> str:
    if not value:
        return default
    try:
        return words[_key(value)]
    except KeyError as error:
        raise ValidationError(refusal % {"value": value[:SHOWN_CHARACTERS]}) from error


def _key(value: str) -> str:
    return fold(value.replace(APOSTROPHE, "'"))


@cache
def _countries() -> dict[str, str]:
    """Return the codes by code and by name in both languages."""
    names = {_key(name): code for language in ("en", "fr") for code, name in countries.names(language).items()}
    return names | {code.lower(): code for code in countries.names("en")}
