"""What the organizers of an edition ask beside, and the answers they offer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from programme.models.editions import Edition  # whose form asks them: it looks them up itself


COLUMNS = (
    "id", "stage", "kind", "title_fr", "title_en", "help_text_fr", "help_text_en", "purpose_fr", "purpose_en",
    "is_required", "deletion_date", "is_switched_on",
)  # fmt: skip
OPTION_COLUMNS = ("id", "label_fr", "label_en")


class QuestionQuerySet(models.QuerySet["Question"]):
    def in_order(self) -> Self:
        return self.order_by(F("position"), "id")

    def as_rows(self) -> Any:
        """As one JSON value each, its options within, so that another query carries them: see ``Question.of_row``."""
        options = QuestionOption.objects.filter(question=OuterRef("pk")).in_order()
        labels = options.annotate(row=JSONObject(**{name: name for name in OPTION_COLUMNS})).values("row")
        columns = {name: name for name in COLUMNS}
        return self.annotate(row=JSONObject(**columns, offered=ArraySubquery(labels))).values("row")


class Question(models.Model):
    """Once somebody has answered, it stays as it was read: it can be moved, or switched off."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text, one line")
        LONG_TEXT = "long_text", _("text, several lines")
        ONE = "one", _("one choice")
        SEVERAL = "several", _("several choices")

    class Stage(models.TextChoices):
        REGISTRATION = "registration", _("with the registration")
        CONFIRMED = "confirmed", _("once the place is confirmed")

    OF_CHOICE = (Kind.ONE, Kind.SEVERAL)
    FIELD_PREFIX = "q_"

    edition = models.ForeignKey(
        "programme.Edition", models.CASCADE, related_name="questions", verbose_name=_("edition")
    )
    stage = models.CharField(
        _("asked"),
        max_length=12,
        choices=Stage,
        default=Stage.REGISTRATION,
        help_text=_(
            "People whose place is confirmed answer on a page of their own, and you can write to them about it."
        ),
    )
    kind = models.CharField(_("sort of answer"), max_length=9, choices=Kind, default=Kind.TEXT)
    title = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("explanation"), max_length=300, blank=True, help_text=_("Shown under the question."))
    purpose = models.CharField(
        _("purpose"),
        max_length=200,
        help_text=_("What the answers are for, as “to order the meals”. Shown beside the question."),
    )
    is_required = models.BooleanField(_("has to be answered"), default=False)
    deletion_date = models.DateField(
        _("answers are deleted on"),
        help_text=_(
            "Shown beside the question. On this day all its answers go by themselves, and it is asked no more."
        ),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_switched_on = models.BooleanField(
        _("is asked"), default=True, help_text=_("Switched off, nobody is asked any more; the answers given are kept.")
    )

    offered: list["QuestionOption"]  # of one that a query carried ``as_rows``

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions to people")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["text", "long_text", "one", "several"]), name="question_kind"),
            models.CheckConstraint(condition=Q(stage__in=["registration", "confirmed"]), name="question_stage"),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the question that a query carried ``as_rows``, with the answers it offers."""
        values = {name: row[name] for name in COLUMNS}
        question = cls(**{**values, "deletion_date": date.fromisoformat(row["deletion_date"])})
        question.offered = [QuestionOption(**option) for option in row["offered"]]
        return question

    @property
    def field_name(self) -> str:
        """What its field is called in forms and in files for programs."""
        return f"{self.FIELD_PREFIX}{self.pk}"

    @property
    def is_of_choice(self) -> bool:
        return self.kind in self.OF_CHOICE

    def is_over(self, edition: "Edition", at: datetime) -> bool:
        """Whether the day has come, by the clock of the edition, on which the answers go."""
        return at.astimezone(edition.zone).date() >= self.deletion_date

    def is_asked(self, edition: "Edition", at: datetime) -> bool:
        return self.is_switched_on and not self.is_over(edition, at)


class QuestionOptionQuerySet(models.QuerySet["QuestionOption"]):
    def in_order(self) -> Self:
        return self.order_by(F("position"), "id")


class QuestionOption(models.Model):
    question = models.ForeignKey(Question, models.CASCADE, related_name="options", verbose_name=_("question"))
    label = models.CharField(_("answer"), max_length=200)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = QuestionOptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer offered")
        verbose_name_plural = _("answers offered")

    def __str__(self) -> str:
        return f"option {self.pk} of question {self.question_id}"
