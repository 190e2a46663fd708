"""A published number with its provenance."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models.editions import Edition


class FigureQuerySet(models.QuerySet["Figure"]):
    def declared(self) -> Self:
        return self.filter(source=Figure.Source.DECLARED)

    def counted(self) -> Self:
        return self.filter(source=Figure.Source.COUNTED)


class Figure(models.Model):
    """It stands as it was signed off, whatever happens to the people it counts."""

    class Measure(models.TextChoices):
        REGISTERED = "registered", _("registrations")
        CONFIRMED = "confirmed", _("confirmed registrations")
        PRESENT = "present", _("people present")
        PEOPLE = "people", _("distinct people")
        NOT_STATED = "not_stated", _("participants, the source does not say how counted")

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("on site")
        ONLINE = "online", _("online")
        ALL = "all", _("on site and online")
        NOT_STATED = "not_stated", _("mode not stated")

    class Source(models.TextChoices):
        COUNTED = "counted", _("counted here")
        DECLARED = "declared", _("declared")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="figures", verbose_name=_("edition"))
    value = models.PositiveIntegerField(_("number"))
    is_approximate = models.BooleanField(_("rounded (“nearly”)"), default=False)
    measure = models.CharField(_("what it counts"), max_length=10, choices=Measure)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    source = models.CharField(_("source"), max_length=8, choices=Source)
    source_label = models.CharField(_("name of the source"), max_length=200, blank=True)
    source_url = models.URLField(_("link to the source"), max_length=500, blank=True)
    stated_date = models.DateField(_("stated on"))
    is_sample = models.BooleanField(_("counted from invented people"), default=False)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="signed_figures",
        null=True,
        blank=True,
        verbose_name=_("signed off by"),
    )
    signed_off_at = models.DateTimeField(_("signed off"), null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(fields=["edition", "measure", "mode", "source"], name="figure_once"),
            models.CheckConstraint(
                condition=Q(measure__in=["registered", "confirmed", "present", "people", "not_stated"]),
                name="figure_measure",
            ),
            models.CheckConstraint(condition=Q(mode__in=["onsite", "online", "all", "not_stated"]), name="figure_mode"),
            models.CheckConstraint(
                condition=Q(source="counted", is_approximate=False) | (Q(source="declared") & ~Q(source_label="")),
                name="figure_source",
                violation_error_message=_("A declared figure names its source; a counted one is exact."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.measure} of {self.edition_id}"
