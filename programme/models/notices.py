"""What people are told about their data, and the very words that they were told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ConsentKind(models.TextChoices):
    """What an edition may ask people to agree to; each has a switch of its own, ``asks_…``, in ``Edition``."""

    NEEDS = "needs", _("diet and access needs")
    NEWSLETTER = "newsletter", _("newsletter")
    PHOTOS = "photos", _("photographs and recordings")
    ATTENDEE_LIST = "attendee_list", _("list of attendees")


class LegalNotice(models.Model):
    """Who answers for the personal data of all editions: one row, or none until somebody has written it."""

    controller = models.CharField(
        _("controller"),
        max_length=300,
        blank=True,
        help_text=_(
            "Name and address of the institution that answers for the data. Empty: the organizations are named."
        ),
    )
    dpo_email = models.EmailField(
        _("address of the data protection officer"),
        blank=True,
        help_text=_("Empty: people write to the contact address of the edition."),
    )

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notice")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="legal_notice_is_one")]

    def __str__(self) -> str:
        return "privacy notice"


class KeptText(models.Model):
    """A text in force at some moment, in both languages and by its digest. Rows are added and never changed."""

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    text_fr = models.TextField(_("text in French"))
    text_en = models.TextField(_("text in English"))
    kept_at = models.DateTimeField(_("in force since"))

    class Meta:
        verbose_name = _("text in force")
        verbose_name_plural = _("texts in force")

    def __str__(self) -> str:
        return self.digest[:12]
