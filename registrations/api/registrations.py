"""Who is registered: without names or, for a token that may read people, with them."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from registrations.api.access import Bearer, edition_of, token_of
from registrations.api.paging import AskedForPage, Page, Rows, read_page
from registrations.models import ApiToken, Attendee, Export, Registration
from registrations.services.export_rows import record_export

router = Router(tags=["registrations"])
Status = Literal["pending", "requested", "confirmed", "waiting", "cancelled", "refused", "expired"]
Mode = Literal["onsite", "online"]


class AskedForRegistrations(AskedForPage):
    status: Status | None = Field(None, description="Only those in this status.")
    mode: Mode | None = Field(None, description="Only those who come so.")


class PersonalData(Schema):
    email: str
    given_name: str
    family_name: str
    affiliation: str


class RegistrationLine(Schema):
    """`person` is null without the scope `people:read`, and of somebody who was erased, as is their `reference`."""

    id: str
    reference: str | None
    status: Status
    mode: Mode
    profile: Literal["researcher", "clinician", "student", "industry", "institution", "press", "other"]
    country: str
    language: Literal["fr", "en"]
    is_walk_in: bool
    created_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    person: PersonalData | None

    @staticmethod
    def resolve_id(registration: Registration) -> str:
        return str(registration.pk)

    @staticmethod
    def resolve_person(registration: Registration) -> Attendee | None:
        """Return the person, where the request has read them along."""
        return registration._state.fields_cache.get("attendee")  # noqa: SLF001


@router.get(
    "/editions/{slug:edition}/registrations",
    response=Page[RegistrationLine],
    auth=Bearer(ApiToken.Scope.REGISTRATIONS),
)
def list_registrations(request: HttpRequest, edition: str, asked: Query[AskedForRegistrations]) -> Rows[Registration]:
    """List the registrations of an edition in the order they came. Scope: `registrations:read`.

    With the scope `people:read` names, addresses and affiliations come along, and each page is recorded as an export.
    """
    token = token_of(request)
    rows = Registration.objects.filter(edition=edition_of(request, edition))
    if asked.status is not None:
        rows = rows.filter(status=asked.status)
    if asked.mode is not None:
        rows = rows.filter(mode=asked.mode)
    reads_people = ApiToken.Scope.PEOPLE in token.scopes
    if reads_people:
        rows = rows.select_related("attendee")
    page = read_page(rows, name="registrations", by=["created_at", "id"], asked=asked)
    if reads_people:
        record_export(
            registrations=Registration.objects.filter(pk__in=[row.pk for row in page.items]),
            profile=Export.Profile.API,
            by=token.created_by,
            at=timezone.now(),
            reason=token.name,
        )
    return page
