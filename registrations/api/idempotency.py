"""The header ``Idempotency-Key``: a request that is sent again, because its reply was lost, gets that reply."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registrations.api import problems
from registrations.api.access import token_of
from registrations.services import kept_replies
from registrations.services.kept_replies import Reply


def reply_once(request: HttpRequest, key: str, act: Callable[[], Reply]) -> HttpResponse:
    """Do what is asked for and answer; with a key that was used for the same request, only reply."""
    if not key:
        return _response(request, act())
    token, key_digest = token_of(request), _digest(key.encode())
    said = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    try:
        reply = kept_replies.recall(token=token, key_digest=key_digest, request_digest=_digest(said), at=timezone.now())
    except kept_replies.KeyOfAnotherRequest as error:
        detail = _("This Idempotency-Key belongs to another request.")
        raise problems.Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "key_of_another_request", detail) from error
    if reply is None:
        reply = act()
        kept_replies.keep(token=token, key_digest=key_digest, reply=reply)
    return _response(request, reply)


def _response(request: HttpRequest, reply: Reply) -> HttpResponse:
    if reply.status >= HTTPStatus.BAD_REQUEST:
        return problems.answer(request, reply.content)
    return JsonResponse(reply.content, status=reply.status)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
