"""What somebody who exports chooses: whom, what of them, in which form, and what for."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from programme.models import AttendanceMode, Edition
from registrations.admin.forms import ExportForm
from registrations.exports.columns import choices_of
from registrations.models import ColumnSet, Export, ExportSchedule, Message, Registration

EXPORT, SAVE, SCHEDULE = "export", "save", "schedule"
NARROWED_BY = ("for_status", "for_mode", "for_presence")


class ExportPageForm(ExportForm):
    """One form for all that the page does with a choice; ``purpose`` says which, and so what has to be filled in."""

    for_status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("whatever the status")), *Registration.Status.choices],
        required=False,
    )
    for_mode = forms.ChoiceField(
        label=gettext_lazy("On site or online"),
        choices=[("", gettext_lazy("on site and online")), *AttendanceMode.choices],
        required=False,
    )
    for_presence = forms.ChoiceField(
        label=gettext_lazy("Presence"),
        choices=[("", gettext_lazy("present or not")), *Message.Presence.choices],
        required=False,
    )
    columns = forms.MultipleChoiceField(label=gettext_lazy("Columns"), widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(
        label=gettext_lazy("Name of this choice"),
        max_length=60,
        help_text=gettext_lazy(
            "The ticked columns, for all who export of this edition. A choice of the same name is replaced."
        ),
    )

    every = forms.TypedChoiceField(
        label=gettext_lazy("How often"),
        choices=ExportSchedule.Every.choices,
        coerce=int,
        initial=ExportSchedule.Every.DAY,
    )
    due_time = forms.TimeField(
        label=gettext_lazy("Time of day"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, edition: Edition, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = choices_of(edition, Export.Profile.MACHINE)
        columns = self.fields["columns"]
        columns.choices = [(choice.key, choice.label) for choice in offered]  # type: ignore[attr-defined]
        columns.initial = [choice.key for choice in offered if choice.is_usual]
        self.fields["reason"].required = purpose != SAVE
        self.fields["name"].required = purpose == SAVE
        self.fields["every"].required = self.fields["due_time"].required = purpose == SCHEDULE

    @property
    def whom(self) -> list[forms.BoundField]:
        return [self[name] for name in NARROWED_BY]

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in ("columns", "profile", "reason")]

    @property
    def when(self) -> list[forms.BoundField]:
        return [self[name] for name in ("every", "due_time")]

    @property
    def narrowing(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in NARROWED_BY}

    @property
    def choices(self) -> dict[str, Any]:
        """Return what was chosen as the fields of ``ExportChoices``."""
        fields = {name: self.cleaned_data[name] for name in ("profile", "reason")}
        return {**fields, **self.narrowing, "columns": self.keys}

    @property
    def keys(self) -> list[str]:
        """Return the columns that were chosen; none stands for the usual ones, those to come too."""
        ticked: list[str] = self.cleaned_data["columns"]
        return [] if set(ticked) == set(self.fields["columns"].initial) else ticked


class ForgetForm(forms.Form):
    """Which named choice is to go."""

    column_set = forms.ModelChoiceField(queryset=ColumnSet.objects.none())

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column_set"].queryset = edition.column_sets  # type: ignore[attr-defined]


class StopForm(forms.Form):
    """Which export is to come no more."""

    schedule = forms.ModelChoiceField(queryset=ExportSchedule.objects.none())

    def __init__(self, *args: Any, schedules: QuerySet[ExportSchedule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schedule"].queryset = schedules  # type: ignore[attr-defined]
