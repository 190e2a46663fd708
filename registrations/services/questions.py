"""What people answer to the questions of their edition: with the registration, or on a page of their own afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from programme.models import Edition, Question, QuestionOption
from programme.services.terms import Terms, load_terms
from registrations.models import Answer, Registration
from registrations.models.registrations import RegistrationQuerySet

ASKED_OF_A_GROUP = (Registration.Status.CONFIRMED, Registration.Status.WAITING)


class NotAsked(Exception):
    """Nothing of this is asked of them, or no more."""


class QuestionsChanged(Exception):
    """A question that was answered, or an answer that was chosen, has been deleted since the form was read."""


@dataclass(frozen=True)
class Reply:
    """What a form says to one question, by their ids: a text, some of the answers offered, or nothing."""

    question: int
    text: str = ""
    options: tuple[int, ...] = ()

    def as_answers(self, registration: Registration) -> list[Answer]:
        if self.text:
            return [Answer(registration=registration, question_id=self.question, text=self.text)]
        return [
            Answer(registration=registration, question_id=self.question, option_id=option) for option in self.options
        ]


@dataclass(frozen=True)
class Answered:
    """What somebody has answered to one question."""

    question: Question
    text: str
    options: tuple[QuestionOption, ...]


def answers_of(registration: Registration) -> list[Answered]:
    rows = Answer.objects.filter(registration=registration).select_related("question", "option")
    rows = rows.order_by(F("question__position"), "question_id", F("option__position"), "option_id")
    return [_answered(question, list(answers)) for question, answers in groupby(rows, lambda row: row.question)]


def _answered(question: Question, rows: Sequence[Answer]) -> Answered:
    return Answered(question, rows[0].text, tuple(row.option for row in rows if row.option))


def keep_first(registration: Registration, replies: Iterable[Reply]) -> None:
    """Keep what a newcomer answers, in the caller's transaction: no statement for who answers nothing.

    The database looks at once for what is answered, and keeps it from being deleted until the transaction ends; at its
    end it would be too late to ask the person again.

    :raises QuestionsChanged: something of it is gone.
    """
    rows = [row for reply in replies for row in reply.as_answers(registration)]
    if not rows:
        return
    try:
        Answer.objects.bulk_create(rows)
        connection.check_constraints()
    except IntegrityError as error:
        raise QuestionsChanged from error


def keep_again(registration: Registration, replies: Sequence[Reply]) -> None:
    """Put new answers in the place of the old, in the caller's transaction, which has locked the registration.

    :raises QuestionsChanged: as ``keep_first`` does.
    """
    if replies:
        asked = [reply.question for reply in replies]
        Answer.objects.filter(registration=registration, question__in=asked).delete()
        keep_first(registration, replies)


def is_asking(edition: Edition, at: datetime) -> bool:
    """Whether the edition still asks people who have registered anything at all."""
    return edition.status != Edition.Status.CANCELLED and not edition.is_over(at)


def asked_of(registration: Registration, at: datetime, terms: Terms | None = None) -> list[Question]:
    """Return what is asked of somebody on a page of their own: most of all because their place is confirmed.

    Whom somebody else registered with a group is asked first what the form asks, until they have sent it, also while
    they wait. Whoever asks of many at once has loaded the ``terms`` of their edition before.
    """
    stages = []
    if registration.is_to_be_asked and registration.status in ASKED_OF_A_GROUP:
        stages.append(Question.Stage.REGISTRATION)
    if registration.status == Registration.Status.CONFIRMED:
        stages.append(Question.Stage.CONFIRMED)
    if not stages or not is_asking(registration.edition, at):
        return []
    terms = terms or load_terms(registration.edition)
    return [question for stage in stages for question in terms.asked(stage, at)]


def are_of_the_form(asked: Iterable[Question]) -> bool:
    """Whether some of what is asked of somebody stands on the form, which somebody else has sent for them."""
    return any(question.stage == Question.Stage.REGISTRATION for question in asked)


def are_awaited(registration: Registration, asked: Iterable[Question], answered: Iterable[Answered]) -> bool:
    """Whether the person has not yet sent these questions, or one that has to be answered came later.

    ``awaiting`` says it of many.
    """
    known = {answer.question.pk for answer in answered}
    asked = list(asked)
    is_new = registration.attendee.questions_answered_at is None or are_of_the_form(asked)
    return bool(asked) and (is_new or any(one.is_required and one.pk not in known for one in asked))


def awaiting(edition: Edition, at: datetime) -> RegistrationQuerySet:
    """Return the people of an edition whose answers are awaited, as ``are_awaited`` says it of one."""
    terms = load_terms(edition)
    people = Registration.objects.filter(edition=edition, attendee__isnull=False)
    awaited = Q(pk__in=())
    if terms.asked(Question.Stage.REGISTRATION, at):
        awaited |= Q(is_to_be_asked=True, status__in=ASKED_OF_A_GROUP)
    asked = terms.asked(Question.Stage.CONFIRMED, at)
    if asked:
        awaited |= Q(status=Registration.Status.CONFIRMED) & _unanswered(asked)
    return people.filter(awaited) if is_asking(edition, at) else people.none()


def _unanswered(asked: Iterable[Question]) -> Q:
    unanswered = Q(attendee__questions_answered_at=None)
    for question in asked:
        if question.is_required:
            unanswered |= Q(~Exists(Answer.objects.filter(registration=OuterRef("pk"), question=question)))
    return unanswered


def answer(*, registration: Registration, replies: Sequence[Reply], at: datetime) -> None:
    """Keep what somebody answers on the page of their own.

    :raises NotAsked: they lost their place while they wrote, have sent it already, or the edition is over.
    :raises QuestionsChanged: something that they answered is gone.
    """
    with transaction.atomic(durable=True):
        locked = Registration.objects.select_for_update().select_related("edition").get(pk=registration.pk)
        asked = {question.pk: question.stage for question in asked_of(locked, at)}
        replies = [reply for reply in replies if reply.question in asked]
        if locked.issue != registration.issue or not replies:
            raise NotAsked
        keep_again(locked, replies)
        locked.is_to_be_asked = False
        locked.save(update_fields=["is_to_be_asked"])
        if Question.Stage.CONFIRMED in {asked[reply.question] for reply in replies}:
            locked.attendee.questions_answered_at = at
            locked.attendee.save(update_fields=["questions_answered_at"])


def overdue(at: datetime) -> QuerySet[Answer]:
    """Return the answers whose day has come, by the clock of their edition; the people of a sample are invented."""
    tomorrow = (at + timedelta(days=1)).date()  # somewhere it is that already
    near = Question.objects.filter(deletion_date__lte=tomorrow, edition__is_sample=False).select_related("edition")
    return Answer.objects.filter(question__in=[question for question in near if question.is_over(question.edition, at)])
