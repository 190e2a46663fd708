"""Signing in by one click, in the demo only."""

from django.contrib.auth import login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from symposium.accounts.models import User
from symposium.accounts.second_factor import DEMO_SESSION_KEY
from symposium.lib.demo import demo_only

ORGANIZER = "organizer@example.org"
EXPORTER = "exporter@example.org"
DOOR_HELPER = "door@example.org"
ADMINISTRATOR = "admin@example.org"
ACCOUNTS = (ORGANIZER, EXPORTER, DOOR_HELPER, ADMINISTRATOR)
LINK_VALID_HOURS = 24
SALT = "demo.sign-in"


def sign_in_path(email: str, destination: str) -> str:
    """Return the path of a link that signs a sample account in and leads to a page of the site."""
    token = signing.dumps([email, destination], salt=SALT)
    return reverse("demo-sign-in", args=[token])


@demo_only
@never_cache
@require_safe
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in one of the sample accounts.

    A GET that changes something, against the rule of the house: the link is printed on the screen of whoever started
    the demo, for one click, and no mail ever holds it. It answers in the demo alone, and for its own accounts alone.
    """
    try:
        email, destination = signing.loads(token, salt=SALT, max_age=LINK_VALID_HOURS * 3600)
    except signing.BadSignature as error:
        raise Http404 from error
    if email not in ACCOUNTS:
        raise Http404
    user = get_object_or_404(User, email=email, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[DEMO_SESSION_KEY] = True
    return redirect(destination)
