"""A letter of invitation, with which somebody asks a consulate for a visa."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registrations.models.registrations import Registration


class VisaLetter(models.Model):
    """What the letter prints beside the registration, and nothing else. Deleted a month after the event.

    Nationality and passport number stand here only while the letter needs them: a row that stays to say of a number that
    it no longer holds has neither.
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("asked for")
        ISSUED = "issued", _("issued")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="visa_letter", verbose_name=_("registration")
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.ASKED)
    passport_name = models.CharField(_("name in the passport"), max_length=200)
    nationality = models.CharField(_("nationality"), max_length=2, blank=True)
    passport_number = models.CharField(_("passport number"), max_length=30, blank=True)
    # What the person reads where there is no letter.
    message = models.CharField(_("message to the person"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("asked on"))
    # Stays when the letter no longer holds: its number is then one of ours, and not valid.
    issued_at = models.DateTimeField(_("issued on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="visa_letters_decided",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("letter of invitation")
        verbose_name_plural = _("letters of invitation")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["asked", "issued", "declined", "withdrawn"]), name="visa_letter_status"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "issued"]) | Q(nationality="", passport_number=""),
                name="visa_letter_no_more_than_needed",
            ),
            models.CheckConstraint(
                condition=~Q(status="issued") | Q(issued_at__isnull=False), name="visa_letter_issued_at"
            ),
        ]

    def __str__(self) -> str:
        return f"letter of invitation of {self.registration_id}"
