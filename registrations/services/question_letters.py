"""Writing to people who have not answered the questions that await them: whose place is confirmed, or who came in a group."""

from datetime import datetime

from django.db import transaction

from programme.models import Edition, Question
from programme.services.terms import load_terms
from registrations.models import Registration
from registrations.services import letters, questions
from symposium.accounts.models import User
from symposium.trail import writing as trail

OF_THE_FORM = "form"


class NobodyToAsk(Exception):
    """Everybody has answered, or was written to."""


def people_to_ask(edition: Edition, at: datetime) -> list[Registration]:
    """Return whom a letter about the questions that await them would reach: none twice about the same questions."""
    if edition.status != Edition.Status.PUBLISHED:
        return []
    people = questions.awaiting(edition, at)
    of_a_group = people.filter(is_to_be_asked=True).not_written(letters.Kind.QUESTIONS, OF_THE_FORM)
    others = people.filter(is_to_be_asked=False).not_written(letters.Kind.QUESTIONS, _occasion(edition, at))
    return [*of_a_group, *others]


def ask(*, edition: Edition, by: User, at: datetime) -> int:
    """Write to everybody who has not answered yet, and return how many they are.

    :raises NobodyToAsk: they are none.
    """
    with transaction.atomic(durable=True):
        people = people_to_ask(edition, at)
        if not people:
            raise NobodyToAsk
        of_a_group = [person for person in people if person.is_to_be_asked]
        others = [person for person in people if not person.is_to_be_asked]
        letters.send_all(of_a_group, letters.Kind.QUESTIONS, at=at, occasion=OF_THE_FORM, asks=OF_THE_FORM)
        letters.send_all(
            others, letters.Kind.QUESTIONS, at=at, occasion=_occasion(edition, at), asked_at=at.isoformat()
        )
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


def _occasion(edition: Edition, at: datetime) -> str:
    """Return what makes two letters to confirmed people the same: a question added later is worth another."""
    asked = load_terms(edition).asked(Question.Stage.CONFIRMED, at)
    return str(max((question.pk for question in asked), default=0))
