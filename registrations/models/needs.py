"""What somebody needs in order to come, in a place of its own that goes early."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registrations.models.registrations import Registration


class AccessNeed(models.TextChoices):
    CAPTIONS = "captions", _("captions")
    SIGN_LANGUAGE = "sign_language", _("sign language interpreter")
    HEARING_LOOP = "hearing_loop", _("hearing loop")
    WHEELCHAIR = "wheelchair", _("wheelchair place")
    RESERVED_SEAT = "reserved_seat", _("reserved seat")
    GUIDE = "guide", _("somebody to guide me")
    LARGE_PRINT = "large_print", _("large print")


class NeedsQuerySet(models.QuerySet["Needs"]):
    def overdue(self, today: date) -> Self:
        return self.filter(done_at=None, due_date__lt=today)


class Needs(models.Model):
    """Read by the role ``needs`` alone; everybody else counts. Deleted a week after the event, or with the consent."""

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="needs", verbose_name=_("registration")
    )
    diet = models.CharField(_("diet"), max_length=200, blank=True)
    access = ArrayField(
        models.CharField(max_length=13, choices=AccessNeed), verbose_name=_("access needs"), default=list, blank=True
    )
    note = models.CharField(_("in their words"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("changed"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="needs_answered",
        null=True,
        blank=True,
        verbose_name=_("who sees to it"),
    )
    due_date = models.DateField(_("until"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    staff_note = models.CharField(
        _("note of who sees to it"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("The person reads it in the file of their data."),
    )

    objects = NeedsQuerySet.as_manager()

    class Meta:
        verbose_name = _("diet and access needs of a person")
        verbose_name_plural = _("diet and access needs")
        constraints = [
            models.CheckConstraint(condition=Q(access__contained_by=AccessNeed.values), name="needs_access"),
            models.CheckConstraint(condition=~Q(diet="", access=[], note=""), name="needs_not_empty"),
        ]

    def __str__(self) -> str:
        return f"needs of {self.registration_id}"
