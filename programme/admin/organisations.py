"""Institutions. They are shared by the editions, and public."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TabbedTranslationAdmin

from programme.admin.logo_form import OrganisationForm
from programme.admin.shared import SharedByEditions, edition_slugs
from programme.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(SharedByEditions[Organisation], TabbedTranslationAdmin[Organisation]):
    form = OrganisationForm
    appears_by: ClassVar[str] = "partnerships"
    named_by = "name"
    list_display = ("name", "short_name", "editions")
    search_fields = ("name_fr", "name_en", "short_name", "ror")
    search_help_text = _("Name or ROR identifier.")
    ordering = ("name_fr", "id")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "short_name", "slug")}),
        (_("What the site says"), {"fields": ("about", "website")}),
        (_("Logo"), {"fields": ("logo_light", "logo_dark", "removes_logos")}),
        (_("Identifiers"), {"fields": ("ror",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Organisation | None = None) -> Any:
        """Whoever only looks has nothing to upload."""
        fieldsets = super().get_fieldsets(request, obj)
        may_upload = self.has_change_permission(request, obj)
        return [part for part in fieldsets if may_upload or "logo_light" not in part[1]["fields"]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).prefetch_related("partnerships__edition")

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        super().save_model(request, obj, form, change)
        form.keep_logos(obj)

    @admin.display(description=_("editions"))
    def editions(self, organisation: Organisation) -> str:
        return edition_slugs(organisation.partnerships.all())
