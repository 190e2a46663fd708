"""Published numbers. One that was signed off stands."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TabbedTranslationAdmin

from programme.admin.permissions import ByRole, Role, actor_of, editions_of
from programme.models import Figure
from programme.services.sign_off import AlreadySignedOff, sign_off


class FigureForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> dict[str, Any]:
        """Ask for the source in either language; the constraint knows the column behind both, which no form shows."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        is_named = data.get("source_label_fr") or data.get("source_label_en")
        if data.get("source") == Figure.Source.DECLARED and not is_named:
            self.add_error("source_label_fr", _("A declared figure names its source, in French or in English."))
        if data.get("source") == Figure.Source.COUNTED and data.get("is_approximate"):
            self.add_error("is_approximate", _("A figure counted here is exact."))
        return data


@admin.register(Figure)
class FigureAdmin(ByRole[Figure], TabbedTranslationAdmin[Figure]):
    form = FigureForm
    named_by = "number"
    list_display = ("number", "measure", "mode", "edition", "source", "source_label", "stated_date", "is_signed_off")
    list_filter = ("source", "measure", "mode")
    list_select_related = ("edition", "signed_off_by")
    ordering = ("-edition__starts_at", "id")
    actions = ("sign_off_figures",)
    readonly_fields = ("signed_off_by_name", "signed_off_at")
    fieldsets = (
        (None, {"fields": ("edition", "value", "is_approximate", "measure", "mode")}),
        (
            _("Where it comes from"),
            {
                "fields": ("source", "source_label", "source_url", "stated_date", "is_sample"),
                "description": _("A declared figure names who said it; a counted one was counted by this site."),
            },
        ),
        (
            _("Signed off"),
            {
                "fields": ("signed_off_by_name", "signed_off_at"),
                "description": _("A figure signed off in the list can no longer be changed."),
            },
        ),
    )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # as Django has it
        # The edition: it is the only foreign key of the form.
        editions = editions_of(request, Role.ORGANIZER).order_by("-starts_at", "id")
        return super().formfield_for_foreignkey(db_field, request, **{**kwargs, "queryset": editions})

    def has_change_permission(self, request: HttpRequest, obj: Figure | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.signed_off_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Figure | None = None) -> bool:
        # None asks for the bulk deletion, which would take signed figures along.
        return obj is not None and super().has_delete_permission(request, obj) and obj.signed_off_at is None

    @admin.display(description=_("number"), ordering="value")
    def number(self, figure: Figure) -> str:
        if figure.is_approximate:
            return _("nearly %(number)s") % {"number": figure.value}
        return str(figure.value)

    @admin.display(description=_("signed off"), boolean=True)
    def is_signed_off(self, figure: Figure) -> bool:
        return figure.signed_off_at is not None

    @admin.display(description=_("signed off by"))
    def signed_off_by_name(self, figure: Figure) -> str:
        signer = figure.signed_off_by
        return signer.called if signer else "—"

    @admin.action(description=_("Sign off the selected figures"), permissions=["change"])
    def sign_off_figures(self, request: HttpRequest, queryset: QuerySet[Figure]) -> None:
        user = actor_of(request)
        done = 0
        for figure in queryset:
            try:
                sign_off(figure=figure, by=user, at=timezone.now())
            except AlreadySignedOff:
                continue
            self.log_fields(request, figure, "signed_off_at")
            done += 1
        self.message_user(
            request,
            ngettext("%(count)s figure was signed off.", "%(count)s figures were signed off.", done) % {"count": done},
            messages.SUCCESS if done else messages.WARNING,
        )
