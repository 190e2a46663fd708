"""The kinds of mail: whoever writes a mail registers here how it is rendered at delivery."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage

from symposium.outbox.models import OutgoingMail


class UnknownKind(Exception):
    """A mail's kind has no renderer, as after a rollback to an older release."""


@dataclass(frozen=True)
class Kind:
    """How mails of one kind become messages.

    ``render`` takes the mails of one batch and returns a message for each that is still worth sending; one left out is
    dropped. ``accepted`` is told that the SMTP server took the mail; ``came_back``, that its reader's did not, at once or
    later, with the status: it begins with 5 if the address will never do, with 4 if it may do another day.
    """

    render: Callable[[Sequence[OutgoingMail]], Mapping[uuid.UUID, EmailMessage]]
    accepted: Callable[[OutgoingMail, datetime], None] | None = None
    came_back: Callable[[OutgoingMail, str, datetime], None] | None = None


Keeper = Callable[[Sequence[OutgoingMail]], set[uuid.UUID]]

_kinds: dict[str, Kind] = {}
_keepers: list[Keeper] = []


def register(name: str, kind: Kind) -> None:
    _kinds[name] = kind


def kind_of(mail: OutgoingMail) -> Kind:
    """:raises UnknownKind: nobody registered this kind."""
    try:
        return _kinds[mail.kind]
    except KeyError:
        raise UnknownKind(mail.kind) from None


def register_keeper(keeper: Keeper) -> None:
    """``keeper`` returns which mails of a batch never leave, whatever their kind."""
    _keepers.append(keeper)


def kept_among(mails: Sequence[OutgoingMail]) -> set[uuid.UUID]:
    return {pk for keeper in _keepers for pk in keeper(mails)}
