"""Writing to confirmed people who have not answered the questions that await them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from programme.models import Edition, Question
from programme.services.terms import load_terms
from registrations.models import Answer, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services import letters
from registrations.services.questions import asks_confirmed
from symposium.accounts.models import User
from symposium.trail import writing as trail


class NobodyToAsk(Exception):
    """Everybody has answered, or was written to."""


def people_to_ask(edition: Edition, at: datetime) -> RegistrationQuerySet:
    """Return whom a letter about the questions for confirmed people would reach: none twice about the same questions."""
    asked = load_terms(edition).asked(Question.Stage.CONFIRMED, at)
    if not asked or edition.status != Edition.Status.PUBLISHED or not asks_confirmed(edition, at):
        return Registration.objects.none()
    unanswered = Q(attendee__questions_answered_at=None)
    for question in asked:
        if question.is_required:
            unanswered |= Q(~Exists(Answer.objects.filter(registration=OuterRef("pk"), question=question)))
    people = Registration.objects.confirmed().filter(unanswered, edition=edition, attendee__isnull=False)
    return people.not_written(letters.Kind.QUESTIONS, _occasion(asked))


def ask(*, edition: Edition, by: User, at: datetime) -> int:
    """Write to everybody who has not answered yet, and return how many they are.

    :raises NobodyToAsk: they are none.
    """
    with transaction.atomic(durable=True):
        people = list(people_to_ask(edition, at))
        if not people:
            raise NobodyToAsk
        occasion = _occasion(load_terms(edition).asked(Question.Stage.CONFIRMED, at))
        letters.send_all(people, letters.Kind.QUESTIONS, at=at, occasion=occasion, asked_at=at.isoformat())
        trail.write(
            trail.entry(
                kind=trail.Kind.CHANGED,
                by=by,
                at=at,
                record=edition,
                edition_id=edition.pk,
                detail="questions",
                counts={"mails": len(people)},
            )
        )
    return len(people)


def _occasion(asked: Iterable[Question]) -> str:
    """Return what makes two letters the same: a question added later is worth another."""
    return str(max(question.pk for question in asked))
