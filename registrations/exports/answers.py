"""What people need, and what they agreed to, as files of their own. ``docs/columns.md`` explains them."""

from collections.abc import Callable, Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import StreamingHttpResponse
from django.utils.translation import override

from programme.models import ConsentKind, StaffRole
from registrations.exports.attendance import Profile, file_response, record_or_refuse
from registrations.exports.columns import FRENCH
from registrations.exports.csv_files import EXCEL_FR, MACHINE, Column, Row
from registrations.exports.workbooks import XLSX
from registrations.models import AccessNeed, Arrangement, Consent, Export, Registration
from registrations.models.needs import DIET, NEEDS, NOTE
from symposium.accounts.models import User
from symposium.lib.formulas import neutral

ColumnOf = Callable[[int, str], Column]
ZONE = "registration__edition__time_zone"
ARRANGEMENT_FIELDS = (
    "needs__registration__edition__slug",
    "needs__registration__reference",
    "needs__registration__attendee__given_name",
    "needs__registration__attendee__family_name",
    "needs__registration__mode",
    "needs__registration__status",
    "need",
    "needs__diet",
    "needs__note",
    "due_date",
    "done_at",
    "staff_note",
    Coalesce(NullIf("answered_by__name", Value("")), F("answered_by__email"), output_field=CharField()),
    f"needs__{ZONE}",
)
CONSENT_FIELDS = (
    "registration__edition__slug",
    "registration__reference",
    "registration__attendee__given_name",
    "registration__attendee__family_name",
    "registration__attendee__email",
    "registration__language",
    "kind",
    "decided_at",
    ZONE,
)
FRENCH_CONSENTS = {"newsletter": "lettre", "photos": "images", "attendee_list": "liste", "needs": "besoins"}


def text(place: int, header: str) -> Column:
    return header, lambda row: neutral(row[place])


def literal(place: int, header: str) -> Column:
    return header, lambda row: row[place]


def french(place: int, header: str, words: dict[str, str]) -> Column:
    return header, lambda row: words[row[place]]


def moment(place: int, header: str) -> Column:
    return header, lambda row: row[place].isoformat() if row[place] else ""


def clock_time(place: int, header: str) -> Column:
    """Return a day, or a moment by the clock of the edition, whose zone is the last field of a row."""

    def getter(row: Row) -> object:
        value = row[place]
        return value.astimezone(ZoneInfo(row[-1])).replace(tzinfo=None) if isinstance(value, datetime) else value

    return header, getter


def only_of(needs: Collection[str], column: Column) -> Column:
    """Leave the column empty in a row of another need: a caterer is sent meals and no word of anything else."""
    header, getter = column
    return header, lambda row: getter(row) if row[6] in needs else ""


def in_french(place: int, header: str) -> Column:
    def getter(row: Row) -> str:
        with override("fr"):
            return str(NEEDS[row[place]])

    return header, getter


def french_needs(text: ColumnOf, moment: ColumnOf) -> list[Column]:
    return [
        text(0, "edition"),
        text(1, "code_inscription"),
        text(2, "prenom"),
        text(3, "nom"),
        french(4, "mode", FRENCH),
        french(5, "statut", FRENCH),
        in_french(6, "besoin"),
        only_of([DIET], text(7, "regime")),
        only_of(AccessNeed.values, in_french(6, "accessibilite")),
        only_of([NOTE], text(8, "autre_besoin")),
        moment(9, "echeance"),
        moment(10, "fait_le"),
        text(11, "suivi"),
        text(12, "responsable"),
    ]


def french_consents(text: ColumnOf, moment: ColumnOf) -> list[Column]:
    return [
        text(0, "edition"),
        text(1, "code_inscription"),
        text(2, "prenom"),
        text(3, "nom"),
        text(4, "courriel"),
        text(5, "langue"),
        french(6, "accord", FRENCH_CONSENTS),
        moment(7, "donne_le"),
    ]


ARRANGEMENTS = {
    Export.Profile.EXCEL_FR.value: Profile(EXCEL_FR, french_needs(text, moment), subject="colloque", content="besoins"),
    Export.Profile.XLSX.value: Profile(XLSX, french_needs(literal, clock_time), subject="colloque", content="besoins"),
    Export.Profile.MACHINE.value: Profile(
        MACHINE,
        [
            text(0, "edition"),
            text(1, "registration_code"),
            text(2, "given_name"),
            text(3, "family_name"),
            text(4, "mode"),
            text(5, "status"),
            text(6, "need"),
            only_of([DIET], text(7, "diet")),
            only_of(AccessNeed.values, text(6, "access_needs")),
            only_of([NOTE], text(8, "needs_note")),
            moment(9, "due_date"),
            moment(10, "done_at"),
            text(11, "staff_note"),
            text(12, "answered_by"),
        ],
        subject="symposium",
        content="needs",
    ),
}
CONSENTS = {
    Export.Profile.EXCEL_FR.value: Profile(
        EXCEL_FR, french_consents(text, moment), subject="colloque", content="accords"
    ),
    Export.Profile.XLSX.value: Profile(
        XLSX, french_consents(literal, clock_time), subject="colloque", content="accords"
    ),
    Export.Profile.MACHINE.value: Profile(
        MACHINE,
        [
            text(0, "edition"),
            text(1, "registration_code"),
            text(2, "given_name"),
            text(3, "family_name"),
            text(4, "email"),
            text(5, "language"),
            text(6, "consent"),
            moment(7, "given_at"),
        ],
        subject="symposium",
        content="consents",
    ),
}


def needs_response(
    arrangements: QuerySet[Arrangement], profile: str, *, by: User, at: datetime, reason: str
) -> StreamingHttpResponse:
    """Answer with these needs, a row each, for those alone who serve them.

    :raises PermissionDenied: ``by`` does not serve the needs of one of the editions.
    """
    chosen = Arrangement.objects.filter(pk__in=arrangements.order_by().values("pk"))
    # Each as often as needs of it leave: rows are what is counted.
    registrations = Registration.objects.filter(needs__arrangements__in=chosen)
    rows = chosen.order_by("needs__registration__edition_id", "needs_id", "pk").values_list(*ARRANGEMENT_FIELDS)
    named = {"content": Export.Content.NEEDS, "roles": (StaffRole.Role.NEEDS,)}
    record_or_refuse(registrations, profile, by=by, at=at, reason=reason, **named)
    return file_response(registrations, ARRANGEMENTS[profile], rows.iterator(), at=at)


def consents_response(
    registrations: QuerySet[Registration], profile: str, *, by: User, at: datetime, reason: str
) -> StreamingHttpResponse:
    """Answer with the consents that hold now, a row each, but that to needs.

    :raises PermissionDenied: ``by`` may not export one of the editions.
    """
    given = Consent.objects.in_force().filter(is_given=True, registration__in=registrations.order_by().values("pk"))
    given = given.exclude(kind=ConsentKind.NEEDS).filter(registration__attendee__isnull=False)
    chosen = Registration.objects.filter(pk__in=given.values("registration"))
    record_or_refuse(chosen, profile, by=by, at=at, reason=reason, content=Export.Content.CONSENTS)
    rows = given.order_by("registration__edition_id", "kind", "pk").values_list(*CONSENT_FIELDS)
    return file_response(chosen, CONSENTS[profile], rows.iterator(), at=at)
