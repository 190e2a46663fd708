"""Mails of a rehearsal stay here: whatever they are about, no mail server gets them."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from programme.models import Edition
from registrations.models import Message, Registration
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


def of_rehearsals(mails: Sequence[OutgoingMail]) -> set[UUID]:
    """Return those that are about a rehearsal; asked for each batch, so one statement where all are of registrations."""
    named: dict[str, set[str]] = defaultdict(set)
    for mail in mails:
        word, key = mail.about.split(":")[:2]
        named[word].add(key)
    found = {
        "registration": Registration.objects.filter(edition__is_rehearsal=True),
        "message": Message.objects.filter(edition__is_rehearsal=True),
        "report": Edition.objects.filter(is_rehearsal=True),
    }
    kept = {
        f"{word}:{pk}"
        for word, rows in found.items()
        if word in named
        for pk in rows.filter(pk__in=named[word]).values_list("pk", flat=True)
    }
    return {mail.pk for mail in mails if ":".join(mail.about.split(":")[:2]) in kept}


def text_of(mail: OutgoingMail) -> str:
    """Return how a mail that stays here reads; nothing where events have overtaken it."""
    message = kinds.kind_of(mail).render([mail]).get(mail.pk)
    return f"{message.subject}\n\n{message.body}" if message else ""


def register_keeper() -> None:
    kinds.register_keeper(of_rehearsals)
