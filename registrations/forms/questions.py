"""The questions of an edition, as fields of a form: within those that register and change, and on a page of their own."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programme.models import Question
from programme.services.texts import text_in_a_language
from registrations.forms.summary import SummaryForm
from registrations.forms.texts import validate_characters
from registrations.services.questions import Answered, Reply

LENGTHS = {Question.Kind.TEXT: 300, Question.Kind.LONG_TEXT: 2000}


class LinesField(forms.CharField):
    """Several lines, whose ends a browser counts as one character each and sends as two."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def validate_answer(value: str) -> None:
    """Refuse what no text holds, but let lines end; a dash is an answer."""
    validate_characters(value.replace("\n", "").replace("\t", ""))


class QuestionsForm(SummaryForm):
    """A form that asks questions, whatever it asks beside."""

    questions: Sequence[Question] = ()

    def ask(self, questions: Sequence[Question]) -> None:
        self.questions = questions
        self.fields.update({question.field_name: field_of(question) for question in questions})

    def ask_again_as_changed(self) -> None:
        """Say why the form, read anew, comes back: what can no longer be chosen is an error at its field beside."""
        self.add_error(None, _("The questions have just changed. Look through your answers, then send the form again."))

    @property
    def question_fields(self) -> list[tuple[Question, forms.BoundField]]:
        return [(question, self[question.field_name]) for question in self.questions]

    @property
    def replies(self) -> tuple[Reply, ...]:
        return tuple(self._reply(question) for question in self.questions)

    def _reply(self, question: Question) -> Reply:
        value = self.cleaned_data[question.field_name]
        if not question.is_of_choice:
            return Reply(question.pk, text=value)
        chosen = {value} if isinstance(value, str) else set(value)
        return Reply(question.pk, options=tuple(one.pk for one in question.offered if str(one.pk) in chosen))

    @property
    def first_controls(self) -> dict[str, str]:
        several = {one.field_name: f"{one.field_name}-1" for one in self.questions if one.is_of_choice}
        return {**super().first_controls, **several}


def field_of(question: Question) -> forms.Field:
    label, required = text_in_a_language(question, "title")[0], question.is_required
    missing = _("Answer this question.")
    if not question.is_of_choice:
        return LinesField(
            label=label,
            max_length=LENGTHS[Question.Kind(question.kind)],
            required=required,
            validators=[validate_answer],
            error_messages={
                "required": missing,
                "max_length": _("Write it shorter: %(limit_value)d characters at most."),
            },
        )
    field = forms.ChoiceField if question.kind == Question.Kind.ONE else forms.MultipleChoiceField
    choices = [(str(option.pk), text_in_a_language(option, "label")[0]) for option in question.offered]
    words = {"required": missing, "invalid_choice": _("Choose what is on the list.")}
    return field(label=label, choices=choices, required=required, error_messages=words)


def initial_answers(answered: Iterable[Answered]) -> dict[str, Any]:
    """Return what somebody has answered as a form shows it."""
    return {one.question.field_name: _value(one) for one in answered}


def _value(answered: Answered) -> str | list[str]:
    chosen = [str(option.pk) for option in answered.options]
    if answered.question.kind == Question.Kind.SEVERAL:
        return chosen
    return chosen[0] if chosen else answered.text
