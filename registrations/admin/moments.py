"""Moments typed and shown by the clock of the edition."""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, BaseAdminTimeWidget
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from programme.admin.permissions import FORM_FIELDS
from programme.models.validators import validate_real_time


class ClockWidget(BaseAdminTimeWidget):
    def format_value(self, value: Any) -> str | None:
        """Show 14:00 and not 14:00:00; seconds only where there are some, so that none is lost."""
        shown: str | None = super().format_value(value)
        return shown[:-3] if shown and shown.count(":") > 1 and shown.endswith(":00") else shown


class LocalMomentWidget(AdminSplitDateTime):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets = (self.widgets[0], ClockWidget())


class LocalMomentField(forms.SplitDateTimeField):
    """A day and a time in the current time zone.

    Django refuses a time that an autumn clock shows twice, and so could not save what it shows. Here it is the first
    of the two, unless the form already held the second (``MomentsForm``).
    """

    def compress(self, data_list: tuple[date, time] | None) -> datetime | None:
        with timezone.override(UTC):  # where every time exists once
            typed: datetime | None = super().compress(data_list)
        if typed is None:
            return None
        zone = timezone.get_current_timezone()
        moment = typed.replace(tzinfo=zone)
        validate_real_time(moment, timezone.get_current_timezone_name())
        return moment


class MomentsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Leaves a moment that was not typed anew exactly as it is stored, to the microsecond."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, LocalMomentField):
                day, clock = field.widget.widgets  # the label above stands for neither of the two alone
                day.attrs["aria-label"] = _("%(moment)s: day") % {"moment": field.label}
                clock.attrs["aria-label"] = _("%(moment)s: time") % {"moment": field.label}

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # Django's, not in the stubs
        for name, field in self.fields.items():
            if isinstance(field, LocalMomentField) and name in self.cleaned_data and name not in self.changed_data:
                self.cleaned_data[name] = getattr(self.instance, name)


MOMENTS_BY_THE_LOCAL_CLOCK = {
    **FORM_FIELDS,
    models.DateTimeField: {"form_class": LocalMomentField, "widget": LocalMomentWidget},
}
