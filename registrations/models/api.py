"""What programs may do here, and what was replied to them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.models import Edition


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, at: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at)


class ApiToken(models.Model):
    """What a program shows for a key. It opens what its maker may open at that moment, and of that only its scopes and its edition."""

    class Scope(models.TextChoices):
        REGISTRATIONS = "registrations:read", _("read registrations, without names")
        PEOPLE = "people:read", _("read names, addresses and affiliations with them")
        CHECK_INS = "checkins:read", _("read check-ins")
        SCANS = "checkins:write", _("let people in")
        FIGURES = "figures:read", _("read the report")

    name = models.CharField(
        _("name"), max_length=100, help_text=_("Which program has it, and where it runs. It stands beside each export.")
    )
    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="api_tokens",
        null=True,
        blank=True,
        verbose_name=_("edition"),
        help_text=_("Empty: all editions, those to come as well."),
    )
    scopes = ArrayField(models.CharField(max_length=18, choices=Scope), verbose_name=_("what it may do"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", editable=False, verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"), editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    # What the program is given: known while the key is made, and stored nowhere.
    secret = ""

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    scopes__contained_by=[
                        "registrations:read",
                        "people:read",
                        "checkins:read",
                        "checkins:write",
                        "figures:read",
                    ],
                    scopes__len__gt=0,
                ),
                name="api_token_scopes",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_expires_after_made"),
        ]

    def __str__(self) -> str:
        return self.name  # of a program

    def is_usable(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class KeptReply(models.Model):
    """What was replied to a program under its ``Idempotency-Key``: the same request again gets the same reply.

    It names people by the id of their registration alone. ``status`` is empty until there is a reply.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="kept_replies")
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("reply kept for the API")
        verbose_name_plural = _("replies kept for the API")
        constraints = [models.UniqueConstraint(fields=["token", "key_digest"], name="kept_reply_once_a_key")]

    def __str__(self) -> str:
        return f"reply {self.pk} to key {self.token_id}"
