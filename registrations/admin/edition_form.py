"""The form of an edition."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programme.models import AttendanceMode, Edition
from registrations.admin.moments import MomentsForm
from registrations.models import Registration

WRITES_TO_PEOPLE = {Edition.Status.POSTPONED, Edition.Status.CANCELLED}


class EditionForm(MomentsForm):
    attendance_modes = forms.MultipleChoiceField(
        label=_("how people can attend"),
        choices=AttendanceMode.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each has its own seats, which are set further down once the edition is saved."),
    )
    writes_to_people = forms.BooleanField(
        label=_("write to everybody who has a place or waits"),
        required=False,
        help_text=_("Only needed to postpone or to cancel the edition. The letters leave as soon as you save."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modes_before: list[str] = []
        if self.instance.pk:
            self.modes_before = list(self.instance.seat_pools.of_modes().values_list("mode", flat=True))
            self.initial["attendance_modes"] = self.modes_before
        else:
            self.initial["attendance_modes"] = AttendanceMode.values

    def clean_attendance_modes(self) -> list[str]:
        """Withdraw a mode only while nobody can have chosen it."""
        modes: list[str] = self.cleaned_data["attendance_modes"]
        withdrawn = set(self.modes_before) - set(modes)
        is_draft = self.initial.get("status") == Edition.Status.DRAFT
        if withdrawn and not is_draft:
            raise forms.ValidationError(_("A way to attend can be withdrawn only while the edition is a draft."))
        if Registration.objects.filter(edition_id=self.instance.pk, mode__in=withdrawn).exists():
            raise forms.ValidationError(_("Somebody has registered for the way to attend that you withdraw."))
        return modes

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "status" in self.changed_data and data.get("status") in WRITES_TO_PEOPLE:
            self._ask_before_writing(data)
        return data

    def _ask_before_writing(self, data: dict[str, Any]) -> None:
        people = Registration.objects.filter(edition=self.instance, status__in=Registration.ALIVE).count()
        if people and not data.get("writes_to_people"):
            words = ngettext(
                "This status writes to %(count)s person. Tick the box to say that you mean it.",
                "This status writes to %(count)s people. Tick the box to say that you mean it.",
                people,
            )
            self.add_error("writes_to_people", words % {"count": people})

    @property
    def modes_withdrawn(self) -> set[str]:
        return set(self.modes_before) - set(self.cleaned_data["attendance_modes"])
