"""The outbox: a mail is a row of the transaction that it tells of."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# A worker that claimed a mail and died leaves it to the others after this long. Longer than a batch takes to give up.
CLAIM_VALID_MINUTES = 3


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def queued(self) -> Self:
        return self.filter(state=OutgoingMail.State.QUEUED)

    def failed(self) -> Self:
        return self.filter(state=OutgoingMail.State.FAILED)

    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING])

    def due(self, at: datetime) -> Self:
        """Ready to be claimed, those whose worker died included. Served by the index outbox_due."""
        abandoned_at = at - timedelta(minutes=CLAIM_VALID_MINUTES)
        return self.waiting().filter(
            Q(state=OutgoingMail.State.QUEUED, due_at__lte=at)
            | Q(state=OutgoingMail.State.SENDING, claimed_at__lte=abandoned_at)
        )


class OutgoingMail(models.Model):
    """One mail to one person about one thing. It holds no body, no address and no link: they are filled in at delivery.

    (One kind holds an address for the seconds until a worker reads it: ``registrations.services.links.ask_for_lost``.)


    ``about`` names the thing as ``model:id``; ``occasion`` tells apart repetitions that are meant (a reminder's date).
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("no longer needed")
        HELD = "held", _("held back")
        KEPT = "kept", _("kept here")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    about = models.CharField(_("about"), max_length=80)
    occasion = models.CharField(_("occasion"), max_length=60, blank=True)
    # What many things that mails are about have in common, as ``model:id`` too: by it a list finds its own among all others.
    belongs_to = models.CharField(max_length=80, blank=True, default="", db_default="", editable=False)
    # To many at once, and in no hurry: it waits for whatever somebody waits for.
    is_bulk = models.BooleanField(default=False, db_default=False, editable=False)
    context = models.JSONField(_("details"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))
    due_at = models.DateTimeField(_("not before"))
    claimed_at = models.DateTimeField(_("taken by a worker"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # What a notice of failure said, long after the mail had left: a status (RFC 3463), no word of a stranger's server.
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    bounce_status = models.CharField(_("why it came back"), max_length=11, blank=True, default="", db_default="")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = pgettext_lazy("several", "outgoing mail")
        constraints = [
            models.UniqueConstraint(fields=["about", "kind", "occasion"], name="outbox_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed", "dropped", "held", "kept"]),
                name="outbox_state",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="outbox_sent_at"),
        ]
        indexes = [
            # Read by due(); small, because nearly every mail is sent.
            models.Index(fields=["due_at"], condition=Q(state__in=["queued", "sending"]), name="outbox_due"),
            # Read by whoever wrote the same to many, and wants to know how far it is.
            models.Index(fields=["occasion"], condition=Q(is_bulk=True), name="outbox_bulk"),
            # Read by the list of mails, the latest first, and by what counts those that have not left.
            models.Index(fields=["belongs_to", "-created_at", "id"], name="outbox_belonging"),
            models.Index(
                fields=["belongs_to", "state"],
                condition=Q(state__in=["queued", "sending", "failed"]),
                name="outbox_not_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.about}"
