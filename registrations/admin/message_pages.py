"""The page from which a message leaves: whom it reaches, how it reads, and how far it is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages as notes
from django.contrib.admin import ModelAdmin
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from programme.admin.permissions import actor_of
from registrations.admin.message_forms import SendForm
from registrations.mails.messages import make, reader_shown
from registrations.models import Message, Registration
from registrations.services import messages
from symposium.accounts.models import User
from symposium.administration.pages import show_page
from symposium.administration.traces import changed
from symposium.lib.mail import Mail
from symposium.outbox.views import FRAME_POLICY

if TYPE_CHECKING:
    from registrations.admin.messages import MessageAdmin

LANGUAGES = ("fr", "en")
MEANWHILE = gettext_lazy("The message was sent, paused or changed by somebody else in the meantime.")
Doing = Callable[[Message, User], str]


def send_page(model_admin: "MessageAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    # Those that the queryset holds are the ones that who is asking may send.
    found = model_admin.get_queryset(request).select_related("edition", "created_by")
    message = get_object_or_404(found, pk=object_id)
    with timezone.override(message.edition.zone):
        response = _answer(model_admin, request, message)
        return response.render() if isinstance(response, TemplateResponse) else response


def _answer(model_admin: "MessageAdmin", request: HttpRequest, message: Message) -> HttpResponse:
    what = request.POST.get("do")
    if what in DOINGS:
        _do(model_admin, request, message, DOINGS[what])
        return HttpResponseRedirect(request.path)
    form = SendForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _show(model_admin, request, message, form)
    if what != "send":
        return _ask(model_admin, request, message, form)
    _do(model_admin, request, message, lambda message, by: _send(message, by, form))
    return HttpResponseRedirect(request.path)


def _do(model_admin: "MessageAdmin", request: HttpRequest, message: Message, doing: Doing) -> None:
    user = actor_of(request)
    try:
        words = doing(message, user)
    except (messages.NotInThisState, messages.NotToCome):
        model_admin.message_user(request, str(MEANWHILE), notes.ERROR)
    except messages.NobodyToWriteTo:
        model_admin.message_user(request, _("The choices fit nobody: the message stays a draft."), notes.ERROR)
    else:
        # Into the history alone: the service has left its trace in the transaction of the deed.
        ModelAdmin.log_change(model_admin, request, message, changed(message, "state"))
        model_admin.message_user(request, words, notes.SUCCESS)


def _send(message: Message, by: User, form: SendForm) -> str:
    at = timezone.now()
    if form.moment is not None:
        messages.schedule(message=message, send_at=form.moment, by=by, at=at)
        return _("The message is scheduled.")
    count = messages.send(message=message, by=by, at=at)
    words = ngettext(
        "The message is on its way to %(count)s person.", "The message is on its way to %(count)s people.", count
    )
    return words % {"count": count}


def _test(message: Message, by: User) -> str:
    messages.send_test(message=message, user=by, at=timezone.now())
    return _("The message is on its way to you, once in French and once in English.")


def _withdraw(message: Message, by: User) -> str:
    messages.withdraw(message=message, by=by, at=timezone.now())
    return _("The message is a draft again, and will not be sent.")


def _pause(message: Message, by: User) -> str:
    messages.pause(message=message, by=by, at=timezone.now())
    return _("The message is paused. What a worker had in hand may still leave.")


def _resume(message: Message, by: User) -> str:
    messages.resume(message=message, by=by, at=timezone.now())
    return _("The message goes on.")


DOINGS: dict[str | None, Doing] = {"test": _test, "withdraw": _withdraw, "pause": _pause, "resume": _resume}


def _ask(model_admin: "MessageAdmin", request: HttpRequest, message: Message, form: SendForm) -> HttpResponse:
    people = messages.recipients_of(message).count()
    if not people and form.moment is None:
        form.add_error("when", _("The choices fit nobody: the message stays a draft."))
        return _show(model_admin, request, message, form)
    context = {
        **_context(message),
        "title": _("Send this message?"),
        "form": form,
        "moment": form.moment,
        "people": people,
    }
    return show_page(model_admin, request, "admin/registrations/message/confirm.html", context)


def _show(model_admin: "MessageAdmin", request: HttpRequest, message: Message, form: SendForm) -> HttpResponse:
    page = _person(request, message)
    context = {
        **_context(message),
        "title": _("Message"),
        "choices": _choices(message),
        "progress": None if message.is_draft else messages.progress_of(message),
        "form": form,
        "page": page,
        "person": _registration(page),
        "previews": [_preview(message, page, language) for language in LANGUAGES if page.object_list],
    }
    status = 422 if form.errors else 200
    return show_page(model_admin, request, "admin/registrations/message/send.html", context, status=status)


def _context(message: Message) -> dict[str, Any]:
    return {
        "edition": message.edition,
        "message": message,
        "subject": message.text(get_language() or "fr")[0],
    }


def _choices(message: Message) -> list[tuple[str, str]]:
    """Return each choice that narrows whom it goes to, as the form calls it."""
    chosen = (
        ("for_status", message.get_for_status_display()),
        ("for_mode", message.get_for_mode_display()),
        ("for_session", message.for_session.title if message.for_session else ""),
        ("for_profile", message.get_for_profile_display()),
        ("for_language", message.get_for_language_display()),
        ("for_presence", message.get_for_presence_display()),
        ("for_coming", message.get_for_coming_display()),
    )
    return [(_label(field), capfirst(str(words))) for field, words in chosen if words]


def _label(field: str) -> str:
    return capfirst(str(Message._meta.get_field(field).verbose_name))  # type: ignore[union-attr]  # noqa: SLF001  a column's


def _person(request: HttpRequest, message: Message) -> Page[Registration]:
    """Return the person as whom the message is shown: a page of one, of all whom it reaches."""
    people = messages.recipients_of(message).select_related("attendee").order_by("created_at", "pk")
    return Paginator(people, 1).get_page(request.GET.get("person"))


def _registration(page: Page[Registration]) -> Registration | None:
    return page.object_list[0] if page.object_list else None


def _preview(message: Message, page: Page[Registration], language: str) -> dict[str, Any]:
    mail = _mail(message, page.object_list[0], language)
    address = reverse("admin:registrations_message_preview", args=[message.pk, language])
    return {
        "language": language,
        "subject": mail.subject,
        "text": mail.body,
        "address": f"{address}?person={page.number}",
    }


def _mail(message: Message, registration: Registration, language: str) -> Mail:
    return make(message, reader_shown(registration), language)


@method_decorator(require_safe)
@method_decorator(xframe_options_sameorigin)
def preview_page(model_admin: "MessageAdmin", request: HttpRequest, object_id: int, language: str) -> HttpResponse:
    """Serve the mail as a mail program shows it, for the frame on the page."""
    message = get_object_or_404(model_admin.get_queryset(request).select_related("edition"), pk=object_id)
    registration = _registration(_person(request, message))
    if registration is None or language not in LANGUAGES:
        raise Http404
    html, _type = _mail(message, registration, language).alternatives[0]
    response = HttpResponse(html)
    response["Content-Security-Policy"] = FRAME_POLICY
    return response
