"""No more messages from the organizers, by the link in one of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from registrations.services import unsubscribing


@csrf_exempt  # the link is the whole proof; a mail program that sends the form has no cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, since programs that check mails open links; do it without another page when the form is sent (RFC 8058)."""
    try:
        registration = unsubscribing.find(token)
    except unsubscribing.UnknownToken as error:
        raise Http404 from error
    if request.method == "POST" and request.POST.get("again") == "yes":
        unsubscribing.subscribe_again(registration=registration)
    elif request.method == "POST":
        unsubscribing.unsubscribe(registration=registration, at=timezone.now())
    registration.attendee.refresh_from_db(fields=["unsubscribed_at"])
    context = {"edition": registration.edition, "unsubscribed_at": registration.attendee.unsubscribed_at}
    response = render(request, "registrations/unsubscribe.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
