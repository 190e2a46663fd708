"""Who came in, and letting somebody in."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Field, Header, Query, Router, Schema
from pydantic import AwareDatetime

from programme.models import Edition, Session
from registrations.api import problems
from registrations.api.access import Bearer, edition_of, token_of
from registrations.api.idempotency import reply_once
from registrations.api.paging import AskedForPage, Page, Rows, read_page
from registrations.models import ApiToken, CheckIn
from registrations.services import admission, door
from registrations.services.kept_replies import Reply
from symposium.accounts.models import User

router = Router(tags=["check-ins"])
Source = Literal["qr", "search", "paper", "walk_in", "online"]
# PostgreSQL keeps no NUL.
WITHOUT_NUL = r"^[^\u0000]*$"
# A device without network may bring its scans days later; one whose clock is further off than this is not set.
CLOCK_OFF_AT_MOST = timedelta(days=30)


class CheckInLine(Schema):
    """`session` is null at the door of the edition. `scanned_at` is the time of the device."""

    id: str
    registration: str
    session: str | None
    direction: Literal["entry", "exit"]
    source: Source
    gate: str
    scanned_at: datetime
    received_at: datetime

    @staticmethod
    def resolve_id(check_in: CheckIn) -> str:
        return str(check_in.pk)

    @staticmethod
    def resolve_registration(check_in: CheckIn) -> str:
        return str(check_in.registration_id)

    @staticmethod
    def resolve_session(check_in: CheckIn) -> str | None:
        return check_in.session.slug if check_in.session else None


class Scan(Schema):
    id: UUID = Field(description="Made by the device: the same scan sent again is the same entry.")
    code: str = Field(
        min_length=1, max_length=500, pattern=WITHOUT_NUL, description="What the QR code holds, or a reference."
    )
    session: str | None = Field(None, max_length=50, pattern=WITHOUT_NUL, description="Empty: the door of the edition.")
    source: Source = "qr"
    gate: str = Field("", max_length=40, pattern=WITHOUT_NUL)
    scanned_at: AwareDatetime | None = Field(None, description="The time of the device; empty: now.")


@router.get("/editions/{slug:edition}/check-ins", response=Page[CheckInLine], auth=Bearer(ApiToken.Scope.CHECK_INS))
def list_check_ins(request: HttpRequest, edition: str, asked: Query[AskedForPage]) -> Rows[CheckIn]:
    """List the scans of an edition in the order they arrived. Scope: `checkins:read`."""
    rows = CheckIn.objects.filter(registration__edition=edition_of(request, edition)).select_related("session")
    return read_page(rows, name="check-ins", by=["received_at", "id"], asked=asked)


@router.post("/editions/{slug:edition}/check-ins", response={201: CheckInLine}, auth=Bearer(ApiToken.Scope.SCANS))
def let_in(
    request: HttpRequest,
    edition: str,
    scan: Scan,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", max_length=255)] = "",
) -> HttpResponse:
    """Let somebody in, at the door of the edition or of a session. Scope: `checkins:write`.

    The same scan sent again is the same entry. Under an `Idempotency-Key` the reply is kept for 24 hours: the same
    request gets it again, another one is refused with 422.
    """
    found, at = edition_of(request, edition), timezone.now()
    return reply_once(request, idempotency_key, lambda: _let_in(found, scan, by=token_of(request).created_by, at=at))


def _let_in(edition: Edition, scan: Scan, *, by: User, at: datetime) -> Reply:
    scanned_at = scan.scanned_at or at
    if abs(scanned_at - at) > CLOCK_OFF_AT_MOST:
        return _no(HTTPStatus.UNPROCESSABLE_ENTITY, "clock_off", _("The clock of the device is more than 30 days off."))
    registration = admission.find_by_code(edition, scan.code)
    if registration is None:
        return _no(HTTPStatus.UNPROCESSABLE_ENTITY, "code_unknown", _("No ticket of this edition has this code."))
    session = Session.objects.talks().filter(edition=edition, slug=scan.session).first()
    if session is None and scan.session is not None:
        return _no(HTTPStatus.UNPROCESSABLE_ENTITY, "session_unknown", _("The edition has no such session."))
    try:
        check_in = door.check_in(
            registration=registration,
            by=by,
            source=scan.source,
            gate=scan.gate,
            at=at,
            scanned_at=scanned_at.astimezone(UTC),
            scan_id=scan.id,
            session=session,
        )
    except door.NotConfirmed as error:
        more = {"registration_status": error.status}
        return _no(HTTPStatus.CONFLICT, "not_confirmed", _("The registration holds no seat."), more)
    except door.AlreadyCheckedIn as error:
        detail = _("Somebody entered with this ticket before.")
        return _no(HTTPStatus.CONFLICT, "already_checked_in", detail, {"check_in": _line(error.check_in)})
    except door.ScanIdTaken:
        return _no(HTTPStatus.CONFLICT, "scan_id_taken", _("The device sent another scan under this id before."))
    return Reply(HTTPStatus.CREATED, _line(check_in))


def _line(check_in: CheckIn) -> dict[str, Any]:
    return CheckInLine.from_orm(check_in).model_dump(mode="json")


def _no(status: HTTPStatus, code: str, detail: str, more: dict[str, Any] | None = None) -> Reply:
    """Return a refusal as it may be kept, in English: it is translated for whoever asks, when it is answered."""
    return Reply(status, problems.content_of(status, code, detail, more))
