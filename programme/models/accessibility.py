"""What has been found out of the site's accessibility, and what is planned: the sources of the legal statement."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

VALID_YEARS = 3


class AccessibilityAuditQuerySet(models.QuerySet["AccessibilityAudit"]):
    def published(self, on: date) -> Self:
        """Those whose statement is published by that day, the newest first."""
        return self.filter(established_date__lte=on).order_by("-established_date", "-id")


class AccessibilityAudit(models.Model):
    """One audit of the site against the RGAA; its statement stands from the day on which it is established."""

    audited_date = models.DateField(_("audited on"), help_text=_("The last day of the audit."))
    established_date = models.DateField(
        _("statement established on"),
        null=True,
        blank=True,
        help_text=_(
            "Empty: not published yet. From this day on the page says what stands here. After three years the law no longer "
            "lets it count, and the site reads “not compliant” until a new audit."
        ),
    )
    auditor = models.CharField(
        _("carried out by"), max_length=200, help_text=_("A firm, or the people of the house who did it.")
    )
    method = models.TextField(_("method"), blank=True, help_text=_("How pages were chosen and checked."))
    standard_version = models.CharField(_("version of the RGAA"), max_length=10, default="4.1")
    criteria_applicable = models.PositiveSmallIntegerField(_("criteria that apply"))
    criteria_compliant = models.PositiveSmallIntegerField(_("criteria that are met"))
    non_compliances = models.TextField(_("what is not compliant"), blank=True, help_text=_("One on each line."))
    derogations = models.TextField(
        _("derogations for disproportionate burden"),
        blank=True,
        help_text=_("One on each line, each with its reason and what is offered instead."),
    )
    out_of_scope = models.TextField(
        _("contents that the law exempts"), blank=True, help_text=_("One on each line, with the reason.")
    )
    technologies = models.TextField(
        _("technologies of the site"), blank=True, help_text=_("One on each line, for example HTML5.")
    )
    environments = models.TextField(
        _("browsers and assistive technologies"),
        blank=True,
        help_text=_("One combination on each line, with versions."),
    )
    tools = models.TextField(_("tools"), blank=True, help_text=_("One on each line."))
    pages = models.TextField(_("pages checked"), blank=True, help_text=_("One on each line: its title and address."))

    objects = AccessibilityAuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("accessibility audit")
        verbose_name_plural = _("accessibility audits")
        constraints = [
            models.CheckConstraint(
                condition=Q(criteria_applicable__gt=0, criteria_compliant__lte=F("criteria_applicable")),
                name="audit_criteria",
                violation_error_message=_("At least one criterion applies, and no more are met than apply."),
            ),
            models.CheckConstraint(
                condition=Q(established_date__isnull=True) | Q(established_date__gte=F("audited_date")),
                name="audit_before_statement",
                violation_error_message=_("A statement is established after its audit."),
            ),
        ]

    def __str__(self) -> str:
        return f"accessibility audit of {self.audited_date}"

    @property
    def rate(self) -> int:
        """The percentage of criteria that are met, never rounded up to a state that is not reached."""
        return self.criteria_compliant * 100 // self.criteria_applicable

    @property
    def is_fully_compliant(self) -> bool:
        return self.criteria_compliant == self.criteria_applicable

    @property
    def is_partially_compliant(self) -> bool:
        return self.criteria_compliant * 2 >= self.criteria_applicable and not self.is_fully_compliant

    def counts_on(self, day: date) -> bool:
        """Whether its statement is published by that day and younger than three years."""
        established = self.established_date
        if established is None or established > day:
            return False
        # Tuples, because the 29th of February has no third birthday.
        return (day.year - VALID_YEARS, day.month, day.day) < (established.year, established.month, established.day)


class AccessibilityPlan(models.Model):
    """The multi-year plan that the law asks for, or the action plan of one year: a document elsewhere."""

    class Kind(models.TextChoices):
        MULTI_YEAR = "multi_year", _("multi-year plan")
        YEARLY = "yearly", _("action plan of a year")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"), help_text=_("A multi-year plan covers three at most."))

    class Meta:
        verbose_name = _("accessibility plan")
        verbose_name_plural = _("accessibility plans")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["multi_year", "yearly"]), name="accessibility_plan_kind"),
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year"), last_year__lte=F("first_year") + 2),
                name="accessibility_plan_years",
                violation_error_message=_("A plan covers one to three years."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_year}"
