"""Institutions, what they are to an edition, and what an edition publishes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models.editions import Edition
from programme.models.validators import validate_ror


class Organisation(models.Model):
    slug = models.SlugField(_("short name in addresses"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    about = models.TextField(_("about"), blank=True)
    website = models.URLField(_("website"), blank=True)
    ror = models.CharField(_("ROR identifier"), max_length=9, blank=True, validators=[validate_ror])

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class Partnership(models.Model):
    class Role(models.TextChoices):
        ORGANIZER = "organizer", _("organized by")
        SUPPORTER = "supporter", _("with the support of")
        PARTNER = "partner", _("partner")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="partnerships", verbose_name=_("edition"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="partnerships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=9, choices=Role)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.UniqueConstraint(fields=["edition", "organisation", "role"], name="partnership_once"),
            models.CheckConstraint(
                condition=Q(role__in=["organizer", "supporter", "partner"]), name="partnership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.organisation_id} of {self.edition_id}"


class Document(models.Model):
    """Something to read about an edition, on the site of whoever published it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="documents", verbose_name=_("edition"))
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", _("French")), ("en", _("English"))], default="fr"
    )
    published_date = models.DateField(_("published on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="document_language")]

    def __str__(self) -> str:
        return self.title
