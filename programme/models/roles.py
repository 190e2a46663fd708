"""What a member of staff may do, edition by edition."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models.editions import Edition


class StaffRole(models.Model):
    class Role(models.TextChoices):
        ORGANIZER = "organizer", _("organizer")
        EXPORTER = "exporter", _("exporter")
        DOOR = "door", _("door helper")
        READER = "reader", _("reader of figures")
        NEEDS = "needs", _("diet and access needs")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_roles", verbose_name=_("user")
    )
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="staff_roles", verbose_name=_("edition"))
    role = models.CharField(_("role"), max_length=9, choices=Role)

    class Meta:
        verbose_name = _("role of a member of staff")
        verbose_name_plural = _("roles of staff")
        constraints = [
            models.UniqueConstraint(fields=["user", "edition", "role"], name="staff_role_once"),
            models.CheckConstraint(
                condition=Q(role__in=["organizer", "exporter", "door", "reader", "needs"]), name="staff_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of {self.edition_id}"

    # What the trail tells of it: who was given which right (symposium.trail.writing.Right).

    @property
    def right(self) -> str:
        return str(self.role)

    @property
    def right_holder_id(self) -> int:
        return self.user_id
