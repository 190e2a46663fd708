"""The logos of institutions, kept in the database so that a dump holds everything and every process has them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programme.models.organisations import Organisation

# What a logo takes on a page: high where it is compact, less where it is long, so that all weigh the same to the eye.
SHOWN_HEIGHT, SHOWN_WIDTH = 56, 224
EVEN_RATIO = 2


class LogoQuerySet(models.QuerySet["Logo"]):
    def without_content(self) -> Self:
        """For pages, which only need to know that it is there and how large."""
        return self.defer("content").order_by("variant")


class Logo(models.Model):
    """A picture that ``programme.services.logos`` made of an upload; nothing of the upload itself is kept."""

    class Variant(models.TextChoices):
        LIGHT = "light", _("on a light ground")
        DARK = "dark", _("on a dark ground")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="logos", verbose_name=_("organisation"))
    variant = models.CharField(_("ground"), max_length=5, choices=Variant)
    content = models.BinaryField()
    digest = models.CharField(max_length=64, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)

    objects = LogoQuerySet.as_manager()

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "variant"], name="logo_once_a_ground"),
            models.CheckConstraint(condition=Q(variant__in=["light", "dark"]), name="logo_variant"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="logo_has_a_size"),
        ]
        indexes = [models.Index(fields=["digest"], name="logo_by_digest")]  # read by its address

    def __str__(self) -> str:
        return f"logo {self.variant} of {self.organisation_id}"

    def get_absolute_url(self) -> str:
        return reverse("feeds:logo", args=[self.digest])

    @property
    def shown_height(self) -> int:
        ratio = self.width / self.height
        return round(min(SHOWN_HEIGHT, SHOWN_HEIGHT * (EVEN_RATIO / ratio) ** 0.5, SHOWN_WIDTH / ratio)) or 1

    @property
    def shown_width(self) -> int:
        return round(self.shown_height * self.width / self.height) or 1
