"""The list of what to look at again, above a form that is refused."""

from django import forms
from django.utils.translation import pgettext


class SummaryForm(forms.Form):
    @property
    def first_controls(self) -> dict[str, str]:
        """Where a field has several controls, the id of the first."""
        return {}

    @property
    def summary(self) -> list[tuple[str, str]]:
        """What the error summary lists: the id of the control to go to, and the words."""
        first = self.first_controls
        return [
            (first.get(name, self.add_prefix(name)), f"{self._called(name)}{error}")
            for name in self.fields
            for error in self.errors.get(name, [])
        ]

    def _called(self, name: str) -> str:
        label = str(self.fields[name].label)
        return f"{label} " if label.endswith(("?", "!", ".")) else f"{label}{pgettext('before a link', ': ')}"
