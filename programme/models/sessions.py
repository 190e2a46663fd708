"""A part of an edition."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.models.editions import Edition


class SessionQuerySet(models.QuerySet["Session"]):
    def talks(self) -> Self:
        """Those one can attend; neither breaks nor welcomes."""
        return self.filter(kind=Session.Kind.SESSION)

    def in_order(self) -> Self:
        return self.order_by(F("position"), "id")

    def with_people(self) -> Self:
        return self.prefetch_related("appearances__person")


class Session(models.Model):
    class Kind(models.TextChoices):
        SESSION = "session", _("session")
        PAUSE = "pause", _("break or welcome")

    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="sessions", verbose_name=_("edition"))
    slug = models.SlugField(_("short name in addresses"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.SESSION)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    starts_at = models.DateTimeField(
        _("begins"), null=True, blank=True, help_text=_("Leave empty while the time is not published.")
    )
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    note = models.CharField(_("note under the session"), max_length=300, blank=True)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="session_slug_in_edition"),
            models.CheckConstraint(condition=Q(kind__in=["session", "pause"]), name="session_kind"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("A session ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False),
                name="session_end_needs_start",
                violation_error_message=_("Say when the session begins, too."),
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.slug}"

    @property
    def local_start(self) -> datetime | None:
        return self.starts_at and self.starts_at.astimezone(self.edition.zone)

    @property
    def local_end(self) -> datetime | None:
        return self.ends_at and self.ends_at.astimezone(self.edition.zone)

    def clashes_with(self, other: "Session") -> bool:
        """Whether both have published times that overlap."""
        if not (self.starts_at and self.ends_at and other.starts_at and other.ends_at):
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at
