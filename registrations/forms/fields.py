"""Fields that more than one form has."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from symposium.lib import countries
from symposium.lib.addresses import is_writable


class AddressField(forms.EmailField):
    """An e-mail address to which we can write."""

    default_error_messages = {
        "required": _("Write your e-mail address."),
        "invalid": _("Write the whole address, for example name@example.org."),
        "max_length": _("This address is too long."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> str:
        email: str = super().clean(value)
        if not is_writable(email):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return email


class CountryField(forms.ChoiceField):
    """A country, by its name in the language of the page."""

    default_error_messages = {"invalid_choice": _("Choose a country of the list.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_countries, **kwargs)


def _countries() -> list[tuple[str, str]]:
    return list(countries.names(str(get_language())).items())
