"""The mailbox of the demo: what was written to people, as they got it. Nothing in a mail can act here."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Concatenate, ParamSpec

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from symposium.lib.demo import demo_only
from symposium.outbox import mailbox

MAILS_PER_PAGE = 50
# No script, no form, no other host; a link opens a page of its own, where the frame itself lets it.
FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
DOWNLOAD_POLICY = "sandbox; default-src 'none'"

P = ParamSpec("P")


def _in_the_mailbox(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Answer 404 for what is not there, and in an installation for everything; tell no other site where one was."""

    @demo_only
    @never_cache
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except mailbox.NoSuchMail as error:
            raise Http404 from error
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


@_in_the_mailbox
def mail_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(mailbox.names(), MAILS_PER_PAGE).get_page(request.GET.get("page"))
    mails = [mailbox.read(name) for name in page.object_list]
    return render(request, "outbox/mailbox.html", {"page": page, "mails": mails})


@_in_the_mailbox
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "outbox/mail.html", {"mail": mailbox.read(name)})


@_in_the_mailbox
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the HTML part for the frame on the mail's page."""
    response = HttpResponse(mailbox.read(name).html)
    response["Content-Security-Policy"] = FRAME_POLICY
    return response


@_in_the_mailbox
def mail_part(request: HttpRequest, name: str, number: int) -> FileResponse:
    """Hand out an attachment or a picture, as a file to keep."""
    part = mailbox.read(name).part(number)
    response = FileResponse(
        BytesIO(part.content), as_attachment=True, filename=part.filename, content_type=part.safe_type
    )
    response["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


@_in_the_mailbox
def mail_source(request: HttpRequest, name: str) -> HttpResponse:
    response = HttpResponse(mailbox.read_bytes(name), content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response
