"""What staff type about registrations."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registrations.admin.words import seats_in_words
from registrations.forms import ChangeForm, PlaceForm, RegistrationForm, speak_of_another
from registrations.services.offer import Offer
from registrations.services.register import Application

REASON_LENGTH = 300
MESSAGE_LENGTH = 1000


class ReasonForm(forms.Form):
    """The reason of a decision: staff read it, the person does not."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=gettext_lazy("Kept with the registration, for staff only. Do not write about anybody's health."),
    )


class ConfirmForm(ReasonForm):
    overtake = forms.BooleanField(
        label=gettext_lazy("Overtake the waiting list"),
        required=False,
        help_text=gettext_lazy(
            "Gives a seat even where none is free, before everybody who waits. A reason is needed, and it is recorded."
        ),
    )
    field_order = ["overtake", "reason"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("overtake") and not data.get("reason"):
            self.add_error("reason", _("Overtaking the waiting list needs a reason."))
        return data


class CancelForm(ReasonForm):
    notify = forms.BooleanField(
        label=gettext_lazy("Write to the people about it"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without a letter they only see it on their page."),
    )
    field_order = ["notify", "reason"]


class RefuseForm(CancelForm):
    message = forms.CharField(
        label=gettext_lazy("Message to the people"),
        max_length=MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=gettext_lazy(
            "Shown in the letter and on the page of each person, as you write it: mind their language. "
            "Empty: the letter invites them to answer it and ask why."
        ),
    )
    field_order = ["notify", "message", "reason"]


class ExportForm(forms.Form):
    profile = forms.ChoiceField(
        label=gettext_lazy("For"),
        choices=[
            ("excel-fr", gettext_lazy("French Excel, as text (CSV)")),
            ("xlsx", gettext_lazy("Excel or LibreOffice, as a workbook (XLSX)")),
            ("machine", gettext_lazy("another program (CSV)")),
        ],
        widget=forms.RadioSelect,
        initial="excel-fr",
    )
    reason = forms.CharField(
        label=gettext_lazy("What for"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("The file holds personal data. Who exported how many rows, and why, is recorded."),
    )


def show_choices(form: PlaceForm, offer: Offer) -> None:
    """Give the public form's fields the labels and controls that a desk needs."""
    mode, sessions, country = (form.fields[name] for name in ("attendance_mode", "sessions", "country"))
    mode.widget = forms.RadioSelect()
    mode.choices = [(pool.mode, f"{pool.get_mode_display()} ({seats_in_words(pool)})") for pool in offer.modes]  # type: ignore[attr-defined]
    sessions.widget = forms.CheckboxSelectMultiple()
    sessions.choices = [  # type: ignore[attr-defined]
        (session.slug, f"{session.title} ({seats_in_words(session.seat_pool)})") for session in offer.sessions
    ]
    country.choices = [("", "—"), *country.choices]  # type: ignore[attr-defined]


class StaffChangeForm(ChangeForm):
    is_for_themselves = False

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, **kwargs)
        show_choices(self, offer)
        speak_of_another(self)


class StaffRegistrationForm(RegistrationForm):
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letters"),
        choices=[("fr", gettext_lazy("French")), ("en", gettext_lazy("English"))],
    )
    is_reserved = forms.BooleanField(label=gettext_lazy("On a reserved seat"), required=False)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, **kwargs)
        show_choices(self, offer)
        speak_of_another(self)
        self.fields["language"].initial = get_language()
        seats = [seats_in_words(pool) for pool in offer.pools if pool.is_reserved and pool.capacity]
        if seats:
            self.fields["is_reserved"].help_text = _(
                "For speakers, moderators and partners, apart from the seats that are offered to everybody: %(seats)s."
            ) % {"seats": seats[0]}
        else:
            del self.fields["is_reserved"]

    @property
    def is_on_reserved_seat(self) -> bool:
        return bool(self.cleaned_data.get("is_reserved"))

    @property
    def reserved_fields(self) -> list[str]:
        return ["is_reserved"] if "is_reserved" in self.fields else []

    def application(self) -> Application:
        return replace(super().application(), language=self.cleaned_data["language"])
