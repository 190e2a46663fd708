"""What a person may ask of their data, and what time takes away by itself."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from registrations.models import (
    Answer,
    Assistant,
    Attendee,
    ChangeRequest,
    Decision,
    Group,
    Needs,
    Registration,
    Submission,
    VisaLetter,
)
from registrations.services import addresses, assistants, export_jobs, kept_replies, links, questions
from registrations.services.answers import NEEDS_DAYS, in_order
from registrations.services.cancel import withdraw
from registrations.services.change_requests import sessions_of
from registrations.services.visa_letters import VISA_LETTER_DAYS
from registrations.services.webhook_delivery import old_deliveries
from symposium.accounts.addresses import accounts_never_proved
from symposium.lib import erasures
from symposium.lib.text import normalise_email
from symposium.outbox import mailbox
from symposium.outbox.models import OutgoingMail
from symposium.trail import writing as trail
from symposium.trail.models import TrailEntry

# TRUST: the periods that the privacy page announces.
UNCONFIRMED_DAYS = 7
WAITING_DAYS = 30
IDENTIFIED_DAYS = 396  # 13 months of 365 / 12 days, rounded up
FORM_DAYS = 7

Status = Registration.Status
NOT_ADMITTED = (Status.WAITING, Status.REQUESTED, Status.REFUSED)


@dataclass(frozen=True)
class Purged:
    """How many people's data went, or would go, by reason.

    And what names nobody: forms sent, replies to programs, files of exports, old entries of the trail, what webhooks were told.
    """

    unconfirmed: int
    waiting: int
    identified: int
    needs: int
    visa_letters: int
    answers: int
    accounts: int
    forms: int
    replies: int
    exports: int
    trail: int
    webhooks: int


def export_person(email: str) -> list[dict[str, Any]]:
    """Return everything that is kept of an address, one entry a registration, as plain JSON values."""
    found = Attendee.objects.filter(email_normalised=normalise_email(email)).select_related("registration__edition")
    theirs = [
        export_registration(attendee.registration) for attendee in found.order_by("registration__created_at", "pk")
    ]
    others = assistants.helped(email)
    return [*theirs, {"registered_somebody_else": others}] if others else theirs


def export_registration(registration: Registration) -> dict[str, Any]:
    """Return everything that is kept of one registration, as plain JSON values."""
    attendee = registration.attendee
    return {
        "edition": registration.edition.slug,
        "reference": registration.reference,
        "merged_with": registration.merged_into and registration.merged_into.reference,
        "status": registration.status,
        "mode": registration.mode,
        "email": attendee.email,
        "new_email_not_proved": attendee.new_email,
        "former_email": attendee.former_email,
        "given_name": attendee.given_name,
        "family_name": attendee.family_name,
        "affiliation": attendee.affiliation,
        "country": registration.country,
        "profile": registration.profile,
        "language": registration.language,
        "needs": _needs(registration),
        "letter_of_invitation": _visa_letter(registration),
        "consents": [
            {
                "to": consent.kind,
                "given": consent.is_given,
                "at": consent.decided_at.isoformat(),
                "text": {"fr": consent.text.text_fr, "en": consent.text.text_en},
            }
            for consent in registration.consents.select_related("text").order_by("decided_at", "pk")
        ],
        "answers": [_answer(answered) for answered in questions.answers_of(registration)],
        "questions_answered_at": _moment(attendee.questions_answered_at),
        "unsubscribed_at": _moment(attendee.unsubscribed_at),
        "undeliverable_at": _moment(attendee.undeliverable_at),
        "undeliverable_status": attendee.undeliverable_status,
        "temporary_bounces": attendee.temporary_bounces,
        "notice": registration.notice and {"fr": registration.notice.text_fr, "en": registration.notice.text_en},
        "registered_at": registration.created_at.isoformat(),
        "confirmed_at": _moment(registration.confirmed_at),
        "cancelled_at": _moment(registration.cancelled_at),
        "still_coming": registration.coming_answer,
        "still_coming_answered_at": _moment(registration.coming_answered_at),
        "seats": [
            {
                "of": claim.pool.session.slug if claim.pool.session else claim.pool.mode,
                "held": claim.is_held,
                "position": claim.position,
                "in_a_group": claim.group_id is not None,
            }
            for claim in registration.claims.select_related("pool__session").order_by("pk")
        ],
        "groups_registered": [
            {"people": group.size, "name_given": group.contact_name, "at": group.created_at.isoformat()}
            for group in registration.groups.order_by("created_at", "pk")
        ],
        "check_ins": [
            {
                "direction": scan.direction,
                "at": scan.scanned_at.isoformat(),
                "gate": scan.gate,
                "source": scan.source,
                "session": scan.session.slug if scan.session else None,
            }
            for scan in registration.check_ins.select_related("session").order_by("received_at", "pk")
        ],
        "mails": [
            {
                "kind": mail.kind,
                "state": mail.state,
                "queued_at": mail.created_at.isoformat(),
                "sent_at": _moment(mail.sent_at),
                "came_back_at": _moment(mail.bounced_at),
                "came_back_status": mail.bounce_status,
            }
            for mail in OutgoingMail.objects.filter(about=registration.mail_about).order_by("created_at", "pk")
        ],
        "told_to_programs": [
            {"event": told.event, "to": told.webhook.host, "at": told.happened_at.isoformat(), "state": told.state}
            for told in registration.webhook_deliveries.select_related("webhook").order_by("happened_at", "pk")
        ],
        "registered_by": [
            {"name": one.name, "email": one.email, "at": one.registered_at.isoformat()}
            for one in Assistant.objects.filter(registration=registration).order_by("registered_at", "pk")
        ],
        "requests_for_a_change": [
            {
                "status": request.status,
                "mode": request.mode,
                "sessions": [session.slug for session in sessions_of(request)],
                "message": request.message,
                "asked_at": request.asked_at.isoformat(),
                "answer": request.answer,
                "decided_at": _moment(request.decided_at),
            }
            for request in ChangeRequest.objects.filter(registration=registration).order_by("asked_at", "pk")
        ],
        "decisions_of_staff": [
            {
                "action": decision.action,
                "reason": decision.reason,
                "message": decision.message,
                "at": decision.decided_at.isoformat(),
            }
            for decision in registration.decisions.order_by("decided_at", "pk")
        ],
    }


def disclose_person(*, email: str, at: datetime) -> list[dict[str, Any]]:
    """Return everything that is kept of an address, for whoever holds the server, who leaves a trace of it."""
    with transaction.atomic(durable=True):
        theirs = Registration.objects.filter(attendee__email_normalised=normalise_email(email)).order_by("pk")
        trail.write(*(_trace(trail.Kind.DISCLOSED, one, trail.Source.COMMAND, at) for one in theirs))
        return export_person(email)


def kept_elsewhere(email: str) -> list[str | None]:
    """Return the references of what registrations with this address were merged into, kept with another."""
    email = normalise_email(email)
    kept = Registration.objects.filter(merged__attendee__email_normalised=email, attendee__isnull=False)
    return list(kept.exclude(attendee__email_normalised=email).order_by("pk").values_list("reference", flat=True))


def erase_person(*, email: str, at: datetime) -> int:
    """Erase an address from every edition and return in how many it was."""
    found = Registration.objects.filter(attendee__email_normalised=normalise_email(email)).select_related("edition")
    registrations = list(found.order_by("pk"))
    for registration in registrations:
        erase(registration=registration, at=at, by=trail.Source.COMMAND)
    assistants.forget(email)
    return len(registrations)


def erase(*, registration: Registration, at: datetime, by: trail.Actor = trail.Source.PERSON) -> None:
    """Delete who the person is; what remains counts somebody and tells nobody who.

    A place in an edition still to come is given up first, and goes to the next. No letter is sent: there is nobody to
    write to. Reasons that staff wrote are blanked too, since they may name the person.
    """
    with transaction.atomic(durable=True):
        if not registration.edition.is_over(at):
            registration = withdraw(registration, at=at, status=Status.CANCELLED, kind=None)
        forgotten = Registration.objects.filter(Q(pk=registration.pk) | Q(merged_into=registration))
        _forget(forgotten)
        trail.write(_trace(trail.Kind.ERASED, registration, by, at))
        for one in forgotten:
            transaction.on_commit(partial(erasures.note, one.pk))


def purge(*, at: datetime, dry_run: bool = False, by: trail.Actor = trail.Source.SCHEDULE) -> Purged:
    """Erase what its period has ended for, and leave the proof; with ``dry_run`` only say how much that would be."""
    unconfirmed = identified_people().filter(
        status=Status.EXPIRED, created_at__lte=at - timedelta(days=UNCONFIRMED_DAYS)
    )
    waiting = identified_people().filter(
        status__in=NOT_ADMITTED,
        edition__ends_at__lte=at - timedelta(days=WAITING_DAYS),
    )
    identified = identified_people().filter(edition__ends_at__lte=at - timedelta(days=IDENTIFIED_DAYS))
    needs = kept_needs().filter(registration__edition__ends_at__lte=at - timedelta(days=NEEDS_DAYS))
    visa_letters = kept_visa_letters().filter(registration__edition__ends_at__lte=at - timedelta(days=VISA_LETTER_DAYS))
    answers = questions.overdue(at)
    accounts = accounts_never_proved(joined_until=at - timedelta(days=UNCONFIRMED_DAYS))
    forms = Submission.objects.filter(created_at__lte=at - timedelta(days=FORM_DAYS))
    replies = kept_replies.overdue(at=at)
    overdue = TrailEntry.objects.overdue(at)
    told = old_deliveries(at)
    reached = Purged(
        unconfirmed.count(),
        waiting.count(),
        identified.difference(waiting, unconfirmed).count(),
        needs.count(),
        visa_letters.count(),
        answers.values("registration", "question").distinct().count(),
        accounts.count(),
        forms.count(),
        replies.count(),
        export_jobs.outlived(at).count(),
        overdue.count(),
        told.count(),
    )
    if not dry_run:
        with transaction.atomic(durable=True):
            export_jobs.delete_outlived(at=at)
            for group in (unconfirmed, waiting, identified):
                _forget(group)
            needs.delete()
            visa_letters.delete()
            answers.delete()
            accounts.delete()
            forms.delete()
            replies.delete()
            addresses.forget_unproved(at=at)
            _forget_contacts(Group.objects.filter(created_at__lte=at - timedelta(days=FORM_DAYS)))
            overdue.delete()
            told.delete()
            trail.write(trail.entry(kind=trail.Kind.PURGED, by=by, at=at, counts=asdict(reached)))
    return reached


def identified_people() -> QuerySet[Registration]:
    return Registration.objects.filter(_is_real(""), attendee__isnull=False)


def kept_needs() -> QuerySet[Needs]:
    return Needs.objects.filter(_is_real("registration__"))


def kept_visa_letters() -> QuerySet[VisaLetter]:
    return VisaLetter.objects.filter(_is_real("registration__"))


def _is_real(way: str) -> Q:
    """The people of a sample are invented, and the demo would lose them; in a rehearsal staff may have typed their own names."""
    return Q(**{f"{way}edition__is_sample": False}) | Q(**{f"{way}edition__is_rehearsal": True})


def _forget(registrations: QuerySet[Registration]) -> None:
    ids = list(registrations.values_list("pk", flat=True))
    people = Attendee.objects.filter(registration__in=ids)
    written_to = people.values_list("email_normalised", "new_email", "former_email")
    emails = [normalise_email(email) for person in written_to for email in person if email]
    links.forget_lost(emails=emails)
    transaction.on_commit(lambda: mailbox.forget(emails))
    people.delete()
    Needs.objects.filter(registration__in=ids).delete()
    _forget_contacts(Group.objects.filter(contact__in=ids))
    VisaLetter.objects.filter(registration__in=ids).delete()
    Answer.objects.filter(registration__in=ids).delete()
    ChangeRequest.objects.filter(registration__in=ids).delete()
    Assistant.objects.filter(registration__in=ids).delete()
    Registration.objects.filter(pk__in=ids).update(reference=None, page_digest=None, ticket_digest=None)
    # The administration's history names what was changed by its reference.
    history = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Registration))
    history.filter(object_id__in=[str(pk) for pk in ids]).update(object_repr="—")
    # An overtaking needs a reason by its constraint: that there was one is all that stays.
    Decision.objects.filter(~Q(reason=""), registration__in=ids).update(reason="—")
    Decision.objects.filter(registration__in=ids).update(message="")
    editions = Registration.objects.filter(pk__in=ids).values_list("edition", flat=True).distinct()
    export_jobs.write_anew(editions=list(editions))


def _forget_contacts(groups: QuerySet[Group]) -> None:
    """Blank a name that only the first letters of a group need."""
    groups.exclude(contact_name="").update(contact_name="")


def _trace(kind: trail.Kind, registration: Registration, by: trail.Actor, at: datetime) -> TrailEntry:
    return trail.entry(kind=kind, by=by, at=at, record=registration, edition_id=registration.edition_id)


def _needs(registration: Registration) -> dict[str, Any] | None:
    needs = Needs.objects.filter(registration=registration).first()
    if needs is None:
        return None
    return {
        "diet": needs.diet,
        "access": needs.access,
        "note": needs.note,
        "changed_at": needs.changed_at.isoformat(),
        "arrangements": [
            {
                "need": arrangement.need,
                "due_date": arrangement.due_date and arrangement.due_date.isoformat(),
                "done_at": _moment(arrangement.done_at),
                "staff_note": arrangement.staff_note,
            }
            for arrangement in in_order(needs.arrangements.all())
        ],
    }


def _visa_letter(registration: Registration) -> dict[str, Any] | None:
    letter = VisaLetter.objects.filter(registration=registration).first()
    if letter is None:
        return None
    return {
        "status": letter.status,
        "passport_name": letter.passport_name,
        "nationality": letter.nationality,
        "passport_number": letter.passport_number,
        "message": letter.message,
        "asked_at": letter.asked_at.isoformat(),
        "issued_at": _moment(letter.issued_at),
    }


def _answer(answered: questions.Answered) -> dict[str, Any]:
    question = answered.question
    return {
        "question": _in_both(question, "title"),
        "purpose": _in_both(question, "purpose"),
        "text": answered.text,
        "chosen": [_in_both(option, "label") for option in answered.options],
        "deleted_on": question.deletion_date.isoformat(),
    }


def _in_both(thing: Model, field: str) -> dict[str, Any]:
    return {code: getattr(thing, f"{field}_{code}") for code in ("fr", "en")}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
