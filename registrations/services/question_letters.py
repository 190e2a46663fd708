"""Writing to people who have not answered the questions that await them: whose place is confirmed, or who came in a group."""

from datetime import datetime

from django.db import transaction

from programme.models import Edition, Question
from programme.services.terms import load_terms
from registrations.models.registrations import RegistrationQuerySet
from registrations.services import letters, questions
from symposium.accounts.models import User
from symposium.trail import writing as trail

WHILE_WAITING = "form"  # what the form asks is all that is asked of who waits


class NobodyToAsk(Exception):
    """Everybody has answered, or was written to."""


def people_to_ask(edition: Edition, at: datetime) -> dict[str, RegistrationQuerySet]:
    """Return whom a letter about the questions that await them would reach, by its occasion: none twice about the same."""
    if edition.status != Edition.Status.PUBLISHED:
        return {}
    awaited = questions.awaiting(edition, at)
    people = {WHILE_WAITING: awaited.waiting(), _occasion(edition, at): awaited.confirmed()}
    return {occasion: found.not_written(letters.Kind.QUESTIONS, occasion) for occasion, found in people.items()}


def ask(*, edition: Edition, by: User, at: datetime) -> int:
    """Write to everybody who has not answered yet, and return how many they are.

    :raises NobodyToAsk: they are none.
    """
    with transaction.atomic(durable=True):
        people = {occasion: list(found) for occasion, found in people_to_ask(edition, at).items()}
        count = sum(map(len, people.values()))
        if not count:
            raise NobodyToAsk
        for occasion, found in people.items():
            letters.send_all(found, letters.Kind.QUESTIONS, at=at, occasion=occasion, asked_at=at.isoformat())
        trail.write(
            trail.entry(
                kind=trail.Kind.CHANGED,
                by=by,
                at=at,
                record=edition,
                edition_id=edition.pk,
                detail="questions",
                counts={"mails": count},
            )
        )
    return count


def _occasion(edition: Edition, at: datetime) -> str:
    """Return what makes two letters to confirmed people the same: a question added later is worth another."""
    asked = load_terms(edition).asked(Question.Stage.CONFIRMED, at)
    return str(max((question.pk for question in asked), default=0))
