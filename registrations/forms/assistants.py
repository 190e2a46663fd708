"""The registration form, filled in for somebody else."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programme.models import ConsentKind
from registrations.forms.fields import AddressField
from registrations.forms.registration import RegistrationForm
from registrations.forms.texts import validate_readable
from registrations.services.assistants import Helper
from registrations.services.register import Application
from symposium.lib.text import normalise_email


class RegistrationForAnotherForm(RegistrationForm):
    """Who fills it in can consent to nothing, and knows nothing of anybody's needs: the person has a page for that."""

    assistant_name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        validators=[validate_readable],
        error_messages={
            "required": _("Write your name: the person will read it."),
            "max_length": _("Write a shorter name: 100 characters at most."),
        },
    )
    assistant_email = AddressField(label=_("Your e-mail address"))
    field_order = ["code", "assistant_name", "assistant_email", "email"]
    is_for_another = True

    def ask_only(self, kinds: Iterable[ConsentKind]) -> None:
        super().ask_only(())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        own, theirs = data.get("assistant_email", ""), data.get("email", "")
        if own and normalise_email(own) == normalise_email(theirs):
            self.add_error("email", _("Write the address of the person: this one is yours."))
        return data

    def application(self) -> Application:
        application = super().application()
        data = self.cleaned_data
        helper = Helper(data["assistant_name"], data["assistant_email"], application.language)
        return replace(application, helper=helper)
