"""The only home of capacity."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.models.editions import Edition
from programme.models.sessions import Session


class AttendanceMode(models.TextChoices):
    ONSITE = "onsite", _("on site")
    ONLINE = "online", _("online")


# A kind of seats and no way to attend: in the room, for speakers, moderators and partners, seen and given by staff alone.
RESERVED = "reserved"


class SeatPoolQuerySet(models.QuerySet["SeatPool"]):
    def of_modes(self) -> Self:
        """Those that everybody may ask for."""
        return self.filter(mode__in=AttendanceMode.values)

    def of_sessions(self) -> Self:
        return self.filter(session__isnull=False)

    def free_while_somebody_waits(self) -> Self:
        return self.filter(Q(capacity__isnull=True) | Q(taken__lt=F("capacity")), waiting__gt=0)

    def in_locking_order(self) -> Self:
        """The one order in which pools are locked, so that no two transactions wait for each other."""
        return self.order_by(F("session_id").asc(nulls_first=True), "mode", "id")


class SeatPool(models.Model):
    """The seats of an edition in one mode, those it reserves on site, or those of one session.

    The counters are written by ``registrations.services.seats`` alone. ``waiting`` counts the claims that could take a
    seat now; ``last_position`` only grows.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="seat_pools", verbose_name=_("edition"))
    mode = models.CharField(
        _("mode"), max_length=8, choices=[*AttendanceMode.choices, (RESERVED, _("reserved, on site"))], blank=True
    )
    session = models.OneToOneField(
        Session, models.CASCADE, related_name="seat_pool", null=True, blank=True, verbose_name=_("session")
    )
    capacity = models.PositiveIntegerField(
        _("seats offered"), null=True, blank=True, help_text=_("Empty: without limit.")
    )
    safety_limit = models.PositiveIntegerField(
        _("the room's safety limit"),
        null=True,
        blank=True,
        help_text=_("How many people the room may hold by its rules. Apart from the seats offered."),
    )
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)
    waiting = models.PositiveIntegerField(_("waiting"), default=0, editable=False)
    last_position = models.PositiveIntegerField(_("last position given"), default=0, editable=False)

    objects = SeatPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("seats")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["edition", "mode"], condition=Q(session=None), name="seats_once_a_mode"),
            models.CheckConstraint(
                condition=Q(session__isnull=True, mode__in=["onsite", "online", "reserved"])
                | Q(session__isnull=False, mode=""),
                name="seats_of_a_mode_or_a_session",
            ),
            models.CheckConstraint(
                condition=~Q(mode="reserved") | Q(capacity__isnull=False), name="seats_reserved_are_counted"
            ),
            models.CheckConstraint(
                condition=Q(safety_limit__isnull=True) | Q(capacity__isnull=True) | Q(capacity__lte=F("safety_limit")),
                name="seats_within_safety_limit",
                violation_error_message=_("The seats offered exceed the room's safety limit."),
            ),
        ]

    def __str__(self) -> str:
        return f"seats {self.mode or self.session_id} of {self.edition_id}"

    @property
    def is_for_all(self) -> bool:
        """Whether it is one of those that ``of_modes`` finds."""
        return self.mode in AttendanceMode.values

    @property
    def is_reserved(self) -> bool:
        return self.mode == RESERVED

    @property
    def free(self) -> int | None:
        """How many a newcomer could take now; None without limit."""
        if self.waiting:
            return 0
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    @property
    def has_room(self) -> bool:
        """Whether a newcomer asking now would get a seat. A glance: only asking decides."""
        return self.free is None or self.free > 0
