"""Who came in, and when."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models import Session
from registrations.models.registrations import Registration


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def entries(self) -> Self:
        return self.filter(direction=CheckIn.Direction.ENTRY)

    def at_the_door(self) -> Self:
        """Of the edition as a whole."""
        return self.filter(session__isnull=True)


class CheckIn(models.Model):
    """One scan. Rows are added and never changed; the device makes the id, so that sending one twice changes nothing."""

    class Direction(models.TextChoices):
        ENTRY = "entry", _("entry")
        EXIT = "exit", _("exit")

    class Source(models.TextChoices):
        QR = "qr", _("QR code")
        SEARCH = "search", _("search")
        PAPER = "paper", _("paper list")
        WALK_IN = "walk_in", _("walk-in")
        ONLINE = "online", _("online")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="check_ins", verbose_name=_("registration")
    )
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="check_ins", null=True, blank=True, verbose_name=_("session")
    )
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, default=Direction.ENTRY)
    scanned_at = models.DateTimeField(_("time of the device"))
    received_at = models.DateTimeField(_("time of the server"))
    gate = models.CharField(_("gate"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=7, choices=Source)
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="check_ins",
        null=True,
        blank=True,
        verbose_name=_("scanned by"),
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=["entry", "exit"]), name="check_in_direction"),
            models.CheckConstraint(
                condition=Q(source__in=["qr", "search", "paper", "walk_in", "online"]), name="check_in_source"
            ),
        ]
        indexes = [models.Index(fields=["registration", "scanned_at"], name="check_in_by_registration")]

    def __str__(self) -> str:
        return f"{self.direction} of {self.registration_id}"
