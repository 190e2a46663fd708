"""What is asked about papers: whether one is ours, and what a letter of invitation prints."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registrations.forms.fields import CountryField
from registrations.forms.texts import validate_readable
from registrations.services.visa_letters import Traveller
from symposium.lib import countries


class CertificateForm(forms.Form):
    number = forms.CharField(
        label=_("Number on the paper"),
        max_length=60,
        error_messages={"required": _("Write the number."), "max_length": _("This number is too long.")},
    )
    name = forms.CharField(
        label=_("Name on the paper"),
        max_length=300,
        error_messages={"required": _("Write the name."), "max_length": _("This name is too long.")},
    )


class VisaLetterForm(forms.Form):
    """What a letter of invitation prints beside the registration; nothing else is asked."""

    passport_name = forms.CharField(
        label=_("Full name, as in the passport"),
        max_length=200,
        validators=[validate_readable],
        error_messages={
            "required": _("Write your name as it stands in your passport."),
            "max_length": _("This name is too long."),
        },
    )
    nationality = CountryField(
        label=_("Nationality"), error_messages={"required": _("Choose the country whose passport you hold.")}
    )
    passport_number = forms.CharField(
        label=_("Passport number"),
        max_length=30,
        required=False,
        validators=[validate_readable],
        error_messages={"max_length": _("This number is too long.")},
    )

    @property
    def country_options(self) -> str:
        return countries.options(str(get_language()), str(self["nationality"].value() or "")[:2])

    @property
    def traveller(self) -> Traveller:
        return Traveller(**self.cleaned_data)
