"""Who came in. Scans are added by the door alone and never changed."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programme.admin.permissions import ReadOnly
from programme.services.dates import moment_in
from registrations.admin.filters import EditionOfScanFilter
from registrations.models import CheckIn


@admin.register(CheckIn)
class CheckInAdmin(ReadOnly[CheckIn]):
    edition_path = "registration__edition"
    named_by = "registration"
    list_display = ("moment", "registration", "direction", "session_title", "gate", "source", "by")
    list_filter = (EditionOfScanFilter, "direction", "source")
    list_select_related = ("registration__edition", "session", "scanned_by")
    search_fields = ("registration__reference", "gate")
    search_help_text = _("Reference of the registration, or gate.")
    ordering = ("-received_at", "id")
    fields = ("registration", "direction", "session_title", "gate", "source", "moment", "received_at", "by")

    def edition_id_of(self, thing: CheckIn) -> int:
        return thing.registration.edition_id

    @admin.display(description=_("time"), ordering="scanned_at")
    def moment(self, scan: CheckIn) -> str:
        return moment_in(scan.registration.edition, scan.scanned_at)

    @admin.display(description=_("where"))
    def session_title(self, scan: CheckIn) -> str:
        return scan.session.title if scan.session else str(_("door of the edition"))

    @admin.display(description=_("scanned by"))
    def by(self, scan: CheckIn) -> str:
        return scan.scanned_by.called if scan.scanned_by else "—"
