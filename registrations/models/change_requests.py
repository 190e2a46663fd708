"""What somebody asks the organizers to change once the form no longer does."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models import AttendanceMode, Edition
from registrations.models.registrations import Registration


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def open_in(self, edition: Edition) -> Self:
        """Those that the organizers have yet to answer."""
        alive = self.filter(registration__edition=edition, registration__status__in=Registration.ALIVE)
        return alive.filter(status=ChangeRequest.Status.OPEN)


class ChangeRequest(models.Model):
    """One at a time for each registration. It goes with the person: nothing of it is counted."""

    class Status(models.TextChoices):
        OPEN = "open", _("to be answered")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="change_requests", verbose_name=_("registration")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    mode = models.CharField(_("attendance wished for"), max_length=6, choices=AttendanceMode)
    # By their ids, as a registration remembers those it gave up: a session that is gone is no longer wished for.
    sessions = ArrayField(models.BigIntegerField(), verbose_name=_("sessions wished for"), default=list, blank=True)
    message = models.CharField(_("message to the organizers"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    answer = models.CharField(_("word to the person"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="change_requests_decided",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a change")
        verbose_name_plural = _("requests for a change")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(status="open"), name="change_request_one_open"
            ),
            models.CheckConstraint(condition=Q(mode__in=["onsite", "online"]), name="change_request_mode"),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | Q(status__in=["granted", "declined"], decided_at__isnull=False, decided_by__isnull=False),
                name="change_request_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"request of {self.registration_id}"
