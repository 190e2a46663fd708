"""What a form says before it is sent: the privacy notice, the words of each consent, the questions of the edition."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.models import ConsentKind, Edition, KeptText, Question
from programme.services.pages import contact_of

CONSENTS = {
    ConsentKind.NEEDS: gettext_lazy(
        "I agree that the people who serve these needs read them, until they are deleted seven days after the event."
    ),
    ConsentKind.NEWSLETTER: gettext_lazy("I would like to receive news of the symposium by e-mail."),
    ConsentKind.PHOTOS: gettext_lazy(
        "I agree that the organizers publish photographs and recordings of the event in which I can be recognised."
    ),
    ConsentKind.ATTENDEE_LIST: gettext_lazy(
        "I agree that my name and my affiliation stand in a list that is given to the attendees of this edition."
    ),
}
Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Wording:
    """A text as it is kept: in both languages, so that nobody need ask later which one somebody read."""

    fr: str
    en: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.fr}\0{self.en}".encode()).hexdigest()


@dataclass(frozen=True)
class Terms:
    """``kept`` are the digests of texts that are known to be kept already."""

    edition: Edition
    legal_notice: Mapping[str, str]
    kept: frozenset[str]
    questions: tuple[Question, ...]

    def asked(self, stage: Question.Stage, at: datetime) -> list[Question]:
        """Return the questions of this stage that are asked at this moment, in their order."""
        edition = self.edition
        return [question for question in self.questions if question.stage == stage and question.is_asked(edition, at)]

    @property
    def notice(self) -> Wording:
        return _in_both(lambda: "\n\n".join(f"{label}\n{words}" for label, words in self.notice_lines))

    @property
    def notice_lines(self) -> Lines:
        """The notice in the active language."""
        contact = self.legal_notice.get("dpo_email") or contact_of(self.edition)["contact"]
        language = translation.get_language() or settings.LANGUAGE_CODE
        other = "en" if language == "fr" else "fr"
        controller = self.legal_notice.get(f"controller_{language}") or self.legal_notice.get(f"controller_{other}")
        return [
            (_("Controller"), controller or _("The organizations that hold the symposium.")),
            (_("Data protection officer"), contact),
            (
                _("Purposes"),
                _(
                    "Holding your seat, writing to you about it, welcoming you, certifying that you came, and counting "
                    "participants."
                ),
            ),
            (
                _("Basis"),
                _(
                    "The public interest task of the organizers; your consent for whatever is optional, which you may take "
                    "back at any moment."
                ),
            ),
            (
                _("Recipients"),
                _(
                    "The organizers of the edition and the people at the door, each for their own task. Nobody else: nothing "
                    "is sold, lent or sent elsewhere."
                ),
            ),
            (_("How long"), self._period()),
            (
                _("Your rights"),
                _(
                    "You may see your data, correct it, have it erased, limit or oppose its use, from your own page or by "
                    "writing to %(contact)s."
                )
                % {"contact": contact},
            ),
            (
                _("Complaint"),
                _(
                    "To the CNIL, the French data protection authority (www.cnil.fr), if our answer does not satisfy you."
                ),
            ),
        ]

    def _period(self) -> str:
        period = _(
            "Until thirteen months after the symposium; seven days if you never confirm your address, thirty days after "
            "the symposium if you got no place. After that only numbers remain."
        )
        needs = _("What you write of your diet or access goes seven days after the event.")
        answers = _("What you answer to a question goes on the day that is named beside it.")
        parts = [period, *([needs] if self.edition.asks_needs else []), *([answers] if self.questions else [])]
        return " ".join(parts)


def load_terms(edition: Edition) -> Terms:
    """Return the terms of an edition that was not loaded ``with_terms``."""
    return terms_of(Edition.objects.with_terms().get(pk=edition.pk))


def terms_of(edition: Edition) -> Terms:
    """Return the terms of an edition that was loaded ``with_terms``, without a query."""
    legal_notice: Mapping[str, str] | None = edition.legal_notice  # type: ignore[attr-defined]  # annotated
    kept: list[str] = edition.kept_texts  # type: ignore[attr-defined]  # annotated
    rows: list[Mapping[str, Any]] = edition.question_rows  # type: ignore[attr-defined]  # annotated
    return Terms(edition, legal_notice or {}, frozenset(kept), tuple(Question.of_row(row) for row in rows))


def consent_wording(kind: ConsentKind) -> Wording:
    return _in_both(lambda: str(CONSENTS[kind]))


def keep(*wordings: Wording, known: frozenset[str], at: datetime) -> None:
    """Keep texts that are shown for the first time; one that is kept already stays as it was."""
    texts = [
        KeptText(digest=wording.digest, text_fr=wording.fr, text_en=wording.en, kept_at=at)
        for wording in wordings
        if wording.digest not in known
    ]
    if texts:
        KeptText.objects.bulk_create(texts, ignore_conflicts=True)


def _in_both(compose: Callable[[], str]) -> Wording:
    texts = {}
    for code in ("fr", "en"):
        with translation.override(code):
            texts[code] = compose()
    return Wording(**texts)
