"""The form of an edition."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programme.models import AttendanceMode, Edition
from programme.models.validators import is_time_zone
from registrations.admin.moments import MomentsForm
from registrations.models import Registration
from registrations.services.dates import FIELDS, Dates
from registrations.services.editions import letter_about
from registrations.services.rehearsals import MARKS
from registrations.services.still_coming import HOURS_TO_ANSWER


class EditionForm(MomentsForm):
    attendance_modes = forms.MultipleChoiceField(
        label=_("How people can attend"),
        choices=AttendanceMode.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each has its own seats, which are set further down once the edition is saved."),
    )
    writes_to_people = forms.BooleanField(
        label=_("Write to everybody who has a place or waits"),
        required=False,
        help_text=_(
            "Only needed to postpone or to cancel the edition, or to give it a new date. The letters leave as soon as you "
            "save."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modes_before: list[str] = []
        self.people = 0
        if self.instance.pk:
            self.modes_before = list(self.instance.seat_pools.of_modes().values_list("mode", flat=True))
            self.initial["attendance_modes"] = self.modes_before
            self.people = Registration.objects.filter(edition=self.instance, status__in=Registration.ALIVE).count()
            self._say_how_many()
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
        if data.get("offers_visa_letters"):
            self._ask_who_signs(data)
        if self.instance.is_rehearsal:
            self._keep_the_marks(data)
        is_whole = {"status", *FIELDS} <= data.keys() and is_time_zone(data["time_zone"])
        if self.instance.pk and is_whole:
            dates = Dates(**{field: data[field] for field in FIELDS})
            if letter_about(self.instance, status=data["status"], dates=dates, at=timezone.now()):
                self._ask_before_writing(data)
        if {
            "coming_question",
            "coming_question_days",
            "silence_ends_at",
            "seats_given_until",
        } <= data.keys() and is_whole:
            self._check_silence(data)
        return data

    def _ask_who_signs(self, data: dict[str, Any]) -> None:
        """A letter without its head or its signature is none; what is there in one language stands in for the other."""
        if not data.get("signatory_name"):
            self.add_error("signatory_name", _("A letter of invitation needs somebody who signs it."))
        addresses = [f"organizer_address_{code}" for code, _name in settings.LANGUAGES]
        if not any(data.get(name) for name in addresses):
            self.add_error(addresses[0], _("A letter of invitation needs the address of the organizer."))

    def _check_silence(self, data: dict[str, Any]) -> None:
        """Leave people a day to answer, and free a seat only while it can go to somebody."""
        if data["coming_question"] != Edition.ComingQuestion.SILENT:
            return
        names = ("starts_at", "time_zone", "seats_given_until", "coming_question_days", "silence_ends_at")
        edition = Edition(**{name: data[name] for name in names})
        answered_from = edition.coming_asked_at + timedelta(hours=HOURS_TO_ANSWER)
        if not answered_from <= edition.silences_end_at < edition.seats_are_given_until:
            self.add_error(
                "silence_ends_at",
                _(
                    "Choose a moment at least a day after people are asked, and before the moment until which freed seats are "
                    "given on."
                ),
            )

    def _keep_the_marks(self, data: dict[str, Any]) -> None:
        """Mails, tickets and files say by the title alone that nothing of it is real."""
        for code, mark in MARKS.items():
            title = data.get(f"title_{code}")
            if title and not title.startswith(mark.rstrip()):
                words = _("The title of a rehearsal begins with “%(mark)s”.") % {"mark": mark.rstrip()}
                self.add_error(f"title_{code}", words)

    def _ask_before_writing(self, data: dict[str, Any]) -> None:
        if self.people and not data.get("writes_to_people"):
            words = ngettext(
                "This change writes to %(count)s person. Tick the box to say that you mean it.",
                "This change writes to %(count)s people. Tick the box to say that you mean it.",
                self.people,
            )
            self.add_error("writes_to_people", words % {"count": self.people})

    def _say_how_many(self) -> None:
        """Say beside the box how many people would read a letter now."""
        field = self.fields["writes_to_people"]
        words = ngettext("%(count)s person would be written to.", "%(count)s people would be written to.", self.people)
        field.help_text = format_lazy("{} {}", field.help_text, words % {"count": self.people})

    @property
    def modes_withdrawn(self) -> set[str]:
        return set(self.modes_before) - set(self.cleaned_data["attendance_modes"])
