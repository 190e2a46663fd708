"""Messages to the people of an edition: written here in both languages, sent from the page that follows."""

from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from programme.admin.permissions import ByRole, Role, editions_of, member_of
from programme.models import Edition, Session
from registrations.admin.filters import EditionFilter
from registrations.admin.message_pages import preview_page, send_page
from registrations.models import Message
from registrations.models.placeholders import LIST
from symposium.administration.pages import show_page

CHOICES = ("for_status", "for_mode", "for_session", "for_profile", "for_language", "for_presence", "for_coming")
TEXTS = ("subject_fr", "body_fr", "subject_en", "body_en")
# What a choice that is left empty says.
EVERYBODY = {
    "for_status": gettext_lazy("confirmed, waiting or awaiting approval"),
    "for_mode": gettext_lazy("on site and online"),
    "for_session": gettext_lazy("whatever the sessions"),
    "for_profile": gettext_lazy("whatever the profile"),
    "for_language": gettext_lazy("in both languages, each in their own"),
    "for_presence": gettext_lazy("present or not"),
    "for_coming": gettext_lazy("whatever they answered"),
}
# In the language of the message, whatever that of the page.
BEGUN = {
    "body_fr": "Bonjour {name},\n\n\n\nVotre inscription\u202f: {link}",
    "body_en": "Hello {name},\n\n\n\nYour registration: {link}",
}
HOW_TO_WRITE = format_lazy(
    "{} {}",
    gettext_lazy("An empty line begins a paragraph. For each person these words are filled in:"),
    LIST,
)


class EditionOfMessageFilter(EditionFilter):
    roles = (Role.ORGANIZER,)


@admin.register(Message)
class MessageAdmin(ByRole[Message]):
    named_by = "subject"
    list_display = ("subject", "edition", "state", "send_at", "finished_at", "by")
    list_filter = (EditionOfMessageFilter, "state")
    search_fields = ("subject_fr", "subject_en")
    search_help_text = gettext_lazy("Subject.")
    ordering = ("-created_at", "-id")
    list_select_related = ("edition", "created_by")
    actions = None
    fieldsets = (
        (
            gettext_lazy("To whom"),
            {
                "fields": CHOICES,
                "description": gettext_lazy(
                    "To everybody whom all the choices fit when the message leaves. Whoever wants no messages gets none, and "
                    "addresses that no mail reaches are left out."
                ),
            },
        ),
        (gettext_lazy("In French"), {"fields": ("subject_fr", "body_fr"), "description": HOW_TO_WRITE}),
        (gettext_lazy("In English"), {"fields": ("subject_en", "body_en"), "description": HOW_TO_WRITE}),
    )

    @admin.display(description=gettext_lazy("subject"))
    def subject(self, message: Message) -> str:
        return message.text(get_language() or "fr")[0]

    @admin.display(description=gettext_lazy("written by"))
    def by(self, message: Message) -> str:
        return message.created_by.called if message.created_by else "—"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/send/", wrap(partial(send_page, self)), name="registrations_message_send"),
            path(
                "<int:object_id>/preview/<str:language>/",
                wrap(partial(preview_page, self)),
                name="registrations_message_preview",
            ),
            *super().get_urls(),
        ]

    # Who may what: only a draft is touched

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    # Writing

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return dict(BEGUN)

    def get_form(self, request: HttpRequest, obj: Message | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  as Django has it
        form = super().get_form(request, obj, change, **kwargs)
        edition = obj.edition if obj else self._edition(request)
        form.base_fields["for_session"].queryset = Session.objects.talks().filter(edition=edition).in_order()  # type: ignore[attr-defined]
        for name in TEXTS:
            form.base_fields[name].widget.attrs.update({"lang": name[-2:], "class": "vLargeTextField"})
        return form

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["choices"] = [("", EVERYBODY[db_field.name]), *db_field.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.empty_label = EVERYBODY[db_field.name]  # type: ignore[union-attr]  # the one that there is has a control
        field.label_from_instance = attrgetter("title")  # type: ignore[method-assign,union-attr]
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "for_session":  # without Django's ways to other pages: sessions are made with their edition
            field.widget = field.widget.widget  # type: ignore[union-attr]
        return field

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the edition first: the sessions that can be chosen are its own."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        edition = self._edition(request)
        if edition is None:
            return self._ask_for_edition(request)
        title = _("Write to the people of %(edition)s") % {"edition": edition.slug}
        return super().add_view(request, form_url, {"title": title, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        message = self.get_object(request, object_id)
        if message is not None and not message.is_draft and self.has_view_permission(request, message):
            return self._way_to_send_page(message)
        title = message and _("Write to the people of %(edition)s") % {"edition": message.edition.slug}
        return super().change_view(request, object_id, form_url, {"title": title, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["show_save_and_continue"] = False  # whatever is saved is seen on the page that follows
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Message, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        if not change:
            obj.edition = get_object_or_404(editions_of(request, Role.ORGANIZER), slug=request.GET.get("edition"))
            obj.created_by = member_of(request)
            obj.save()
            return
        # Ours until the commit, so that nothing is sent that is half of it another text.
        if not Message.objects.select_for_update().filter(pk=obj.pk, state=Message.State.DRAFT).exists():
            raise PermissionDenied
        obj.save(update_fields=[*CHOICES, *TEXTS])

    def response_add(self, request: HttpRequest, obj: Message, post_url_continue: str | None = None) -> HttpResponse:
        return self.response_change(request, obj)

    def response_change(self, request: HttpRequest, obj: Message) -> HttpResponse:
        self.message_user(request, _("The draft is saved. Nobody has been written to yet."), messages.SUCCESS)
        return self._way_to_send_page(obj)

    def _edition(self, request: HttpRequest) -> Edition | None:
        return editions_of(request, Role.ORGANIZER).filter(slug=request.GET.get("edition", "")).first()

    def _ask_for_edition(self, request: HttpRequest) -> HttpResponse:
        context = {
            "title": _("To the people of which edition?"),
            "editions": editions_of(request, Role.ORGANIZER).order_by("-starts_at", "id"),
        }
        return show_page(self, request, "admin/registrations/message/choose_edition.html", context)

    def _way_to_send_page(self, message: Message) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:registrations_message_send", args=[message.pk]))
