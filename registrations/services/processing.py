"""The record of processing (GDPR, article 30), read from what really runs: models, roles, periods, settings."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Model, Q

from programme.models import Edition, Question, StaffRole
from programme.services import pages
from programme.services.texts import text_in_a_language
from registrations.models import (
    Answer,
    Arrangement,
    Assistant,
    Attendee,
    ChangeRequest,
    CheckIn,
    Consent,
    Group,
    Needs,
    Registration,
    VisaLetter,
)
from registrations.models.export_jobs import KEPT_HOURS
from registrations.services import answers, kept_replies, privacy, visa_letters, webhook_delivery
from symposium.accounts.models import User
from symposium.trail import models as trail
from symposium.trail.models import TrailEntry

# The purge runs every night: what it has not taken a day after its time waits for a repair.
OVERDUE_AFTER = timedelta(days=1)
PURGES_SHOWN = 30
DATA_OF = {
    Attendee: (
        "email",
        "given_name",
        "family_name",
        "affiliation",
        "new_email",
        "former_email",
        "unsubscribed_at",
        "undeliverable_at",
        "undeliverable_status",
        "temporary_bounces",
        "questions_answered_at",
    ),
    Registration: ("status", "mode", "profile", "country", "language", "reference", "created_at", "coming_answer"),
    Group: ("size", "contact", "contact_name", "created_at"),
    Needs: ("diet", "access", "note"),
    Arrangement: ("need", "due_date", "done_at", "staff_note"),
    VisaLetter: ("passport_name", "nationality", "passport_number", "message", "asked_at", "issued_at"),
    Answer: ("question", "option", "text"),
    Assistant: ("name", "email", "registered_at"),
    ChangeRequest: ("mode", "sessions", "message", "answer"),
    Consent: ("kind", "is_given", "text", "decided_at"),
    CheckIn: ("direction", "gate", "source", "scanned_at"),
    User: ("email", "name", "language", "last_login"),
}


@dataclass(frozen=True)
class DataKept:
    """What is kept in one kind of record, by the names its fields have on the pages."""

    record: str
    fields: list[str]


@dataclass(frozen=True)
class Recipients:
    role: str
    accounts: int


@dataclass(frozen=True)
class Period:
    """``what`` is a word of the code; the page has the sentence."""

    what: str
    days: int


@dataclass(frozen=True)
class Due:
    """How many people of an edition lose their name, why, and when."""

    edition: str
    what: str
    people: int
    due_at: datetime
    is_overdue: bool


@dataclass(frozen=True)
class QuestionAsked:
    """What an edition asks beside: what for, of how many an answer is kept, and until when."""

    edition: str
    question: str
    purpose: str
    people: int
    deletion_date: date
    is_overdue: bool


@dataclass(frozen=True)
class PurgeDone:
    at: datetime
    source: str
    counts: dict[str, int]


@dataclass(frozen=True)
class ProcessingRecord:
    at: datetime
    controllers: list[str]
    contact: str
    origin: str
    sender: str
    mail_server: str
    data: list[DataKept]
    recipients: list[Recipients]
    administrators: int
    periods: list[Period]
    countdown: list[Due]
    questions: list[QuestionAsked]
    purges: list[PurgeDone]


def processing_record(*, at: datetime) -> ProcessingRecord:
    edition = pages.current_edition(at=at)
    return ProcessingRecord(
        at=at,
        controllers=[organisation.name for organisation in pages.organisers_of(edition)],
        contact=pages.contact_of(edition)["contact"],
        origin=settings.PUBLIC_ORIGIN,
        sender=settings.DEFAULT_FROM_EMAIL,
        mail_server=getattr(settings, "EMAIL_HOST", "") if "smtp" in settings.EMAIL_BACKEND else "",
        data=[_kept(model, names) for model, names in DATA_OF.items()],
        recipients=_recipients(),
        administrators=User.objects.filter(is_superuser=True, is_active=True).count(),
        periods=periods(),
        countdown=countdown(at=at),
        questions=questions_asked(at=at),
        purges=[
            PurgeDone(entry.at, entry.source, entry.counts)
            for entry in TrailEntry.objects.filter(kind=TrailEntry.Kind.PURGED).order_by("-id")[:PURGES_SHOWN]
        ],
    )


def periods() -> list[Period]:
    return [
        Period("unconfirmed", privacy.UNCONFIRMED_DAYS),
        Period("waiting", privacy.WAITING_DAYS),
        Period("identified", privacy.IDENTIFIED_DAYS),
        Period("needs", answers.NEEDS_DAYS),
        Period("visa_letters", visa_letters.VISA_LETTER_DAYS),
        Period("accounts", privacy.UNCONFIRMED_DAYS),
        Period("forms", privacy.FORM_DAYS),
        Period("replies", kept_replies.KEPT_FOR.days),
        Period("exports", KEPT_HOURS // 24),
        Period("trail", trail.KEPT_DAYS),
        Period("webhooks", webhook_delivery.KEPT_DAYS),
    ]


def countdown(*, at: datetime) -> list[Due]:
    """Return what the purge will take and when, the nearest first; it takes the same people by the same rules."""
    expired, not_admitted = Q(status=privacy.Status.EXPIRED), Q(status__in=privacy.NOT_ADMITTED)
    found = (
        privacy.identified_people()
        .values("edition__slug", "edition__ends_at")
        .annotate(
            unconfirmed=Count("pk", filter=expired),
            oldest=Min("created_at", filter=expired),
            waiting=Count("pk", filter=not_admitted),
            identified=Count("pk", filter=~expired & ~not_admitted),
            in_need=Count("needs"),
            travelling=Count("visa_letter"),
        )
    )
    due = []
    for row in found:
        ends_at = row["edition__ends_at"]
        groups = (
            ("unconfirmed", row["unconfirmed"], row["oldest"], privacy.UNCONFIRMED_DAYS),
            ("waiting", row["waiting"], ends_at, privacy.WAITING_DAYS),
            ("identified", row["identified"], ends_at, privacy.IDENTIFIED_DAYS),
            ("needs", row["in_need"], ends_at, answers.NEEDS_DAYS),
            ("visa_letters", row["travelling"], ends_at, visa_letters.VISA_LETTER_DAYS),
        )
        for what, people, since, days in groups:
            if people:
                due_at = since + timedelta(days=days)
                due.append(Due(row["edition__slug"], what, people, due_at, at > due_at + OVERDUE_AFTER))
    return sorted(due, key=lambda one: (one.due_at, one.edition, one.what))


def questions_asked(*, at: datetime) -> list[QuestionAsked]:
    """Return the questions that are still asked or of which an answer is kept, the nearest to its day first."""
    found = Question.objects.filter(edition__is_sample=False).select_related("edition")
    counted = found.annotate(people=Count("answers__registration", distinct=True)).order_by("deletion_date", "id")
    return [
        QuestionAsked(
            edition=question.edition.slug,
            question=text_in_a_language(question, "title")[0],
            purpose=text_in_a_language(question, "purpose")[0],
            people=question.people,
            deletion_date=question.deletion_date,
            is_overdue=question.people > 0 and question.is_over(question.edition, at - OVERDUE_AFTER),
        )
        for question in counted
        if question.people or question.is_asked(question.edition, at)
    ]


def _kept(model: type[Model], names: tuple[str, ...]) -> DataKept:
    meta = model._meta  # noqa: SLF001  public in all but its name
    fields = [str(getattr(meta.get_field(name), "verbose_name", name)) for name in names]
    return DataKept(str(meta.verbose_name), fields)


def _recipients() -> list[Recipients]:
    held = StaffRole.objects.filter(user__is_active=True, edition__in=Edition.objects.all())
    counts = dict(held.order_by("role").values_list("role").annotate(Count("user", distinct=True)))
    return [Recipients(str(label), counts.get(role, 0)) for role, label in StaffRole.Role.choices]
