"""What somebody asks of the organizers once registration has closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registrations.forms.registration import PlaceForm
from registrations.services.offer import Offer


class AskForChangeForm(PlaceForm):
    """What is wished for; a correction of the name, too, is a matter for the message."""

    message = forms.CharField(
        label=_("Message to the organizers"),
        max_length=1000,
        required=False,
        error_messages={"max_length": _("Write it shorter: 1,000 characters at most.")},
    )

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, **kwargs)
        for name in ("given_name", "family_name", "affiliation", "country", "profile"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.has_changed():
            self.add_error("message", _("Choose what should be changed, or write it here."))
        return data
