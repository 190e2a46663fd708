"""What staff decided against the ordinary course, and why."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registrations.models.registrations import Registration


class Decision(models.Model):
    """Rows are added and never changed."""

    class Action(models.TextChoices):
        CONFIRM = "confirm", _("confirmed by staff")
        APPROVE = "approve", _("request approved")
        OVERTAKE = "overtake", _("confirmed before the waiting list")
        CANCEL = "cancel", _("cancelled by staff")
        RESTORE = "restore", _("cancellation undone")
        REFUSE = "refuse", _("refused")
        RESERVE = "reserve", _("moved to a reserved seat")
        MERGE = "merge", _("merged with another")
        RELEASE = "release", _("moved from a reserved seat to the others")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="decisions", verbose_name=_("registration")
    )
    action = models.CharField(_("decision"), max_length=8, choices=Action)
    # For staff alone, where the message is what the person reads in the letter and on their page.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    message = models.CharField(_("message to the person"), max_length=1000, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision of staff")
        verbose_name_plural = _("decisions of staff")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    action__in=[
                        "confirm",
                        "approve",
                        "overtake",
                        "cancel",
                        "restore",
                        "refuse",
                        "reserve",
                        "release",
                        "merge",
                    ]
                ),
                name="decision_action",
            ),
            models.CheckConstraint(condition=~Q(action="overtake") | ~Q(reason=""), name="decision_overtaking_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.registration_id}"
