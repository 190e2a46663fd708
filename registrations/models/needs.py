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


# A meal and what somebody wrote beside are seen to like the rest.
DIET, NOTE = "diet", "note"
NEEDS = {DIET: _("diet"), **dict(AccessNeed.choices), NOTE: _("another need")}


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

    class Meta:
        verbose_name = _("diet and access needs of a person")
        verbose_name_plural = _("diet and access needs")
        constraints = [
            models.CheckConstraint(condition=Q(access__contained_by=AccessNeed.values), name="needs_access"),
            models.CheckConstraint(condition=~Q(diet="", access=[], note=""), name="needs_not_empty"),
        ]

    def __str__(self) -> str:
        return f"needs of {self.registration_id}"

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, need by need, with what the person wrote of it."""
        written = {DIET: self.diet, **dict.fromkeys(self.access, ""), NOTE: self.note}
        return {need: written[need] for need in NEEDS if need in self.access or written.get(need)}


class ArrangementQuerySet(models.QuerySet["Arrangement"]):
    def to_be_done(self) -> Self:
        return self.filter(done_at=None)

    def overdue(self, today: date) -> Self:
        return self.to_be_done().filter(due_date__lt=today)

    def counts(self) -> dict[str, int]:
        """Return how many there are of each need, in the order of the form."""
        found = dict(self.order_by().values_list("need").annotate(models.Count("pk")))
        return {need: found[need] for need in NEEDS if need in found}


class Arrangement(models.Model):
    """One of somebody's needs, and who sees to it: an interpreter is booked by one colleague, a meal by another."""

    needs = models.ForeignKey(
        Needs,
        models.CASCADE,
        related_name="arrangements",
        db_index=False,  # the constraint below has it
        editable=False,
        verbose_name=_("diet and access needs of a person"),
    )
    need = models.CharField(_("need"), max_length=13, choices=NEEDS, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="arrangements",
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
        help_text=_("The person reads it on their page and in the file of their data."),
    )

    objects = ArrangementQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of a person")
        verbose_name_plural = _("diet and access needs")
        constraints = [
            models.UniqueConstraint(fields=["needs", "need"], name="arrangement_once"),
            models.CheckConstraint(condition=Q(need__in=list(NEEDS)), name="arrangement_need"),
        ]

    def __str__(self) -> str:
        return f"arrangement {self.pk}"

    def is_overdue(self, today: date) -> bool:
        return self.done_at is None and self.due_date is not None and self.due_date < today

    @property
    def words(self) -> str:
        """What the person wrote of it."""
        return self.needs.asked.get(self.need, "")
