"""Accounts, for superusers. There is no password here: people choose theirs, or log in with a code."""

from collections.abc import Iterator
from typing import Any

from allauth.account import admin as account_admin  # noqa: F401  registers the addresses that go below
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin  # noqa: F401  registers the second factors that go below
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as social_admin  # noqa: F401  registers the iDs and keys that go below
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401  registers the groups that go below
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from symposium.accounts.models import User
from symposium.administration.plain import M, PlainTitles
from symposium.administration.traces import Trace
from symposium.trail.writing import Kind

RIGHTS = ("is_staff", "is_active", "is_superuser")

# Roles are given edition by edition (staff roles); groups would be a second truth.
admin.site.unregister(Group)
# allauth's own pages ask Django's tables of permissions, show the secret of a second factor, and leave no trace.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


class ForSuperusers(PlainTitles[M]):
    """What decides who may do what: nobody else touches it, and nobody else sees it."""

    def _is_superuser(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and user.is_staff and user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._is_superuser(request)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    is_superuser = forms.BooleanField(
        label=_("Administrator"),
        required=False,
        help_text=_("Organizes every edition, and decides about accounts and roles."),
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody has an account with this address already."))
        return email


@admin.register(User)
class UserAdmin(ForSuperusers[User]):
    form = UserForm
    named_by = "email"
    list_display = ("email", "name", "is_staff", "is_superuser", "is_active")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("email", "name")
    search_help_text = _("Name or e-mail address.")
    ordering = ("email", "id")
    readonly_fields = ("joined_at", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "language")}),
        (
            _("What they may do"),
            {
                "fields": ("is_staff", "is_active", "is_superuser"),
                "description": _(
                    "Let somebody open the administration here, then give them a role in an edition under Accounts, "
                    "Roles of staff. An account that is not active can do nothing from its next request on."
                ),
            },
        ),
        (_("Dates"), {"fields": ("joined_at", "last_login")}),
    )

    def traces(self, form: Any, formsets: Any, *, add: bool) -> Iterator[Trace]:
        yield from super().traces(form, formsets, add=add)
        for right in RIGHTS:
            is_given = form.cleaned_data[right]
            if is_given if add else right in form.changed_data:
                yield Trace(Kind.GIVEN if is_given else Kind.TAKEN, form.instance, (right,))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is deleted: what they decided and scanned names them. An account is made inactive instead."""
        return False
