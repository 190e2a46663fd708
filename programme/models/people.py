"""Who appears, and in which role."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models.editions import Edition
from programme.models.sessions import Session
from programme.models.validators import validate_orcid


class Person(models.Model):
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name in addresses"), unique=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    affiliation = models.CharField(_("role and affiliation"), max_length=300, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    orcid = models.CharField(_("ORCID iD"), max_length=19, blank=True, validators=[validate_orcid])
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        # A speaker's name is published; this is not an attendee.
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class Appearance(models.Model):
    """A person's role in a session or, with no session, in the edition as a whole."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("talk")
        MODERATOR = "moderator", _("moderation")
        CHAIR = "chair", _("chair")
        DISCUSSANT = "discussant", _("discussion")
        ORGANIZER = "organizer", _("organization")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="appearances", verbose_name=_("edition"))
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="appearances", null=True, blank=True, verbose_name=_("session")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="appearances", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    affiliation = models.CharField(
        _("role and affiliation then"),
        max_length=300,
        blank=True,
        help_text=_("As it was at that edition. Empty: the person's own."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "session", "person", "role"], nulls_distinct=False, name="appearance_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["speaker", "moderator", "chair", "discussant", "organizer"]),
                name="appearance_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id} in {self.edition_id}"

    @property
    def shown_affiliation(self) -> str:
        return self.affiliation or self.person.affiliation
