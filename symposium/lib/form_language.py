"""The other language of a page whose form somebody is filling in, without a script.

The switch is then a button of the form: it sends what is typed to the page in the other language, which shows it again.
Nothing is decided, stored or complained of.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.forms import Field
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict

BUTTON = "other-language"  # as templates/partials/languages.html names it


class FormLanguage:
    """Read the page where the switch was pressed, with what is typed put aside.

    Behind the check against forged requests, which looks at it as at any form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: Sequence[Any], _kwargs: Mapping[str, Any]
    ) -> None:
        if request.method != "POST" or BUTTON not in request.POST:
            return
        typed = request.POST
        request.typed = typed  # type: ignore[attr-defined]
        request.method, request.POST = "GET", QueryDict()
        if "next" in typed and "next" not in request.GET:
            # Where to go after signing in: a form carries it, its page is asked for with it.
            request.GET = QueryDict(f"{request.GET.urlencode()}&{urlencode({'next': typed['next']})}")


def typed_values(request: HttpRequest, fields: Mapping[str, Field], prefix: str = "") -> dict[str, Any]:
    """Return what was typed before the language changed, as initial values; nothing on any other request.

    ``prefix`` stands before the names of the fields, as Django joins the two.
    """
    typed: QueryDict | None = getattr(request, "typed", None)
    if typed is None:
        return {}
    before = f"{prefix}-" if prefix else ""
    return {
        name: field.widget.value_from_datadict(typed, MultiValueDict(), f"{before}{name}")
        for name, field in fields.items()
    }
