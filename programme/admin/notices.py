"""Who answers for the personal data: one row, for superusers."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TabbedTranslationAdmin

from programme.models import LegalNotice
from symposium.accounts.admin import ForSuperusers


@admin.register(LegalNotice)
class LegalNoticeAdmin(ForSuperusers[LegalNotice], TabbedTranslationAdmin[LegalNotice]):
    list_display = ("controller", "dpo_email")
    list_display_links = ("controller", "dpo_email")
    ordering = ("id",)
    actions = None
    fieldsets = (
        (
            None,
            {
                "fields": ("controller", "dpo_email"),
                "description": _(
                    "Shown at every form and on the page about privacy. What people saw when they registered stays as it "
                    "was, and their page leads to it."
                ),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not LegalNotice.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: LegalNotice | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LegalNotice, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        obj.pk = 1
        super().save_model(request, obj, form, change)
