"""Who registered somebody else."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registrations.models.registrations import Registration


class Assistant(models.Model):
    """Kept so that the person can know it, and goes with them. Also where the person was registered before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="assistants", verbose_name=_("registration")
    )
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"))
    email_normalised = models.CharField(max_length=254, db_index=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=[("fr", _("French")), ("en", _("English"))])
    registered_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("person who registered somebody else")
        verbose_name_plural = _("people who registered somebody else")
        constraints = [models.CheckConstraint(condition=models.Q(language__in=["fr", "en"]), name="assistant_language")]

    def __str__(self) -> str:
        return f"assistant of {self.registration_id}"
