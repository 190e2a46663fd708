"""« Are you still coming? »: people on site are asked a few days before, so that no seat stays empty for nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from programme.models import RESERVED, AttendanceMode, Edition
from registrations.models import CheckIn, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services import letters, seats
from registrations.services.cancel import withdraw
from symposium.outbox.models import OutgoingMail
from symposium.trail import writing as trail

# However late the mail has left, nobody loses a seat before they had so much time to answer.
HOURS_TO_ANSWER = 24

Coming = Registration.Coming
ComingQuestion = Edition.ComingQuestion


class NotAsked(Exception):
    """This registration is not asked, not yet, or not any more."""


@dataclass(frozen=True)
class Answers:
    """How many people said what, of those on site."""

    yes: int
    no: int
    none: int


def ask(*, at: datetime) -> int:
    """Queue the question of every edition that asks now, once per registration, and return how many were queued now.

    Safe to run by several schedulers and at any pace: the date of the edition is the occasion.
    """
    reached = 0
    for edition in Edition.objects.filter(status=Edition.Status.PUBLISHED, starts_at__gt=at).order_by("id"):
        if not edition.asks_who_is_coming(at):
            continue
        with transaction.atomic(durable=True):
            occasion = edition.day.isoformat()
            people = Registration.objects.unanswered().filter(edition=edition, confirmed_at__lt=edition.coming_asked_at)
            asked = list(people.not_written(letters.Kind.STILL_COMING, occasion))
            letters.send_all(asked, letters.Kind.STILL_COMING, at=at, occasion=occasion)
            reached += len(asked)
    return reached


def was_asked(edition: Edition, *, at: datetime) -> bool:
    return edition.coming_question != ComingQuestion.NOBODY and edition.coming_asked_at <= at


def is_asked(registration: Registration, *, at: datetime) -> bool:
    is_expected = (registration.status, registration.mode) == (Registration.Status.CONFIRMED, AttendanceMode.ONSITE)
    if not is_expected or not registration.edition.asks_who_is_coming(at):
        return False
    return not registration.claims.filter(pool__mode=RESERVED).exists()


def answer_needed_by(registration: Registration) -> datetime | None:
    """Return when silence frees the seat; None where it does not."""
    edition = registration.edition
    is_asked_first = registration.confirmed_at is not None and registration.confirmed_at < edition.coming_asked_at
    if edition.coming_question != ComingQuestion.SILENT or registration.coming_answer or not is_asked_first:
        return None
    return edition.silences_end_at if edition.silences_end_at < edition.seats_are_given_until else None


def answer(*, registration: Registration, is_coming: bool, at: datetime) -> Registration:
    """Note that somebody comes, or give up their seat, which goes to the first who waits; return the registration as it is now.

    :raises NotAsked: there is no such question, as at a second « no ».
    """
    edition = registration.edition
    with transaction.atomic(durable=True):
        seats.lock_pools(edition)
        registration = Registration.objects.select_for_update().get(pk=registration.pk)
        registration.edition = edition
        if not is_asked(registration, at=at):
            raise NotAsked
        registration.coming_answer = Coming.YES if is_coming else Coming.NO
        registration.coming_answered_at = at
        registration.save(update_fields=["coming_answer", "coming_answered_at"])
        if is_coming:
            return registration
        return withdraw(registration, at=at, status=Registration.Status.CANCELLED, kind=letters.Kind.CANCELLED)


def free_silent_seats(*, at: datetime) -> int:
    """Free the seats of those who did not answer, where the edition wants it and its moment has come; return how many."""
    freed = 0
    for edition in Edition.objects.giving_on_seats(at).filter(coming_question=ComingQuestion.SILENT).order_by("id"):
        if edition.silences_end_at <= at < edition.starts_at:
            keys = silent(edition, at=at).order_by("confirmed_at", "pk").values_list("pk", flat=True)
            freed += sum(_free(edition, key, at) for key in list(keys))
    return freed


def silent(edition: Edition, *, at: datetime) -> RegistrationQuerySet:
    """Return those who were asked and had the time to answer: the mail left, did not come back, and they are not inside."""
    mails = OutgoingMail.objects.filter(
        about=OuterRef("about"),
        kind=letters.Kind.STILL_COMING,
        occasion=edition.day.isoformat(),
        state=OutgoingMail.State.SENT,
        bounced_at=None,
        sent_at__lte=at - timedelta(hours=HOURS_TO_ANSWER),
        sent_at__gt=OuterRef("confirmed_at"),  # who lost their seat and came back was not asked again
    )
    entries = CheckIn.objects.entries().filter(registration=OuterRef("pk"))
    people = Registration.objects.unanswered().naming_mails()
    return people.filter(
        Exists(mails), ~Exists(entries), edition=edition, attendee__isnull=False, attendee__undeliverable_at=None
    )


def answers_of(edition: Edition) -> Answers:
    comes = Q(status=Registration.Status.CONFIRMED, mode=AttendanceMode.ONSITE, coming_answer=Coming.YES)
    counted = edition.registrations.aggregate(
        yes=Count("pk", filter=comes), no=Count("pk", filter=Q(coming_answer=Coming.NO))
    )
    return Answers(**counted, none=Registration.objects.unanswered().filter(edition=edition).count())


def forget_answers(edition: Edition) -> None:
    """Forget what people said of a day on which the edition no longer takes place, in the caller's transaction."""
    edition.registrations.exclude(coming_answer="").update(coming_answer="", coming_answered_at=None)


def _free(edition: Edition, key: UUID, at: datetime) -> bool:
    """Free one seat, unless its owner has answered or entered since; return whether it was."""
    with transaction.atomic(durable=True):
        seats.lock_pools(edition)
        # Whoever answers or is scanned now waits for this row; who was before us is seen by the statement that follows.
        Registration.objects.select_for_update().get(pk=key)
        registration = silent(edition, at=at).select_related("edition").filter(pk=key).first()
        if registration is None:
            return False
        withdraw(registration, at=at, status=Registration.Status.CANCELLED, kind=letters.Kind.SILENT)
        trail.write(
            trail.entry(
                kind=trail.Kind.CHANGED,
                by=trail.Source.SCHEDULE,
                at=at,
                record=registration,
                edition_id=edition.pk,
                detail="silent",
                fields=("status",),
            )
        )
        return True
