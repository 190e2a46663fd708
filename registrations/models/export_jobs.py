"""Exports that a worker writes, once or again and again: what was chosen, how far it is, and the file for a day."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models import AttendanceMode, Edition
from registrations.models.exports import Export
from registrations.models.messages import Message
from registrations.models.registrations import Registration

KEPT_HOURS = 24
# A worker that claimed an export and died leaves it to the others after this long; 100,000 rows of a workbook take a minute.
ABANDONED_MINUTES = 15
FILES = [choice for choice in Export.Profile.choices if choice[0] != Export.Profile.API]


class ExportChoices(models.Model):
    """Who wants what of which edition, and why; a choice left empty takes everything."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="%(class)ss", verbose_name=_("edition"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    reason = models.CharField(_("reason"), max_length=300)
    profile = models.CharField(_("form of the file"), max_length=8, choices=FILES)
    columns = ArrayField(models.CharField(max_length=60), verbose_name=_("columns"), default=list, blank=True)
    for_status = models.CharField(_("registration"), max_length=9, choices=Registration.Status, blank=True)
    for_mode = models.CharField(_("on site or online"), max_length=6, choices=AttendanceMode, blank=True)
    for_presence = models.CharField(_("presence"), max_length=7, choices=Message.Presence, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(profile__in=[value for value, _words in FILES])
                & Q(for_status__in=["", *Registration.Status.values])
                & Q(for_mode__in=["", *AttendanceMode.values])
                & Q(for_presence__in=["", "present", "absent"]),
                name="%(class)s_choices",
            )
        ]

    @property
    def narrowed_to(self) -> list[str]:
        """Return the choices that leave somebody out, in words."""
        chosen = (self.get_for_status_display(), self.get_for_mode_display(), self.get_for_presence_display())
        return [str(words) for words in chosen if words]


class ExportScheduleQuerySet(models.QuerySet["ExportSchedule"]):
    def running(self) -> Self:
        return self.filter(stopped_at=None)


class ExportSchedule(ExportChoices):
    """The same export each day, or on one day of the week, by the clock of the edition, until it is stopped or over."""

    class Every(models.IntegerChoices):
        DAY = 7, _("every day")
        MONDAY = 0, _("every Monday")
        TUESDAY = 1, _("every Tuesday")
        WEDNESDAY = 2, _("every Wednesday")
        THURSDAY = 3, _("every Thursday")
        FRIDAY = 4, _("every Friday")
        SATURDAY = 5, _("every Saturday")
        SUNDAY = 6, _("every Sunday")

    every = models.PositiveSmallIntegerField(_("how often"), choices=Every)
    due_time = models.TimeField(_("at"))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    objects = ExportScheduleQuerySet.as_manager()

    class Meta(ExportChoices.Meta):
        verbose_name = _("scheduled export")
        verbose_name_plural = _("scheduled exports")
        constraints = [
            *ExportChoices.Meta.constraints,
            models.CheckConstraint(condition=Q(every__range=(0, 7)), name="export_schedule_every"),
        ]

    def __str__(self) -> str:
        return f"scheduled export {self.pk}"

    def due_date(self, at: datetime) -> date | None:
        """Return the last day whose moment has come; None if that was before it was asked for."""
        day = at.astimezone(self.edition.zone).date()
        if self._moment_of(day) > at:
            day -= timedelta(days=1)
        if self.every != self.Every.DAY:
            day -= timedelta(days=(day.weekday() - self.every) % 7)
        return day if self._moment_of(day) >= self.asked_at else None

    def _moment_of(self, day: date) -> datetime:
        return datetime.combine(day, self.due_time, tzinfo=self.edition.zone)


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    def due(self, at: datetime) -> Self:
        """Ready to be claimed, those whose worker died included. Served by the index export_job_due."""
        abandoned_at = at - timedelta(minutes=ABANDONED_MINUTES)
        return self.filter(
            Q(state=ExportJob.State.QUEUED) | Q(state=ExportJob.State.RUNNING, claimed_at__lte=abandoned_at)
        )

    def outlived(self, at: datetime) -> Self:
        """Those whose file has been kept for as long as it may."""
        return self.filter(state=ExportJob.State.DONE, finished_at__lte=at - timedelta(hours=KEPT_HOURS))


class ExportJob(ExportChoices):
    """One export that a worker writes. ``claimed_at`` tells apart the workers that have had it in hand."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for its turn")
        RUNNING = "running", _("being written")
        DONE = "done", _("ready")
        EXPIRED = "expired", _("file deleted after 24 hours")
        FAILED = "failed", _("given up")

    schedule = models.ForeignKey(
        ExportSchedule, models.CASCADE, related_name="jobs", null=True, editable=False, verbose_name=_("schedule")
    )
    due_date = models.DateField(_("due"), null=True, editable=False)
    # Then ``TickedRegistrations`` says whom.
    is_ticked = models.BooleanField(default=False, db_default=False, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("taken by a worker"), null=True, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)
    finished_at = models.DateTimeField(_("ready"), null=True, blank=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta(ExportChoices.Meta):
        verbose_name = _("export in the background")
        verbose_name_plural = _("exports in the background")
        constraints = [
            *ExportChoices.Meta.constraints,
            models.UniqueConstraint(fields=["schedule", "due_date"], name="export_job_once_a_date"),
            models.CheckConstraint(
                condition=Q(schedule__isnull=True, due_date__isnull=True)
                | Q(schedule__isnull=False, due_date__isnull=False),
                name="export_job_due_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "expired", "failed"]), name="export_job_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(claimed_at__isnull=False), name="export_job_claimed"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="export_job_finished"
            ),
        ]
        indexes = [
            # Read by due(); small, because nearly every export is made.
            models.Index(fields=["asked_at"], condition=Q(state__in=["queued", "running"]), name="export_job_due"),
        ]

    def __str__(self) -> str:
        return f"export in the background {self.pk}"

    @property
    def narrowed_to(self) -> list[str]:
        return [str(_("those ticked in the list"))] if self.is_ticked else super().narrowed_to

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def kept_until(self) -> datetime | None:
        return self.finished_at and self.finished_at + timedelta(hours=KEPT_HOURS)

    def has_file(self, at: datetime) -> bool:
        return self.state == self.State.DONE and self.kept_until is not None and at < self.kept_until


class TickedRegistrations(models.Model):
    """Whom an export takes that was asked for from the list: apart from it, because they may be a hundred thousand keys."""

    job = models.OneToOneField(ExportJob, models.CASCADE, related_name="ticked", primary_key=True)
    registrations = ArrayField(models.UUIDField(), default=list)

    def __str__(self) -> str:
        return f"ticked registrations of export {self.job_id}"


class ExportPiece(models.Model):
    """A part of a file. In the database, which web and worker share, and where erasing and the purge find it."""

    job = models.ForeignKey(ExportJob, models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="export_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.position} of export {self.job_id}"
