"""All of it below ``/api/v1/``: how each request is answered, whatever it asks for, and the description (OpenAPI)."""

from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe
from ninja import NinjaAPI
from ninja.operation import Operation

from registrations.api import check_ins, problems, programme, registrations, report
from registrations.api.access import check_network

View = Callable[..., HttpResponse]
PREFIX = "api/v1/"
PUBLIC_LISTS = ("editions", "people", "organisations")


class Interface(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Call an operation as its view is called: programs are written from these names."""
        return operation.view_func.__name__


interface = Interface(
    title="Symposium",
    version="1",
    description=(
        "Editions, their programme, people, organisations and figures, for everybody; registrations, check-ins and the "
        "report, for whoever has an API key. Refusals are problems (RFC 9457), their `title` and `detail` in French for "
        "`Accept-Language: fr`, else in English. `docs/machines.md` tells how."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
for router in (programme.router, registrations.router, check_ins.router, report.router):
    interface.add_router("", router)
for error, handler in problems.HANDLERS.items():
    interface.add_exception_handler(error, handler)


def urlpatterns() -> list[URLPattern]:
    operations = [one for one in interface.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    return [
        path("", answered(root), name="root"),
        path("openapi.json", answered(description), name="description"),
        *(URLPattern(one.pattern, answered(one.callback), one.default_args, one.name) for one in operations),
        path("<path:address>", answered(unknown), name="unknown"),
    ]


@require_safe
def root(_request: HttpRequest) -> HttpResponse:
    """Say where to go on."""
    return JsonResponse({name: f"{settings.PUBLIC_ORIGIN}/{PREFIX}{name}" for name in ("openapi.json", *PUBLIC_LISTS)})


@require_safe
def description(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(_openapi())


def unknown(request: HttpRequest, address: str) -> HttpResponse:
    return problems.not_found(request)


@cache
def _openapi() -> dict[str, Any]:
    """Return what ninja knows of each operation, and beside it the refusals that each may meet."""
    schema: dict[str, Any] = interface.get_openapi_schema(path_prefix=PREFIX)
    problem = {"$ref": "#/components/schemas/Problem"}
    refusal: dict[str, Any] = {
        "description": "A problem (RFC 9457)",
        "content": {problems.MEDIA_TYPE: {"schema": problem}},
    }
    # What PostgreSQL could not store is refused before it comes here, in words (symposium.middleware.refuse_odd_input).
    unreadable = {**refusal, "content": {**refusal["content"], "text/html": {"schema": {"type": "string"}}}}
    schema["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema()
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"] |= {"400": unreadable, "4XX": refusal, "503": refusal}
    return schema


def answered(view: View) -> View:
    """Answer as the whole interface does: in the language of ``?lang=``, within the budget, without cookies.

    HEAD is a GET whose body the server leaves out.
    """

    @conditional_page
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            check_network(request)
        except problems.Refused as error:
            return problems.refused(request, error)
        language = request.GET.get("lang")
        with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            response = view(request, **kwargs)
            response.headers.setdefault("Content-Language", str(translation.get_language()))
        return _kept_by_caches(request, response)

    @csrf_exempt
    @wraps(view)
    def by_method(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked
        response = answer(request, **kwargs)
        request.method = asked
        return _allowing(request, response) if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED else response

    return by_method


def _kept_by_caches(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let caches keep what is public, and ask each time whether it still holds."""
    if "Authorization" in request.headers or request.method != "GET":
        patch_cache_control(response, no_store=True)
    elif not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, no_cache=True)
    return response


def _allowing(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say which methods there are: to OPTIONS, which asks for it, or with the refusal of another."""
    methods = {*response["Allow"].split(", "), "OPTIONS"}
    allowed = sorted(methods | {"HEAD"} if "GET" in methods else methods)
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(allowed)})
    return problems.method_not_allowed(request, allowed)
