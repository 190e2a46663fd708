"""The sources of the statement of accessibility. The institution answers for it, so superusers alone write them."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TabbedTranslationAdmin

from programme.admin.permissions import FORM_FIELDS
from programme.models import AccessibilityAudit, AccessibilityPlan
from programme.services.accessibility import forget_state
from symposium.accounts.admin import ForSuperusers


@admin.register(AccessibilityAudit)
class AccessibilityAuditAdmin(ForSuperusers[AccessibilityAudit], TabbedTranslationAdmin[AccessibilityAudit]):
    list_display = ("audited_date", "auditor", "result", "established_date")
    ordering = ("-audited_date", "-id")
    actions = None
    fieldsets = (
        (
            None,
            {
                "fields": ("audited_date", "auditor", "method", "standard_version", "established_date"),
                "description": _(
                    "The page “Accessibility statement” and the foot of every page follow the newest published audit. "
                    "Without one they read “not compliant”, as the law asks."
                ),
            },
        ),
        (
            _("Result"),
            {
                "fields": (("criteria_compliant", "criteria_applicable"),),
                "description": _("Of the 106 criteria of the RGAA, count those that apply to the site."),
            },
        ),
        (_("Contents that are not accessible"), {"fields": ("non_compliances", "derogations", "out_of_scope")}),
        (_("How it was checked"), {"fields": ("technologies", "environments", "tools", "pages")}),
    )

    @admin.display(description=_("criteria that are met"))
    def result(self, audit: AccessibilityAudit) -> str:
        # A narrow no-break space before the sign belongs to French alone: the translation has it.
        return _("%(rate)s%% (%(met)s of %(applicable)s)") % {
            "rate": audit.rate,
            "met": audit.criteria_compliant,
            "applicable": audit.criteria_applicable,
        }

    def save_model(self, request: HttpRequest, obj: AccessibilityAudit, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        super().save_model(request, obj, form, change)
        transaction.on_commit(forget_state)

    def delete_model(self, request: HttpRequest, obj: AccessibilityAudit) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(forget_state)


@admin.register(AccessibilityPlan)
class AccessibilityPlanAdmin(ForSuperusers[AccessibilityPlan], TabbedTranslationAdmin[AccessibilityPlan]):
    formfield_overrides = FORM_FIELDS
    list_display = ("title", "kind", "first_year", "last_year")
    ordering = ("-first_year", "kind", "id")
    fields = ("kind", "title", "url", ("first_year", "last_year"))
    actions = None
