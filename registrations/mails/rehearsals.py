"""Mails of a rehearsal stay here: whatever they are about, no mail server gets them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model

from programme.models import Edition
from registrations.models import ExportJob, Message, Registration
from symposium.outbox import kinds
from symposium.outbox.mailbox import StoredMail, parse
from symposium.outbox.models import OutgoingMail


def of_rehearsals(mails: Sequence[OutgoingMail]) -> set[UUID]:
    """Return those that are about a rehearsal; asked for each batch, so one statement where all are of registrations."""
    named: dict[str, set[str]] = defaultdict(set)
    for mail in mails:
        word, key = _named(mail)
        named[word].add(key)
    found = {
        "registration": Registration.objects.filter(edition__is_rehearsal=True),
        "message": Message.objects.filter(edition__is_rehearsal=True),
        "exportjob": ExportJob.objects.filter(edition__is_rehearsal=True),
        "report": Edition.objects.filter(is_rehearsal=True),
    }
    kept = {
        (word, str(pk))
        for word, rows in found.items()
        if word in named
        for pk in rows.filter(pk__in=_keys(rows.model, named[word])).values_list("pk", flat=True)
    }
    return {mail.pk for mail in mails if _named(mail) in kept}


def _keys(model: type[Model], written: Iterable[str]) -> Iterator[Any]:
    """Return the ids among what is written, so that a mail about nothing holds up no other."""
    for key in written:
        with suppress(ValidationError):
            yield model._meta.pk.to_python(key)  # noqa: SLF001  public in all but its name


def _named(mail: OutgoingMail) -> tuple[str, str]:
    """Return what a mail is about as a word and an id; a report is about an edition first, and then about its reader."""
    word, _colon, rest = mail.about.partition(":")
    return word, rest.partition(":")[0]


def kept_mail(mail: OutgoingMail) -> StoredMail | None:
    """Return a mail that stays here as it would have left; nothing where events have overtaken it."""
    message = kinds.kind_of(mail).render([mail]).get(mail.pk)
    return parse(str(mail.pk), message.message().as_bytes()) if message else None


def register_keeper() -> None:
    kinds.register_keeper(of_rehearsals)
