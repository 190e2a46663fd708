"""What an organizer is asked before a message leaves."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registrations.admin.moments import LocalMomentField

NOW, LATER = "now", "later"


class SendForm(forms.Form):
    """Now, or at a moment by the clock of the edition."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[(NOW, gettext_lazy("now")), (LATER, gettext_lazy("at this moment:"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    send_at = LocalMomentField(
        label=gettext_lazy("Day and time"),
        required=False,
        input_date_formats=["%Y-%m-%d"],
        input_time_formats=["%H:%M"],
        widget=forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "aria-label": gettext_lazy("Day")},  # type: ignore[dict-item]  # lazily
            time_attrs={"type": "time", "aria-label": gettext_lazy("Time")},  # type: ignore[dict-item]  # lazily
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("when") != LATER:
            data["send_at"] = None
        elif "send_at" in data and not (data["send_at"] and data["send_at"] > timezone.now()):
            self.add_error("send_at", _("Choose a moment to come."))
        return data

    @property
    def moment(self) -> datetime | None:
        """Return when to send; None is now."""
        moment: datetime | None = self.cleaned_data["send_at"]
        return moment
