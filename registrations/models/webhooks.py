"""Programs elsewhere that are told what happens to registrations, and what they were told."""

import uuid
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programme.models import AttendanceMode, Edition
from registrations.models.registrations import Registration

# A sender has much less time than that for one delivery: if it is still at it, it died.
CLAIM_VALID_SECONDS = 60


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def waiting(self, at: datetime) -> Self:
        """Those for which something is to be sent, and which are not left alone."""
        return self.filter(Q(paused_until=None) | Q(paused_until__lte=at)).filter(
            Exists(WebhookDelivery.objects.due(at).filter(webhook=OuterRef("pk")))
        )

    def unpause(self) -> int:
        """Ask them again at once: something about them has changed, or somebody wants to know."""
        return self.update(failures=0, paused_until=None)


class Webhook(models.Model):
    """An address that is told of registrations of one edition.

    Its secret is not here: it is derived from one of ``TICKET_KEYS``, as the tokens are, so that who steals the database
    can sign nothing. ``secret_issue`` makes a new one.
    """

    class Event(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("event", "somebody registers")
        CONFIRMED = "confirmed", pgettext_lazy("event", "a place is confirmed")
        CANCELLED = "cancelled", pgettext_lazy("event", "a registration is cancelled")
        CHECKED_IN = "checked_in", pgettext_lazy("event", "somebody comes in")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="webhooks", verbose_name=_("edition"))
    url = models.URLField(
        _("address"), max_length=500, help_text=_("https, of a program that takes a POST with a few lines of JSON.")
    )
    events = ArrayField(models.CharField(max_length=10, choices=Event), verbose_name=_("is told when"))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Unticked, it is told nothing."))
    secret_issue = models.PositiveIntegerField(default=1, editable=False)
    secret_key_version = models.CharField(max_length=8, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # How often in a row it was not reached, until when it is left alone therefore, and how long it took to answer last.
    failures = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)
    last_seconds = models.FloatField(default=0, db_default=0, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    events__contained_by=["registered", "confirmed", "cancelled", "checked_in"], events__len__gt=0
                ),
                name="webhook_events",
            )
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def failed(self) -> Self:
        return self.filter(state=WebhookDelivery.State.FAILED)

    def in_flight(self, at: datetime) -> Self:
        """Those that a sender is at, and has not died at."""
        return self.filter(state=WebhookDelivery.State.SENDING, claimed_at__gt=at - self._claim_valid)

    def due(self, at: datetime) -> Self:
        """Ready to be claimed, those whose sender died included. Served by the index webhook_waiting."""
        abandoned = Q(state=WebhookDelivery.State.SENDING, claimed_at__lte=at - self._claim_valid)
        queued = Q(state=WebhookDelivery.State.QUEUED, due_at__lte=at)
        return self.filter(queued | abandoned, state__in=["queued", "sending"], webhook__is_active=True)

    _claim_valid = timedelta(seconds=CLAIM_VALID_SECONDS)


class WebhookDelivery(models.Model):
    """One event told to one webhook. Who it is about is read from the registration when it is sent."""

    class Event(models.TextChoices):
        REGISTERED = Webhook.Event.REGISTERED.value, Webhook.Event.REGISTERED.label
        CONFIRMED = Webhook.Event.CONFIRMED.value, Webhook.Event.CONFIRMED.label
        CANCELLED = Webhook.Event.CANCELLED.value, Webhook.Event.CANCELLED.label
        CHECKED_IN = Webhook.Event.CHECKED_IN.value, Webhook.Event.CHECKED_IN.label
        TEST = "test", pgettext_lazy("event", "test")

    class State(models.TextChoices):
        QUEUED = "queued", _("to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    class Problem(models.TextChoices):
        STATUS = "status", _("the answer was not a yes (2xx)")
        TIMEOUT = "timeout", _("no answer in time")
        CONNECTION = "connection", _("no connection, or no answer")
        CERTIFICATE = "certificate", _("the certificate does not hold")
        HOST = "host", _("nobody knows this host")
        PRIVATE = "private", _("the host is in a private network")
        ADDRESS = "address", _("nothing is sent to such an address")
        SECRET = "secret", _("the secret is no longer known here: make a new one")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without an index of its own: that of webhook_once begins with it.
    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"), db_index=False
    )
    registration = models.ForeignKey(
        Registration,
        models.CASCADE,
        related_name="webhook_deliveries",
        verbose_name=_("registration"),
        null=True,
        blank=True,
    )
    event = models.CharField(_("event"), max_length=10, choices=Event)
    occasion = models.CharField(_("occasion"), max_length=60)
    # As they were then.
    status = models.CharField(_("status of the registration"), max_length=9, choices=Registration.Status, blank=True)
    mode = models.CharField(_("attendance"), max_length=6, choices=AttendanceMode, blank=True)
    happened_at = models.DateTimeField(_("when"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_status = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)
    last_problem = models.CharField(_("last problem"), max_length=11, choices=Problem, blank=True)
    due_at = models.DateTimeField(_("not before"))
    given_up_at = models.DateTimeField(_("tried until"))
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "registration", "event", "occasion"], name="webhook_once"),
            models.CheckConstraint(
                condition=Q(event__in=["registered", "confirmed", "cancelled", "checked_in", "test"]),
                name="webhook_event",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed"]), name="webhook_delivery_state"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["", *Registration.Status.values]), name="webhook_delivery_status"
            ),
            models.CheckConstraint(condition=Q(mode__in=["", *AttendanceMode.values]), name="webhook_delivery_mode"),
            models.CheckConstraint(
                condition=Q(
                    last_problem__in=[
                        "",
                        "status",
                        "timeout",
                        "connection",
                        "certificate",
                        "host",
                        "private",
                        "address",
                        "secret",
                    ]
                ),
                name="webhook_delivery_problem",
            ),
            models.CheckConstraint(
                condition=Q(event="test", registration__isnull=True)
                | (~Q(event="test") & Q(registration__isnull=False)),
                name="webhook_delivery_about",
            ),
        ]
        indexes = [
            # Read by due() every five seconds and for each claim; small, because nearly every delivery is sent.
            models.Index(
                fields=["webhook", "attempts", "due_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="webhook_waiting",
            ),
            # Read by the list of webhooks, which says how many were given up.
            models.Index(fields=["webhook"], condition=Q(state="failed"), name="webhook_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"
