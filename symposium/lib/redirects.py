"""Where to go once a form is taken."""

from http import HTTPStatus

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url


def see_other(to: str, **named: str) -> HttpResponseRedirect:
    """Lead to an address or a route by a GET, so that loading the page again sends nothing twice."""
    return HttpResponseRedirect(resolve_url(to, **named), status=HTTPStatus.SEE_OTHER)
