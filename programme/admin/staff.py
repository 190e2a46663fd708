"""The roles of staff."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programme.models import StaffRole
from symposium.accounts.admin import ForSuperusers
from symposium.accounts.models import User


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Chooses a member of staff by address; ``str(user)`` is for logs and tells nothing."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.email})" if obj.name else str(obj.email)


def member_field(**kwargs: Any) -> MemberField:
    members = User.objects.filter(is_staff=True, is_active=True).order_by("email")
    return MemberField(queryset=members, label=capfirst(_("member of staff")))


@admin.register(StaffRole)
class StaffRoleAdmin(ForSuperusers[StaffRole]):
    named_by = "email"
    list_display = ("email", "edition", "role")
    list_display_links = ("email",)
    list_filter = ("role", "edition")
    list_select_related = ("user", "edition")
    search_fields = ("user__email", "user__name")
    ordering = ("-edition__starts_at", "user__email", "id")

    def get_fields(self, request: HttpRequest, obj: StaffRole | None = None) -> tuple[str, ...]:
        return ("user" if obj is None else "email", "edition", "role")

    def has_change_permission(self, request: HttpRequest, obj: StaffRole | None = None) -> bool:
        """A role is given or taken away: turned into another, the trail could not say who had which until when."""
        return False

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):  # type: ignore[no-untyped-def]
        if db_field.name == "user":
            return member_field()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("member of staff"), ordering="user__email")
    def email(self, held: StaffRole) -> str:
        return held.user.email
