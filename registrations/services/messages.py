"""Writing to the people of an edition: to whom, when, and how far it is.

Nobody gets a message twice, whatever is repeated: the outbox keeps one mail for each message and registration.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from programme.models import Edition
from registrations.models import CheckIn, Message, Registration
from registrations.models.registrations import RegistrationQuerySet, mails_of_edition, mails_of_registration
from symposium.accounts.models import User
from symposium.outbox import queue
from symposium.outbox.models import OutgoingMail, OutgoingMailQuerySet
from symposium.trail import writing as trail
from symposium.trail.models import TrailEntry

KIND = "registration.message"
TEST = "message.test"
State = Message.State
# So many mails are in memory at a time.
BATCH = 1000


class NotInThisState(Exception):
    """The message is sent, or was sent or changed by somebody else in the meantime."""


class NotToCome(Exception):
    """The moment at which to send is over."""


class NobodyToWriteTo(Exception):
    """The choices fit nobody, or nobody who wants messages."""


@dataclass(frozen=True)
class Progress:
    """How many mails of a message are where."""

    sent: int
    waiting: int
    held: int
    failed: int
    dropped: int

    @property
    def total(self) -> int:
        """Without those that events have overtaken: they are written to nobody."""
        return self.sent + self.waiting + self.held + self.failed

    @property
    def has_begun(self) -> bool:
        return self.total + self.dropped > 0


def recipients_of(message: Message) -> RegistrationQuerySet:
    """Return whom the choices fit at this moment, less those who are erased, want no messages, or whom no mail reaches."""
    people = Registration.objects.wanting_messages()
    found = people.filter(edition=message.edition_id, status__in=message.statuses)
    if message.for_session_id is not None:
        found = found.filter(claims__pool__session=message.for_session_id)
    if message.for_presence:
        entered = Exists(CheckIn.objects.entries().filter(registration=OuterRef("pk")))
        found = found.filter(entered if message.for_presence == Message.Presence.PRESENT else ~entered)
    if message.for_coming == Message.Coming.SILENT:
        found = found.unanswered()
    elif message.for_coming:
        found = found.filter(coming_answer=message.for_coming)
    chosen = {"mode": message.for_mode, "profile": message.for_profile, "language": message.for_language}
    return found.filter(**{field: value for field, value in chosen.items() if value})


def schedule(*, message: Message, send_at: datetime, by: User, at: datetime) -> None:
    """Have the scheduler send a draft, to whom the choices fit then.

    :raises NotToCome: the moment is over.
    :raises NotInThisState: it is no draft any more.
    """
    if send_at <= at:
        raise NotToCome(send_at)
    with transaction.atomic(durable=True):
        _move(message, {State.DRAFT}, State.SCHEDULED, send_at=send_at)
        trail.write(_trace(message, by, at, fields=("state", "send_at")))


def withdraw(*, message: Message, by: User, at: datetime) -> None:
    """Make a draft again of what is scheduled, or was paused before its moment.

    :raises NotInThisState: it is sent meanwhile.
    """
    with transaction.atomic(durable=True):
        before = {State.SCHEDULED} if progress_of(message).has_begun else {State.SCHEDULED, State.PAUSED}
        _move(message, before, State.DRAFT, send_at=None)
        trail.write(_trace(message, by, at, fields=("state", "send_at")))


def send(*, message: Message, by: User, at: datetime) -> int:
    """Queue a draft for everybody whom its choices fit, and return how many they are.

    :raises NobodyToWriteTo: they fit nobody; it stays a draft.
    :raises NotInThisState: it is no draft any more.
    """
    with transaction.atomic(durable=True):
        _move(message, {State.DRAFT}, State.SENDING, send_at=at)
        count = _queue(message, by, at)
        if not count:
            raise NobodyToWriteTo
    return count


def send_due(*, at: datetime) -> int:
    """Queue what is scheduled and due, each message once, whoever else does so, and return how many mails that makes."""
    count = 0
    for message in Message.objects.due(at).order_by("send_at", "pk"):
        with transaction.atomic(durable=True):
            if _moved(message, {State.SCHEDULED}, State.SENDING):
                count += _queue(message, trail.Source.SCHEDULE, at)
    return count


def pause(*, message: Message, by: User, at: datetime) -> None:
    """Hold back what is not sent yet.

    :raises NotInThisState: it is not being sent.
    """
    with transaction.atomic(durable=True):
        _pause(message, {State.SENDING}, by, at)


def pause_all(*, edition: Edition, by: trail.Actor, at: datetime) -> None:
    """Hold back what is scheduled or being sent to the people of an edition that is called off, in its transaction.

    Whoever goes on with it has read it once more.
    """
    leaving = {State.SCHEDULED, State.SENDING}
    for message in Message.objects.filter(edition=edition, state__in=leaving).order_by("pk").select_for_update():
        _pause(message, leaving, by, at)


def _pause(message: Message, before: set[State], by: trail.Actor, at: datetime) -> None:
    _move(message, before, State.PAUSED)
    held = queue.hold(mails_of(message))
    trail.write(_trace(message, by, at, fields=("state",), mails=held))


def resume(*, message: Message, by: User, at: datetime) -> None:
    """Go on where it was: what was paused before its moment waits for that, or leaves with the next look of the scheduler.

    :raises NotInThisState: it is not paused.
    """
    with transaction.atomic(durable=True):
        _move(message, {State.PAUSED}, State.SENDING if progress_of(message).has_begun else State.SCHEDULED)
        released = queue.release(mails_of(message), at=at)
        trail.write(_trace(message, by, at, fields=("state",), mails=released))


def finish(*, at: datetime) -> None:
    """Note which messages have all their mails behind them."""
    for message in Message.objects.sending().order_by("pk"):
        if not mails_of(message).waiting().exists():
            _moved(message, {State.SENDING}, State.SENT, finished_at=at)


def send_test(*, message: Message, user: User, at: datetime) -> None:
    """Write to whoever composes it, once in each language."""
    with transaction.atomic(durable=True):
        queue.enqueue(
            queue.mail(
                kind=TEST,
                about=f"message:{message.pk}",
                occasion=f"{user.pk}-{language}-{at.isoformat()}",
                context={"user": user.pk, "language": language},
                at=at,
            )
            for language in ("fr", "en")
        )


def mails_of(message: Message) -> OutgoingMailQuerySet:
    # By an index of its own: see the outbox.
    return OutgoingMail.objects.filter(is_bulk=True, occasion=str(message.pk), kind=KIND)


def progress_of(message: Message) -> Progress:
    counted = dict(mails_of(message).values_list("state").annotate(Count("pk")).order_by("state"))
    mail = OutgoingMail.State
    return Progress(
        sent=counted.get(mail.SENT, 0) + counted.get(mail.KEPT, 0),  # in a rehearsal
        waiting=counted.get(mail.QUEUED, 0) + counted.get(mail.SENDING, 0),
        held=counted.get(mail.HELD, 0),
        failed=counted.get(mail.FAILED, 0),
        dropped=counted.get(mail.DROPPED, 0),
    )


def _queue(message: Message, by: trail.Actor, at: datetime) -> int:
    keys = list(recipients_of(message).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        queue.enqueue(
            queue.mail(
                kind=KIND,
                about=mails_of_registration(key),
                belongs_to=mails_of_edition(message.edition_id),
                occasion=str(message.pk),
                at=at,
                is_bulk=True,
            )
            for key in keys[start : start + BATCH]
        )
    trail.write(_trace(message, by, at, fields=("state",), mails=len(keys)))
    return len(keys)


def _move(message: Message, before: set[State], after: State, **changes: object) -> None:
    if not _moved(message, before, after, **changes):
        raise NotInThisState(message.pk)


def _moved(message: Message, before: set[State], after: State, **changes: object) -> bool:
    """Bring a message from one state into another, unless somebody else was faster; its row is ours until the commit."""
    ours = Message.objects.filter(pk=message.pk, state__in=before)
    if not ours.update(state=after, **changes):
        return False
    message.refresh_from_db()
    return True


def _trace(message: Message, by: trail.Actor, at: datetime, *, fields: tuple[str, ...], **counts: int) -> TrailEntry:
    return trail.entry(
        kind=trail.Kind.CHANGED,
        by=by,
        at=at,
        record=message,
        edition_id=message.edition_id,
        fields=fields,
        counts=counts,
    )
