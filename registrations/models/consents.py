"""What somebody agreed to, and took back."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from programme.models import ConsentKind, KeptText
from registrations.models.registrations import Registration


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> Self:
        """The last word of each registration on each kind, given or taken back."""
        same = Consent.objects.filter(registration=OuterRef("registration"), kind=OuterRef("kind"))
        return self.filter(pk=Subquery(same.order_by("-decided_at", "-pk").values("pk")[:1]))


class Consent(models.Model):
    """Rows are added and never changed: who, what, when, and the very words."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="consents", verbose_name=_("registration")
    )
    kind = models.CharField(_("what"), max_length=13, choices=ConsentKind)
    is_given = models.BooleanField(_("given"))
    text = models.ForeignKey(KeptText, models.PROTECT, related_name="consents", verbose_name=_("text"), db_index=False)
    decided_at = models.DateTimeField(_("when"))

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.CheckConstraint(condition=Q(kind__in=ConsentKind.values), name="consent_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.registration_id}"
