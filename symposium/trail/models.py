"""Who did what to which record: added to, never changed, and free of anything that would have to be erased."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Three years: long enough to answer for an edition and the one after it. The trigger of the migration says the same.
KEPT_DAYS = 1096


class TrailQuerySet(models.QuerySet["TrailEntry"]):
    def overdue(self, at: datetime) -> Self:
        """Those whose period is over at this moment, and by the database's own clock, which alone lets them go."""
        period = timedelta(days=KEPT_DAYS)
        return self.filter(at__lt=at - period).filter(at__lt=Now() - period)


class TrailEntry(models.Model):
    """One deed, by ids and names of fields, never by a name or a value.

    No foreign key: what an entry tells stays true when the edition or the account it names is gone. The database
    refuses to change an entry, and to delete it before its time.
    """

    class Source(models.TextChoices):
        STAFF = "staff", _("member of staff")
        PERSON = "person", _("the person themselves")
        COMMAND = "command", _("the command line")
        SCHEDULE = "schedule", _("the scheduler")

    class Kind(models.TextChoices):
        ADDED = "added", pgettext_lazy("trail", "added")
        CHANGED = "changed", pgettext_lazy("trail", "changed")
        DELETED = "deleted", pgettext_lazy("trail", "deleted")
        DECIDED = "decided", _("decision of staff")
        GIVEN = "given", _("right given")
        TAKEN = "taken", _("right taken away")
        RESET = "reset", _("second factor reset")
        EXPORTED = "exported", _("export")
        VIEWED = "viewed", _("sensitive data seen")
        DISCLOSED = "disclosed", _("data handed to their owner")
        ERASED = "erased", _("person erased")
        PURGED = "purged", _("purge")

    at = models.DateTimeField(_("when"))
    source = models.CharField(_("by"), max_length=8, choices=Source)
    actor_id = models.PositiveBigIntegerField(_("account"), null=True)
    kind = models.CharField(_("what"), max_length=9, choices=Kind)
    # A word of a list in the code: the decision, the role, the form of the file.
    detail = models.CharField(_("detail"), max_length=40, blank=True)
    record_type = models.CharField(_("sort of record"), max_length=100, blank=True)
    record_id = models.CharField(_("record"), max_length=64, blank=True)
    edition_id = models.PositiveBigIntegerField(_("edition"), null=True)
    fields = ArrayField(models.CharField(max_length=100), verbose_name=_("fields"), default=list, blank=True)
    counts = models.JSONField(_("numbers"), default=dict, blank=True)

    objects = TrailQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the trail")
        verbose_name_plural = _("trail")
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=["staff", "person", "command", "schedule"]), name="trail_source"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "added",
                        "changed",
                        "deleted",
                        "decided",
                        "given",
                        "taken",
                        "reset",
                        "exported",
                        "viewed",
                        "disclosed",
                        "erased",
                        "purged",
                    ]
                ),
                name="trail_kind",
            ),
            models.CheckConstraint(
                condition=Q(source="staff", actor_id__isnull=False) | (~Q(source="staff") & Q(actor_id__isnull=True)),
                name="trail_actor_is_staff",
            ),
            # So that no name and no address gets in: neither is written without a space, an accent, a dot or an @.
            models.CheckConstraint(
                condition=Q(detail__regex=r"^[a-z0-9_-]*$", record_id__regex=r"^[A-Za-z0-9_-]*$"),
                name="trail_ids_and_words_only",
            ),
        ]
        indexes = [
            models.Index(fields=["edition_id", "-id"], name="trail_of_edition"),
            models.Index(fields=["record_type", "record_id"], name="trail_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_type} {self.record_id}".strip()
