"""The questions of an edition as columns of its attendance list: one each, or one for each of several choices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from programme.models import Edition, Question, QuestionOption
from programme.services.texts import text_in_a_language
from registrations.exports.csv_files import Column, Row
from registrations.models import Export
from registrations.services.export_rows import FIELDS
from symposium.lib.formulas import neutral

ANSWERS = FIELDS.index("answers_given")
Given = list[dict[str, Any]]


@dataclass(frozen=True)
class Words:
    """How a form of file writes texts, choices and its headers, in one language."""

    language: str
    text: Callable[[str], str]
    yes: str
    no: str
    has_names_for_programs: bool = False

    def header(self, question: Question, option: QuestionOption | None = None) -> str:
        if self.has_names_for_programs:
            return f"{question.field_name}_{option.pk}" if option else question.field_name
        title = self.of(question, "title")
        return self.text(f"{title} \u2013 {self.of(option, 'label')}" if option else title)

    def of(self, thing: Question | QuestionOption, field: str) -> str:
        with override(self.language):
            return text_in_a_language(thing, field)[0]


WORDS = {
    Export.Profile.EXCEL_FR.value: Words("fr", neutral, "oui", "non"),
    Export.Profile.XLSX.value: Words("fr", str, "oui", "non"),
    Export.Profile.MACHINE.value: Words("en", neutral, "true", "false", has_names_for_programs=True),
}


def columns_of_questions(edition: Edition, profile: str) -> Iterator[tuple[Question, list[Column]]]:
    """Return each question with its columns, those switched off as well: their answers are kept."""
    words = WORDS[profile]
    for question in edition.questions.order_by("-stage", "position", "id").prefetch_related("options"):
        yield question, _columns(question, words)


def _columns(question: Question, words: Words) -> list[Column]:
    options = sorted(question.options.all(), key=lambda option: (option.position, option.pk))
    if question.kind == Question.Kind.SEVERAL:
        return [(words.header(question, option), _is_chosen(option, words)) for option in options]
    labels = {option.pk: words.of(option, "label") for option in options}

    def getter(row: Row) -> str:
        return "".join(words.text(labels.get(one["option"]) or one["text"]) for one in _given(row, question.pk))

    return [(words.header(question), getter)]


def _is_chosen(option: QuestionOption, words: Words) -> Callable[[Row], str]:
    """Return yes or no, and nothing of who has chosen none."""

    def getter(row: Row) -> str:
        chosen = [one["option"] for one in _given(row, option.question_id)]
        if not chosen:
            return ""
        return words.yes if option.pk in chosen else words.no

    return getter


def _given(row: Row, question: int) -> Given:
    answers: Given = row[ANSWERS]
    return [one for one in answers if one["question"] == question]
