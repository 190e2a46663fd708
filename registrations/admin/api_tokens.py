"""The keys with which programs come: organizers make and revoke those of their editions, superusers those of all."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from programme.admin.permissions import ByRole, Role, actor_of, editions_of, has_role, member_of
from registrations.admin.filters import EditionFilter
from registrations.models import ApiToken
from registrations.services import api_tokens
from symposium.administration.pages import show_page

ORDINARY_DAYS = 90


class ApiTokenForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=ApiToken.Scope, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=gettext_lazy("Valid for how many days"),
        min_value=1,
        max_value=api_tokens.LONGEST_DAYS,
        initial=ORDINARY_DAYS,
    )

    class Meta:
        model = ApiToken
        fields = ("name", "edition", "scopes")

    def clean_scopes(self) -> list[str]:
        scopes: list[str] = self.cleaned_data["scopes"]
        if ApiToken.Scope.PEOPLE in scopes and ApiToken.Scope.REGISTRATIONS not in scopes:
            raise forms.ValidationError(_("Names come with registrations: tick these as well."))
        return scopes


@admin.register(ApiToken)
class ApiTokenAdmin(ByRole[ApiToken]):
    form = ApiTokenForm
    named_by = "name"
    list_display = ("name", "edition_words", "scope_words", "by", "expires_at", "last_used_at", "state")
    list_filter = (EditionFilter,)
    list_select_related = ("edition", "created_by")
    ordering = ("-created_at", "id")
    actions = ("revoke_tokens",)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "edition", "scopes", "days")
        return ("name", "edition_words", "scope_words", "by", "created_at", "expires_at", "last_used_at", "state")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    # Who may what

    def edition_id_of(self, thing: ApiToken) -> int:
        return thing.edition_id or 0  # of all editions: nobody's but a superuser's

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """Nobody: a program with other rights gets another key."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return has_role(request, Role.ORGANIZER)

    # The pages

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().add_view(request, form_url, {"show_save_and_continue": False, **(extra_context or {})})

    def formfield_for_dbfield(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # as Django has it
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "edition":  # it is chosen here, and made elsewhere
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False  # type: ignore[union-attr]
        return field

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        # The edition: it is the only foreign key of the form.
        user = member_of(request)
        kwargs["queryset"] = editions_of(request, Role.ORGANIZER).order_by("-starts_at", "id")
        kwargs["required"] = user is None or not user.is_superuser
        if kwargs["required"]:
            kwargs["help_text"] = ""
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        days = form.cleaned_data["days"]
        api_tokens.issue(token=obj, days=days, by=actor_of(request), at=timezone.now())

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """Show the key in the answer itself: a redirect would need a place to keep it until the next page."""
        context = {
            "title": _("API key made"),
            "token": obj,
        }
        return show_page(self, request, "admin/registrations/apitoken/made.html", context)

    @admin.action(description=gettext_lazy("Revoke the selected keys"), permissions=["revoke"])
    def revoke_tokens(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        done = 0
        for token in queryset:
            try:
                api_tokens.revoke(token=token, at=timezone.now())
            except api_tokens.AlreadyRevoked:
                continue
            self.log_fields(request, token, "revoked_at")
            done += 1
        self.message_user(
            request,
            ngettext("%(count)s key was revoked.", "%(count)s keys were revoked.", done) % {"count": done},
            messages.SUCCESS if done else messages.WARNING,
        )

    # The columns

    @admin.display(description=gettext_lazy("edition"), ordering="edition")
    def edition_words(self, token: ApiToken) -> str:
        return token.edition.slug if token.edition else _("all editions")

    @admin.display(description=gettext_lazy("what it may do"))
    def scope_words(self, token: ApiToken) -> str:
        return ", ".join(str(ApiToken.Scope(scope).label) for scope in token.scopes)

    @admin.display(description=gettext_lazy("made by"))
    def by(self, token: ApiToken) -> str:
        return token.created_by.called

    @admin.display(description=gettext_lazy("state"))
    def state(self, token: ApiToken) -> str:
        if token.revoked_at is not None:
            return pgettext("API key", "revoked")
        return pgettext("API key", "valid") if token.is_usable(timezone.now()) else pgettext("API key", "expired")
