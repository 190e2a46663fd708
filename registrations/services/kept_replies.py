"""A request that a program sends again under the same key gets the reply that it got before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from registrations.models import ApiToken, KeptReply

KEPT_FOR = timedelta(hours=24)


class KeyOfAnotherRequest(Exception):
    """The program used this key for a request that said something else."""


@dataclass(frozen=True)
class Reply:
    status: int
    content: dict[str, Any]


def recall(*, token: ApiToken, key_digest: str, request_digest: str, at: datetime) -> Reply | None:
    """Return the reply that was given under this key; None for a new one, which is taken by this request from now on.

    A request whose reply was lost before it was kept runs again, and so does one beside its twin: what is asked for
    under a key does no harm when repeated.

    :raises KeyOfAnotherRequest: it was taken by another request.
    """
    overdue(at=at).filter(token=token, key_digest=key_digest).delete()
    kept, _is_new = KeptReply.objects.get_or_create(
        token=token, key_digest=key_digest, defaults={"request_digest": request_digest, "created_at": at}
    )
    if kept.request_digest != request_digest:
        raise KeyOfAnotherRequest
    return None if kept.status is None else Reply(kept.status, kept.content)


def overdue(*, at: datetime) -> QuerySet[KeptReply]:
    return KeptReply.objects.filter(created_at__lte=at - KEPT_FOR)


def keep(*, token: ApiToken, key_digest: str, reply: Reply) -> None:
    waiting = KeptReply.objects.filter(token=token, key_digest=key_digest, status=None)
    waiting.update(status=reply.status, content=reply.content)
