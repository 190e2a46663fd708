"""What somebody answered to the questions of their edition."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programme.models import Question, QuestionOption
from registrations.models.registrations import Registration


class Answer(models.Model):
    """A text, or one of the answers offered; of several choices there is a row each. Deleted on the question's day."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="answers", verbose_name=_("registration")
    )
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name=_("question"))
    option = models.ForeignKey(
        QuestionOption, models.PROTECT, related_name="answers", null=True, verbose_name=_("answer chosen")
    )
    text = models.TextField(_("in their words"), blank=True)

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "question", "option"], nulls_distinct=False, name="answer_once"
            ),
            models.CheckConstraint(
                condition=Q(option__isnull=True) & ~Q(text="") | Q(option__isnull=False, text=""),
                name="answer_is_a_text_or_a_choice",
            ),
        ]

    def __str__(self) -> str:
        return f"answer of {self.registration_id} to question {self.question_id}"
