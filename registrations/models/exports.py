"""Who took personal data out of the application."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programme.models import Edition


class Export(models.Model):
    """Rows are added and never changed, before the first byte leaves."""

    class Profile(models.TextChoices):
        EXCEL_FR = "excel-fr", _("for Excel in French")
        MACHINE = "machine", _("for machines")
        XLSX = "xlsx", _("Excel workbook")
        API = "api", _("the API, page by page")

    class Content(models.TextChoices):
        ATTENDANCE = "attendance", pgettext_lazy("content of a file", "attendance")
        NEEDS = "needs", _("diet and access needs")
        CONSENTS = "consents", _("consents")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="exports", verbose_name=_("edition"))
    profile = models.CharField(_("form of the file"), max_length=8, choices=Profile)
    content = models.CharField(
        _("content"), max_length=10, choices=Content, default=Content.ATTENDANCE, db_default=Content.ATTENDANCE.value
    )
    rows = models.PositiveIntegerField(_("rows"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="exports",
        null=True,
        blank=True,
        verbose_name=_("exported by"),
        help_text=_("Empty: from the command line of the server."),
    )
    exported_at = models.DateTimeField(_("exported"))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(
                condition=Q(profile__in=["excel-fr", "machine", "xlsx", "api"]), name="export_profile"
            ),
            models.CheckConstraint(condition=Q(content__in=["attendance", "needs", "consents"]), name="export_content"),
        ]

    def __str__(self) -> str:
        return f"export of {self.edition_id}"


class ColumnSet(models.Model):
    """Columns that somebody chose and named, for all who export of the edition: keys of ``exports.columns``."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="column_sets", verbose_name=_("edition"))
    name = models.CharField(_("name"), max_length=60)
    columns = ArrayField(models.CharField(max_length=60), verbose_name=_("columns"))

    class Meta:
        verbose_name = _("column set")
        verbose_name_plural = _("column sets")
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="column_set_once")]

    def __str__(self) -> str:
        return f"column set {self.pk} of {self.edition_id}"
