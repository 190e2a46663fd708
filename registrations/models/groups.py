"""People whom one of them has registered together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programme.models import Edition
from registrations.models.registrations import Registration


class Group(models.Model):
    """Who belongs to it is said by their claims: whoever cancels or changes their mode leaves it."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="groups", verbose_name=_("edition"))
    size = models.PositiveSmallIntegerField(_("people"), help_text=_("How many were registered together."))
    contact = models.ForeignKey(Registration, models.PROTECT, related_name="groups", verbose_name=_("registered by"))
    # As the form said it, for the first letters: their registration, where there was one before, may say another name.
    contact_name = models.CharField(_("name of who registered them"), max_length=201, blank=True)
    created_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return f"group {self.pk} of {self.edition_id}"
