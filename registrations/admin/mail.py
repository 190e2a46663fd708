"""The outbox, for the organizers of the editions that its mails are about."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from programme.admin.permissions import Role, editions_of, has_role, member_of
from programme.models import Edition
from registrations.admin.filters import EditionFilter
from registrations.mails.rehearsals import text_of
from registrations.models.registrations import mails_of_edition
from registrations.services import messages, survey
from registrations.services.letters import Kind
from symposium.outbox.admin import OutgoingMailAdmin
from symposium.outbox.models import OutgoingMail

LETTERS = {
    Kind.CONFIRM_ADDRESS: _("please confirm your address"),
    Kind.REQUESTED: _("request received"),
    Kind.CONFIRMED: _("place confirmed"),
    Kind.WAITING: _("on the waiting list"),
    Kind.PROMOTED: _("seat from the waiting list"),
    Kind.SESSION_PROMOTED: _("seat in a session"),
    Kind.CHANGED: _("registration changed"),
    Kind.CHANGE_GRANTED: _("request for a change granted"),
    Kind.CHANGE_DECLINED: _("request for a change declined"),
    Kind.MERGED: _("registrations merged"),
    Kind.ASSISTANT: _("to whom has registered somebody else"),
    Kind.CANCELLED: _("registration cancelled"),
    Kind.REFUSED: _("request refused"),
    Kind.LINK: _("link sent again"),
    Kind.REMINDER: _("reminder"),
    Kind.QUESTIONS: _("questions to answer"),
    Kind.STILL_COMING: _("are you still coming?"),
    Kind.SILENT: _("seat freed without an answer"),
    Kind.EDITION_POSTPONED: _("edition postponed"),
    Kind.EDITION_CANCELLED: _("edition cancelled"),
    Kind.EDITION_RESCHEDULED: _("new date of the edition"),
    Kind.NEW_ADDRESS: _("new address to be proved"),
    Kind.ADDRESS_CHANGED: _("address changed"),
    Kind.FORMER_ADDRESS: _("address changed, to the former one"),
    Kind.EDITION_MOVED_ONLINE: _("edition moved online"),
    Kind.GROUP: _("group registered, to who did it"),
    Kind.VISA_LETTER_ISSUED: _("letter of invitation issued"),
    Kind.VISA_LETTER_DECLINED: _("letter of invitation declined"),
    messages.KIND: _("message of the organizers"),
    survey.KIND: _("survey"),
    messages.TEST: _("test of a message"),
}


def letter_name(kind: str) -> str:
    return str(LETTERS.get(kind, kind))


class LetterFilter(admin.SimpleListFilter):
    title = _("letter")
    parameter_name = "letter"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [(str(kind), words) for kind, words in LETTERS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class EditionOfMailFilter(EditionFilter):
    roles = (Role.ORGANIZER,)

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        if not self.value():
            return queryset
        # By numbers, of which there are few: so the index of the outbox gives the first page and counts all the rest.
        editions = Edition.objects.filter(slug=self.value()).values_list("pk", flat=True)
        return queryset.filter(belongs_to__in=map(mails_of_edition, editions))


@admin.register(OutgoingMail)
class MailAdmin(OutgoingMailAdmin):
    list_display = ("created_at", "letter", "about", "state", "attempts", "due_at", "sent_at", "last_error")
    list_filter = (EditionOfMailFilter, "state", LetterFilter, "created_at")
    list_per_page = 50
    fieldsets = (
        (None, {"fields": ("letter", "about", "state", "last_error")}),
        (_("Sending"), {"fields": ("created_at", "due_at", "sent_at", "attempts", "bounced_at", "bounce_status")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: OutgoingMail | None = None) -> Any:
        is_kept = obj is not None and obj.state == OutgoingMail.State.KEPT
        text = [(_("How it would have left"), {"fields": ("text",)})] if is_kept else []
        return [*super().get_fieldsets(request, obj), *text]

    @admin.display(description=_("text"))
    def text(self, mail: OutgoingMail) -> str:
        """Show a mail that stays here, links included: that of anybody else is for its receiver alone."""
        words = text_of(mail) or _("Nothing: what it told was no longer true.")
        return format_html('<pre class="letter">{}</pre>', words)

    @admin.display(description=_("letter"), ordering="kind")
    def letter(self, mail: OutgoingMail) -> str:
        return letter_name(mail.kind)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        everything = super().get_queryset(request)
        user = member_of(request)
        if user is None:
            return everything.none()
        if user.is_superuser:
            return everything
        editions = editions_of(request, Role.ORGANIZER).values_list("pk", flat=True)
        return everything.filter(belongs_to__in=map(mails_of_edition, editions))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request, Role.ORGANIZER)

    def has_view_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        if not has_role(request, Role.ORGANIZER):
            return False
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()
