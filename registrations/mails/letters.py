"""What the letters to registered people say; one function a letter, all through ``message.make``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.models import AttendanceMode, Edition
from programme.services.dates import moment_in
from programme.services.terms import terms_of
from registrations.mails import coming
from registrations.mails.change_letters import change_declined, change_granted, merged
from registrations.mails.edition_letters import (
    edition_cancelled,
    edition_moved_online,
    edition_postponed,
    edition_rescheduled,
    tells_the_date_that_holds,
)
from registrations.mails.listed import with_origin, with_questions
from registrations.mails.message import Letter, make
from registrations.models import Claim, Registration
from registrations.models.registrations import registration_key
from registrations.services import bounces, holds, seats
from registrations.services.letters import Kind
from registrations.services.questions import ASKED_OF_A_GROUP, are_of_the_form, asked_of
from registrations.services.staff import message_of_refusal
from registrations.services.tickets import page_url
from registrations.services.visa_letters import message_of_decline
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail

Status = Registration.Status
Writer = Callable[[Registration], Letter]


@dataclass(frozen=True)
class Sort:
    """A letter, and the states in which it is still true; in any other, events have overtaken it."""

    write: Writer
    still_true_in: frozenset[str] = field(default_factory=lambda: frozenset(Registration.ALIVE))
    edition_status: str | None = None
    # Whether what the letter was written about, as its row says, still holds.
    is_news: Callable[[Registration, Mapping[str, str]], bool] = lambda _registration, _said: True

    def is_still_true(self, registration: Registration, said: Mapping[str, str]) -> bool:
        is_true_of_edition = self.edition_status in {None, registration.edition.status}
        return registration.status in self.still_true_in and is_true_of_edition and self.is_news(registration, said)


def confirm_address(registration: Registration) -> Letter:
    claim = _seat_of(registration)
    after = _("After that it goes to somebody else; you can still ask again from the same page.")
    if not claim.is_eligible:
        heading = _("One click sends your request")
        what = _(
            "We have received your registration. Open your page and confirm it within the hour: the organizers then "
            "read your request and write to you."
        )
        after = _("After that it is put aside; you can still ask again from the same page.")
    elif claim.is_held:
        heading = _("One click keeps your place")
        what = _("We have received your registration. Open your page and confirm it: your place is kept for one hour.")
    else:
        heading = _("One click keeps your rank")
        what = _(
            "No seat is left: you are on the waiting list. Open your page and confirm it: your rank is kept for one hour."
        )
    return Letter(
        subject=_("Confirm your address"),
        label=_("Address to be confirmed"),
        heading=heading,
        paragraphs=[what, after],
        button=(_("Confirm my registration"), page_url(registration)),
    )


def requested(registration: Registration) -> Letter:
    return Letter(
        subject=_("Your request has reached us"),
        label=_("Awaiting approval"),
        heading=_("Your request has reached us"),
        paragraphs=[
            _("The organizers read each request. You will get their answer at this address."),
            _(
                "No seat is held until then. If one is left when they accept, it is yours; else you join the waiting list."
            ),
        ],
        button=(_("See my page"), page_url(registration)),
        after=[_("On your page you can correct your request, or withdraw it.")],
    )


def confirmed(registration: Registration) -> Letter:
    return Letter(
        subject=_("Your place is confirmed"),
        label=_("Registration confirmed"),
        heading=_("Your place is yours"),
        paragraphs=_what_to_bring(registration),
        button=(_("See my page"), page_url(registration)),
        after=_how_to_change(),
        has_ticket=True,
    )


def promoted(registration: Registration) -> Letter:
    return Letter(
        subject=_("A seat has become yours"),
        label=_("Registration confirmed"),
        heading=_("A seat became free, and it is yours"),
        paragraphs=[_("You were next on the waiting list."), *_what_to_bring(registration)],
        button=(_("See my page"), page_url(registration)),
        after=_how_to_change(),
        has_ticket=True,
    )


def waiting(registration: Registration) -> Letter:
    claim = _seat_of(registration)
    given_until = moment_in(registration.edition, registration.edition.seats_are_given_until)
    how = _("A freed seat goes by itself to the next person on the list, and a mail brings them their ticket.")
    if claim.group_id is not None:
        how = _(
            "You wait with your group: your seats are given to all of you at once, and a mail brings each their ticket."
        )
    return Letter(
        subject=_("You are on the waiting list"),
        label=_("On the waiting list"),
        heading=_("You are number %(rank)s on the waiting list") % {"rank": seats.rank(claim)},
        paragraphs=[
            how,
            _("Seats are given on until %(moment)s.") % {"moment": given_until},
        ],
        button=(_("See my rank"), page_url(registration)),
        after=[_("If you no longer wish to come, leave the list from your page: the others move up.")],
    )


def session_promoted(registration: Registration) -> Letter:
    return Letter(
        subject=_("A seat is free in your session"),
        label=_("Registration confirmed"),
        heading=_("You have a seat in a session you waited for"),
        paragraphs=[_("Your page shows the sessions in which you have a seat.")],
        button=(_("See my page"), page_url(registration)),
        has_ticket=registration.status == Status.CONFIRMED,
    )


def changed(registration: Registration) -> Letter:
    return Letter(
        subject=_("Your registration has been changed"),
        label=_("Changed as you asked"),
        heading=_("Your registration has been changed"),
        paragraphs=[_("Here is what it says now. Your ticket stays the same.")],
        button=(_("See my page"), page_url(registration)),
        has_ticket=registration.status == Status.CONFIRMED,
    )


def cancelled(registration: Registration) -> Letter:
    paragraphs = [
        _("Thank you for telling us: your seat can now go to somebody else."),
        _("Your ticket no longer opens the door. To come after all, register again."),
    ]
    if registration.confirmed_at is None:  # there was no seat and no ticket
        paragraphs = [_("You have nothing else to do. To come after all, register again.")]
    return Letter(
        subject=_("Your registration is cancelled"),
        label=_("Registration cancelled"),
        heading=_("Your registration is cancelled"),
        paragraphs=paragraphs,
        button=(_("See my page"), page_url(registration)),
        calendar_method="CANCEL",
    )


def refused(registration: Registration) -> Letter:
    said = message_of_refusal(registration)
    why = said or [_("You may answer this mail to ask them why.")]
    return Letter(
        subject=_("About your request"),
        label=_("Request not accepted"),
        heading=_("We cannot offer you a place"),
        paragraphs=[_("Thank you for your interest. The organizers could not accept your request."), *why],
        button=(_("See my page"), page_url(registration)),
    )


def link(registration: Registration) -> Letter:
    return Letter(
        subject=_("The link to your registration"),
        label=_("As you asked"),
        heading=_("Here is the link to your page"),
        paragraphs=[
            _("Somebody, probably you, asked for it with this address. Your registration has not changed."),
        ],
        button=(_("See my page"), page_url(registration)),
        has_ticket=registration.status == Status.CONFIRMED,
    )


def address_changed(registration: Registration) -> Letter:
    paragraphs = [
        _("Your registration now belongs to this address. Links that were sent to the other one no longer work.")
    ]
    if registration.status == Status.CONFIRMED:
        paragraphs.append(_("Here is your new ticket: the one you had no longer opens the door."))
    return Letter(
        subject=_("Your address has been changed"),
        label=_("Changed as you asked"),
        heading=_("Your address has been changed"),
        paragraphs=paragraphs,
        button=(_("See my page"), page_url(registration)),
        has_ticket=registration.status == Status.CONFIRMED,
    )


def reminder(registration: Registration) -> Letter:
    return Letter(
        subject=_("See you soon at the symposium"),
        label=_("Reminder"),
        heading=_("The symposium is near"),
        paragraphs=_what_to_bring(registration),
        button=(_("See my page"), page_url(registration)),
        second_button=(_("I cannot come"), page_url(registration, "cancel")),
        after=[_("If you cannot come, say so: your seat goes to the next person on the list.")],
        has_ticket=True,
    )


def questions(registration: Registration) -> Letter:
    needed = _("Your place is confirmed. To prepare the symposium, the organizers need some answers from you.")
    if registration.status == Status.WAITING:
        needed = _(
            "Your rank on the waiting list stays as it is. To prepare the symposium, the organizers need some answers "
            "from you."
        )
    return Letter(
        subject=_("Some questions about your coming"),
        label=_("Answers awaited"),
        heading=_("The organizers have some questions"),
        paragraphs=[
            needed,
            _("Beside each question stands what it is for, and the day on which your answer is deleted."),
        ],
        button=(_("Answer the questions"), page_url(registration, "questions")),
    )


def visa_letter_issued(registration: Registration) -> Letter:
    return Letter(
        subject=_("Your letter of invitation"),
        label=_("Letter of invitation"),
        heading=_("Your letter of invitation is ready"),
        paragraphs=[
            _(
                "The organizers have issued the letter that you asked for. It is on your page, in French and in English."
            ),
            _("It holds as long as your place on site is confirmed: if you cancel, whoever checks it is told so."),
        ],
        button=(_("See the letter"), page_url(registration, "visa_letter")),
    )


def visa_letter_declined(registration: Registration) -> Letter:
    said = message_of_decline(registration)
    return Letter(
        subject=_("About the letter that you asked for"),
        label=_("Letter of invitation"),
        heading=_("The organizers cannot issue your letter of invitation"),
        paragraphs=[
            *(said or [_("You may answer this mail to ask them why.")]),
            _("Your place is confirmed as before. Your nationality and your passport number are deleted."),
        ],
        button=(_("See my page"), page_url(registration)),
    )


def _seat_of(registration: Registration) -> Claim:
    return next(claim for claim in registration.claims.all() if claim.pool.session_id is None)


def _what_to_bring(registration: Registration) -> list[str]:
    if registration.mode == AttendanceMode.ONLINE:
        return [_("You attend online: the link to follow the symposium is on your page.")]
    return [_("Show the QR code at the entrance, on paper or on a phone. It is all you need.")]


def _how_to_change() -> list[str]:
    return [
        _(
            "On your page you can change your attendance or your sessions, correct your name, or cancel. If you cannot "
            "come, cancelling gives your seat to somebody who waits."
        )
    ]


def awaits_answers(registration: Registration, said: Mapping[str, str]) -> bool:
    """Who has answered since, or is asked nothing any more, needs no letter."""
    asked_at = datetime.fromisoformat(said["asked_at"])
    asked = asked_of(registration, asked_at, terms_of(registration.edition))
    answered_at = registration.attendee.questions_answered_at
    return are_of_the_form(asked) or (bool(asked) and (answered_at is None or answered_at < asked_at))


SORTS = {
    Kind.CONFIRM_ADDRESS: Sort(confirm_address, frozenset({Status.PENDING})),
    Kind.REQUESTED: Sort(requested, frozenset({Status.REQUESTED})),
    Kind.CONFIRMED: Sort(confirmed, frozenset({Status.CONFIRMED})),
    Kind.PROMOTED: Sort(promoted, frozenset({Status.CONFIRMED})),
    Kind.SESSION_PROMOTED: Sort(session_promoted, frozenset({Status.CONFIRMED, Status.PENDING})),
    Kind.WAITING: Sort(waiting, frozenset({Status.WAITING})),
    Kind.CHANGED: Sort(changed),
    Kind.CHANGE_GRANTED: Sort(change_granted),
    Kind.CHANGE_DECLINED: Sort(change_declined),
    Kind.MERGED: Sort(merged),
    Kind.CANCELLED: Sort(cancelled, frozenset({Status.CANCELLED})),
    Kind.REFUSED: Sort(refused, frozenset({Status.REFUSED})),
    Kind.LINK: Sort(link),
    Kind.ADDRESS_CHANGED: Sort(address_changed),
    Kind.REMINDER: Sort(reminder, frozenset({Status.CONFIRMED}), Edition.Status.PUBLISHED),
    Kind.VISA_LETTER_ISSUED: Sort(visa_letter_issued, frozenset({Status.CONFIRMED})),
    Kind.VISA_LETTER_DECLINED: Sort(visa_letter_declined, frozenset({Status.CONFIRMED})),
    Kind.QUESTIONS: Sort(questions, frozenset(ASKED_OF_A_GROUP), Edition.Status.PUBLISHED, is_news=awaits_answers),
    Kind.STILL_COMING: Sort(
        coming.still_coming, frozenset({Status.CONFIRMED}), Edition.Status.PUBLISHED, is_news=coming.awaits_answer
    ),
    Kind.SILENT: Sort(coming.silent, frozenset({Status.CANCELLED})),
    Kind.EDITION_POSTPONED: Sort(edition_postponed, edition_status=Edition.Status.POSTPONED),
    Kind.EDITION_CANCELLED: Sort(edition_cancelled, edition_status=Edition.Status.CANCELLED),
    Kind.EDITION_RESCHEDULED: Sort(
        edition_rescheduled, edition_status=Edition.Status.PUBLISHED, is_news=tells_the_date_that_holds
    ),
    Kind.EDITION_MOVED_ONLINE: Sort(
        edition_moved_online, is_news=lambda registration, _said: registration.edition.is_moved_online
    ),
}

TELL_OF_A_PLACE = frozenset({Kind.CONFIRMED, Kind.PROMOTED, Kind.WAITING})


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    """Return the letters that are still true; one whose person is erased, or that events have overtaken, is left out."""
    ids = {registration_key(mail) for mail in mails}
    found = Registration.objects.with_details().filter(pk__in=ids, attendee__isnull=False)
    registrations = {str(registration.pk): registration for registration in found}
    _load_terms(registrations.values())
    messages = {}
    for mail in mails:
        registration = registrations.get(registration_key(mail))
        sort = SORTS[Kind(mail.kind)]
        if registration is not None and sort.is_still_true(registration, mail.context):
            with override(registration.language):
                letter = sort.write(registration)
                if mail.kind in TELL_OF_A_PLACE:
                    letter = with_questions(letter, registration, at=mail.created_at)
                letter = with_origin(letter, registration, mail.context)
                messages[mail.pk] = make(registration, letter)
    return messages


def _load_terms(registrations: Iterable[Registration]) -> None:
    """Load what their editions ask of people, once for the batch."""
    editions = Edition.objects.with_terms().in_bulk({registration.edition_id for registration in registrations})
    for registration in registrations:
        registration.edition = editions[registration.edition_id]


def came_back(mail: OutgoingMail, status: str, at: datetime) -> None:
    bounces.note(mail=mail, status=status, at=at)


def start_hold(mail: OutgoingMail, at: datetime) -> None:
    holds.start_hold(registration_id=registration_key(mail), at=at)


def register_kinds() -> None:
    for kind in SORTS:
        accepted = start_hold if kind == Kind.CONFIRM_ADDRESS else None
        kinds.register(kind, kinds.Kind(render=render, accepted=accepted, came_back=came_back))
