"""The codes that organizers hand out with an invitation."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from programme.models.editions import Edition
from symposium.lib.text import fold

# Six letters and digits take two thousand million tries; a network gets some tens in ten minutes.
SHORTEST = 6


def key_of(code: str) -> str:
    """Return what is compared of a code that was typed: no capitals, accents, spaces or hyphens."""
    return "".join(letter for letter in fold(code) if letter.isalnum())


def validate_access_code(value: str) -> None:
    if len(key_of(value)) < SHORTEST:
        raise ValidationError(
            _("Write at least %(count)s letters or digits: a shorter code can be guessed."), params={"count": SHORTEST}
        )


class AccessCode(models.Model):
    """Opens the form of an edition that asks for a code. ``used`` is written by ``registrations.services.access``."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="access_codes", verbose_name=_("edition"))
    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[validate_access_code],
        help_text=_("Capitals, accents, spaces and hyphens make no difference."),
    )
    label = models.CharField(_("for whom"), max_length=100, blank=True)
    uses_allowed = models.PositiveIntegerField(
        _("registrations allowed"), null=True, blank=True, help_text=_("Empty: without limit.")
    )
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation code")
        verbose_name_plural = _("invitation codes")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="access_code_once_an_edition",
                violation_error_message=_("This edition has this code already."),
            )
        ]

    def __str__(self) -> str:
        return f"code {self.pk} of {self.edition_id}"

    @property
    def is_used_up(self) -> bool:
        return self.uses_allowed is not None and self.used >= self.uses_allowed

    def is_over(self, at: datetime) -> bool:
        return self.valid_until is not None and at >= self.valid_until

    def is_usable(self, at: datetime) -> bool:
        return not (self.is_used_up or self.is_over(at))
