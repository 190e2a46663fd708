"""The way to ORCID and back."""

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.connect import connect
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from symposium.accounts.provider import OrcidAdapter
from symposium.accounts.social import SESSION_KEY, waiting_login, waiting_orcid
from symposium.lib.security_headers import content_security_policy

View = Callable[[HttpRequest], HttpResponse]

_login: View = OAuth2LoginView.adapter_view(OrcidAdapter)
_callback: View = OAuth2CallbackView.adapter_view(OrcidAdapter)


def where_offered(view: View) -> View:
    """Say « not found » in an installation that has no credentials of ORCID."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not get_adapter().list_apps(request):
            raise Http404
        return view(request)

    return wrapped


@never_cache
@where_offered
def login(request: HttpRequest) -> HttpResponse:
    """Ask before anybody is sent away. The one page whose form may end at another host, and only at ORCID."""
    response = _login(request)
    response["Content-Security-Policy"] = content_security_policy(form_action=f"'self' {settings.ORCID_ORIGIN}")
    return response


@never_cache
@where_offered
def callback(request: HttpRequest) -> HttpResponse:
    return _callback(request)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Ask whether the iD that waits is to belong to the account: another person may have left it in this browser."""
    waiting = waiting_login(request)
    if waiting is None:
        return redirect("socialaccount_connections")
    if request.method != "POST":
        return render(request, "socialaccount/join.html", {"orcid": waiting_orcid(request)})
    del request.session[SESSION_KEY]
    if "join" not in request.POST:
        return redirect("registrations:account")
    sociallogin = SocialLogin.deserialize(waiting)
    sociallogin.lookup()  # another account may have joined it since
    response: HttpResponse = connect(request, sociallogin)
    return response
