"""How complete an edition is in each of the two languages."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model, prefetch_related_objects
from modeltranslation.translator import translator

from programme.models import Document, Edition

# What ``texts_of`` walks through; a list of editions reads it for all of them at once.
TEXTS = ("sessions", "appearances__person", "partnerships__organisation", "documents")
# A document, or a survey, has the address that it has: of one in French there need not be another in English.
OF_ONE_LANGUAGE = {(Document, "url"), (Edition, "survey_url")}


@dataclass(frozen=True)
class Missing:
    """A text that is there in the other language."""

    record: Model
    field: str
    language: str


@dataclass(frozen=True)
class Completeness:
    """``total`` counts the texts that are there in either language."""

    language: str
    total: int
    missing: list[Missing]

    @property
    def filled(self) -> int:
        return self.total - len(self.missing)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def completeness_of(edition: Edition) -> list[Completeness]:
    """Count the texts of an edition and of what its pages show, once for each language."""
    languages = [code for code, _name in settings.LANGUAGES]
    texts = [
        (record, field, {code: has_text(record, field, code) for code in languages})
        for record, field in texts_of(edition)
    ]
    wanted = [(record, field, found) for record, field, found in texts if any(found.values())]
    return [
        Completeness(
            language=code,
            total=len(wanted),
            missing=[Missing(record, field, code) for record, field, found in wanted if not found[code]],
        )
        for code in languages
    ]


def has_text(record: Model, field: str, language: str) -> bool:
    return bool((getattr(record, f"{field}_{language}") or "").strip())


def texts_of(edition: Edition) -> Iterator[tuple[Model, str]]:
    for record in _records_of(edition):
        for field in translator.get_options_for_model(type(record)).get_field_names():
            if (type(record), field) not in OF_ONE_LANGUAGE:
                yield record, field


def _records_of(edition: Edition) -> Iterator[Model]:
    """Return the edition and what belongs to it, each thing once, in the order of its page."""
    prefetch_related_objects([edition], *TEXTS)
    appearances = sorted(edition.appearances.all(), key=lambda appearance: (appearance.position, appearance.pk))
    partnerships = sorted(edition.partnerships.all(), key=lambda partnership: (partnership.position, partnership.pk))
    yield edition
    yield from sorted(edition.sessions.all(), key=lambda session: (session.position, session.pk))
    yield from appearances
    yield from {appearance.person_id: appearance.person for appearance in appearances}.values()
    yield from {one.organisation_id: one.organisation for one in partnerships}.values()
    yield from sorted(edition.documents.all(), key=lambda document: (document.position, document.pk))
