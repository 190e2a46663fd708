"""The form with which a list of people is uploaded."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registrations.admin.people_list import ColumnsMissing, Defaults, Reading, read_people
from registrations.admin.uploads import in_words
from registrations.forms import PROFILE_NAMES, validate_readable
from registrations.models import Profile
from registrations.services.offer import Offer
from symposium.lib.tables import Unreadable, read_table

FILE_BYTES = 5_000_000
PEOPLE_AT_MOST = 10_000
TOO_LONG = gettext_lazy("This list is too long: 10,000 people at most. Divide it.")
NOT_TEXT = gettext_lazy("This is no list that can be read: send a CSV file or an XLSX workbook.")


class PeopleForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The list"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text=gettext_lazy(
            "CSV or XLSX (its first sheet), 5 MB and 10,000 people at most. The first line names the columns, in French or "
            "in English: address and family name are needed; given name, affiliation, country, language, profile and "
            "attendance are read."
        ),
    )
    writes = forms.BooleanField(
        label=gettext_lazy("Write to each person"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "They get their ticket or their rank, and read who entered them, from where, and what is done with their data. "
            "Without this letter it is up to you to tell them, within a month."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Where the list comes from"),
        max_length=200,
        required=False,
        validators=[validate_readable],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Each person reads it in the letter. For example: the members of the academy."),
    )
    attendance_mode = forms.ChoiceField(
        label=gettext_lazy("Attendance of those of whom the list does not say"), widget=forms.RadioSelect
    )
    profile = forms.ChoiceField(
        label=gettext_lazy("Their profile"), choices=PROFILE_NAMES.items(), initial=Profile.OTHER
    )
    language = forms.ChoiceField(
        label=gettext_lazy("The language in which we write to them"),
        choices=[("fr", gettext_lazy("French")), ("en", gettext_lazy("English"))],
    )

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modes = [pool.mode for pool in offer.modes]
        self.fields["attendance_mode"].choices = [(pool.mode, pool.get_mode_display()) for pool in offer.modes]  # type: ignore[attr-defined]
        self.initial.setdefault("attendance_mode", self.modes[0] if self.modes else None)
        self.initial.setdefault("language", get_language())

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > FILE_BYTES:  # before it is read into memory
            raise forms.ValidationError(_("This file is too large: 5 MB at most."))
        return upload

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("writes") and not data.get("source") and "source" not in self.errors:
            self.add_error("source", _("Whoever is written to must know where their address comes from."))
        return data

    @property
    def source_in_letter(self) -> str:
        """Where the list comes from, as the letter says it; empty where none is written."""
        source: str = self.cleaned_data["source"]
        return source if self.cleaned_data["writes"] else ""

    def read(self) -> Reading | None:
        """Read the file; else None, and the form says why not."""
        data = self.cleaned_data
        try:
            lines = read_table(data["file"].read(), lines_at_most=PEOPLE_AT_MOST + 1)
            defaults = Defaults(data["attendance_mode"], data["profile"], data["language"])
            return read_people(lines, modes=self.modes, defaults=defaults)
        except Unreadable as error:
            self.add_error("file", in_words(error, too_long=TOO_LONG, not_text=NOT_TEXT))
        except ColumnsMissing:
            self.add_error(
                "file", _("The first line of the file must name a column for the address and one for the family name.")
            )
        return None
