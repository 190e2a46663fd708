"""What we change in the forms of django-allauth."""

from typing import Any

from allauth.account import forms
from allauth.account.fields import PasswordField
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """The address is enough: without a password it gets a code. Only those who have set one type it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordField(
            label=_("Password"),
            required=False,
            autocomplete="current-password",
            help_text=_("Leave it empty to get a code by mail."),
        )
