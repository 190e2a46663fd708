"""The outbox, for the organizers of the editions that its mails are about."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from programme.admin.permissions import Role, editions_of, has_role, member_of
from programme.models import Edition
from registrations.admin.filters import EditionFilter
from registrations.mails.rehearsals import kept_mail
from registrations.models import Registration
from registrations.models.registrations import mails_of_edition, registration_key
from registrations.services import messages, survey
from registrations.services.letters import Kind
from symposium.outbox.admin import OutgoingMailAdmin
from symposium.outbox.models import OutgoingMail
from symposium.outbox.views import FRAME_POLICY

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
    Kind.LINK: pgettext_lazy("letter", "link sent again"),
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


def with_references(mails: Iterable[Any]) -> Any:
    """Look up all at once by what the registrations are called that the mails are about."""
    found = list(mails)
    registrations = Registration.objects.filter(pk__in=set(filter(None, map(registration_key, found))))
    references = {str(pk): reference for pk, reference in registrations.values_list("pk", "reference")}
    for mail in found:
        mail.reference = references.get(registration_key(mail))
    return found


class MailList(ChangeList):
    """Looks up what the mails of the page are about, and of no others."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = with_references(self.result_list)


@admin.register(OutgoingMail)
class MailAdmin(OutgoingMailAdmin):
    named_by = "letter"
    list_display = ("created_at", "letter", "registration", "state", "attempts", "sent_at", "last_error")
    search_fields = ("about",)  # the search itself is get_search_results: this only shows its box
    search_help_text = _("Name, e-mail, affiliation or reference; accents and capitals do not matter.")
    list_filter = (EditionOfMailFilter, "state", LetterFilter, "created_at")
    list_per_page = 50
    fieldsets = (
        (None, {"fields": ("letter", "registration", "state", "last_error")}),
        (_("Sending"), {"fields": ("created_at", "due_at", "sent_at", "attempts", "bounced_at", "bounce_status")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: OutgoingMail | None = None) -> Any:
        is_kept = obj is not None and obj.state == OutgoingMail.State.KEPT
        text = [(_("How it would have left"), {"fields": ("picture", "text")})] if is_kept else []
        return [*super().get_fieldsets(request, obj), *text]

    # A mail that stays here is shown, links included: that of anybody else is for its receiver alone.

    @admin.display(description=_("As a mail program shows it"))
    def picture(self, mail: OutgoingMail) -> str:
        if mail.kept is None:  # type: ignore[attr-defined]  # written for the page
            return str(_("Nothing: what it told was no longer true."))
        return format_html(
            '<iframe class="frame" title="{}" src="{}" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>',
            _("The mail as a mail program shows it"),
            reverse("admin:outbox_outgoingmail_letter", args=[mail.pk]),
        )

    @admin.display(description=_("As text"))
    def text(self, mail: OutgoingMail) -> str:
        kept = mail.kept  # type: ignore[attr-defined]  # written for the page
        return format_html('<pre class="letter">{}\n\n{}</pre>', kept.subject, kept.text) if kept else "—"

    def get_urls(self) -> list[URLPattern]:
        frame = self.admin_site.admin_view(partial(letter_frame, self))
        return [path("<uuid:mail_id>/letter/", frame, name="outbox_outgoingmail_letter"), *super().get_urls()]

    # What the mails of a page are about, as organizers call it

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return MailList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> OutgoingMail | None:
        mail = super().get_object(request, object_id, from_field)
        if mail is None:
            return None
        with_references([mail])
        mail.kept = kept_mail(mail) if mail.state == OutgoingMail.State.KEPT else None  # type: ignore[attr-defined]
        return mail

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        found = Registration.objects.matching(search_term).naming_mails().annotate(about=F("about"))
        return queryset.filter(about__in=found.values("about")), False

    @admin.display(description=_("registration"))
    def registration(self, mail: OutgoingMail) -> str:
        key, reference = registration_key(mail), mail.reference  # type: ignore[attr-defined]  # looked up for the page
        if not reference:
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:registrations_registration_change", args=[key]), reference
        )

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


@method_decorator(require_safe)
@method_decorator(xframe_options_sameorigin)
def letter_frame(model_admin: MailAdmin, request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """Serve the HTML part of a mail that stays here, for the frame on its page."""
    found = model_admin.get_queryset(request).filter(state=OutgoingMail.State.KEPT)
    kept = kept_mail(get_object_or_404(found, pk=mail_id))
    if kept is None:
        raise Http404
    response = HttpResponse(kept.html)
    response["Content-Security-Policy"] = FRAME_POLICY
    return response
