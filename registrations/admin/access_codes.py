"""The codes of an edition, on its page."""

from typing import Any

from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from programme.admin.permissions import InlineByRole
from programme.models import AccessCode, Edition
from registrations.admin.moments import MOMENTS_BY_THE_LOCAL_CLOCK, MomentsForm


class AccessCodeFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    def save_existing(self, form: Any, obj: AccessCode, commit: bool = True) -> AccessCode:  # noqa: FBT001, FBT002  as Django has it
        """Write what was typed alone: somebody may register while the page is open, which counts a use."""
        obj.save(update_fields=form.changed_data)
        return obj


class AccessCodeInline(InlineByRole[AccessCode], admin.TabularInline[AccessCode, Edition]):
    model = AccessCode
    form = MomentsForm
    formset = AccessCodeFormSet
    formfield_overrides = MOMENTS_BY_THE_LOCAL_CLOCK
    fields = ("code", "label", "uses_allowed", "used", "valid_until")
    readonly_fields = ("used",)
    ordering = ("id",)
    extra = 0
    verbose_name_plural = _("invitation codes: asked for only if the edition says so above")
