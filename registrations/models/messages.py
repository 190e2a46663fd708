"""What organizers write to the people of an edition, and to which of them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models import AttendanceMode, Edition, Session
from registrations.models.placeholders import validate_placeholders
from registrations.models.registrations import Profile, Registration

SUBJECT_LENGTH = 150
BODY_LENGTH = 10_000


class MessageQuerySet(models.QuerySet["Message"]):
    def sending(self) -> Self:
        return self.filter(state=Message.State.SENDING)

    def due(self, at: datetime) -> Self:
        return self.filter(state=Message.State.SCHEDULED, send_at__lte=at)


class Message(models.Model):
    """One text in both languages, to everybody of an edition whom all the choices fit; a choice left empty fits all."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        SENDING = "sending", _("being sent")
        PAUSED = "paused", _("paused")
        SENT = "sent", _("sent")

    class Audience(models.TextChoices):
        """Those whose address was never proved, and those who were refused, are not written to."""

        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        REQUESTED = "requested", _("awaiting approval")
        CANCELLED = "cancelled", _("cancelled")

    class Presence(models.TextChoices):
        PRESENT = "present", _("present")
        ABSENT = "absent", _("not present")

    class Coming(models.TextChoices):
        """``SILENT`` are those alone who may still answer: confirmed, and on site."""

        YES = "yes", _("says that they come")
        NO = "no", _("says that they do not come")
        SILENT = "silent", _("confirmed on site, no answer yet")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="messages", verbose_name=_("edition"))
    for_status = models.CharField(_("registration"), max_length=9, choices=Audience, blank=True)
    for_mode = models.CharField(_("on site or online"), max_length=6, choices=AttendanceMode, blank=True)
    for_session = models.ForeignKey(
        Session,
        models.PROTECT,  # to empty it would write to everybody
        related_name="messages",
        verbose_name=_("session"),
        null=True,
        blank=True,
        help_text=_("Whoever has or waits for a seat in it."),
    )
    for_profile = models.CharField(_("profile"), max_length=11, choices=Profile, blank=True)
    for_language = models.CharField(
        _("language"), max_length=2, choices=[("fr", _("French")), ("en", _("English"))], blank=True
    )
    for_presence = models.CharField(_("presence"), max_length=7, choices=Presence, blank=True)
    for_coming = models.CharField(
        _("still coming"), max_length=6, choices=Coming, blank=True, default="", db_default=""
    )
    subject_fr = models.CharField(_("subject in French"), max_length=SUBJECT_LENGTH, validators=[validate_placeholders])
    body_fr = models.TextField(_("text in French"), max_length=BODY_LENGTH, validators=[validate_placeholders])
    subject_en = models.CharField(
        _("subject in English"), max_length=SUBJECT_LENGTH, validators=[validate_placeholders]
    )
    body_en = models.TextField(_("text in English"), max_length=BODY_LENGTH, validators=[validate_placeholders])
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    send_at = models.DateTimeField(_("to be sent"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="messages",
        null=True,
        editable=False,
        verbose_name=_("written by"),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "scheduled", "sending", "paused", "sent"]), name="message_state"
            ),
            models.CheckConstraint(
                condition=Q(for_status__in=["", "confirmed", "waiting", "requested", "cancelled"])
                & Q(for_mode__in=["", *AttendanceMode.values])
                & Q(for_profile__in=["", *Profile.values])
                & Q(for_language__in=["", "fr", "en"])
                & Q(for_presence__in=["", "present", "absent"])
                & Q(for_coming__in=["", "yes", "no", "silent"]),
                name="message_audience",
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(send_at__isnull=False), name="message_send_at"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def statuses(self) -> tuple[str, ...]:
        chosen = Registration.Status
        return (self.for_status,) if self.for_status else (chosen.CONFIRMED, chosen.WAITING, chosen.REQUESTED)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def text(self, language: str) -> tuple[str, str]:
        """Return subject and body as they were written."""
        return (self.subject_fr, self.body_fr) if language == "fr" else (self.subject_en, self.body_en)
