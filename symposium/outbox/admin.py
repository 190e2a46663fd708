"""What was written to whom about, and whether it left.

Whose mails somebody sees depends on the editions, of which the outbox knows nothing: whoever knows them registers this
class with their own ``get_queryset`` (``registrations.admin.mail``). By itself it is for superusers.
"""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from symposium.accounts.admin import ForSuperusers
from symposium.outbox.models import OutgoingMail, OutgoingMailQuerySet
from symposium.outbox.retry import retry_failed


class OutgoingMailAdmin(ForSuperusers[OutgoingMail]):
    list_display = ("created_at", "kind", "about", "state", "attempts", "sent_at", "last_error")
    list_filter: ClassVar[Any] = ("state", "created_at")
    search_fields = ("about",)
    show_full_result_count = False
    ordering = ("-created_at", "id")
    actions = ("send_again",)
    fieldsets = (
        (None, {"fields": ("kind", "about", "state", "last_error")}),
        (
            pgettext_lazy("mail", "Sending"),
            {"fields": ("created_at", "due_at", "sent_at", "attempts", "bounced_at", "bounce_status")},
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return False

    @admin.action(description=_("Send the failed ones again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        count = retry_failed(cast(OutgoingMailQuerySet, queryset), at=timezone.now())
        if not count:
            self.message_user(request, _("None of the selected mails had failed."), messages.WARNING)
            return
        words = ngettext("%(count)s mail will be sent again.", "%(count)s mails will be sent again.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
