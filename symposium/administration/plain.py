"""How every page of the administration is called, before anything is said of who may open it."""

from typing import Any, ClassVar, TypeVar

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from symposium.administration.traces import LeavesTraces

M = TypeVar("M", bound=Model)
# What Django's filters of a field write behind its name.
LOOKUPS = ("", "__exact", "__id__exact", "__isnull", "__gte", "__lt")


class PlainTitles(LeavesTraces[M]):
    """Calls a page by what it is about: Django's titles, built of « Change » and a noun, are wrong in French.

    Nor does it take from an address what no page of ours links to.
    """

    # The field or column by which the page of one record is called; without it, by its sort alone: « str() » is for logs.
    named_by: ClassVar[str] = ""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except DisallowedModelAdminLookup as error:  # leads to the list without it
            raise IncorrectLookupParameters from error

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Take what the filters of the page write: whoever may ask for any relation reads in the answer what it does not show."""
        written: set[str | None] = set()
        for one in self.get_list_filter(request):
            if isinstance(one, type) and issubclass(one, SimpleListFilter):
                written.add(one.parameter_name)
            else:
                field = one[0] if isinstance(one, (tuple, list)) else one
                written.update(f"{field}{ending}" for ending in LOOKUPS)
        return lookup in written

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin each form empty: a field cannot show every word that could stand in the query."""
        return {}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        name = capfirst(str(self.opts.verbose_name))
        title = name if object_id else _("%(thing)s: add") % {"thing": name}
        context = {"title": title, "show_save_and_add_another": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002  as Django has it
        change: bool = False,  # noqa: FBT001, FBT002
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        return super().render_change_form(
            request, {**context, "subtitle": self._name_of(obj)}, add, change, form_url, obj
        )

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        return super().render_delete_form(request, {**context, "subtitle": self._name_of(context["object"])})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().history_view(request, object_id, {"title": _("History"), **(extra_context or {})})
        if isinstance(response, TemplateResponse) and response.context_data:
            response.context_data["subtitle"] = self._name_of(response.context_data["object"])
        return response

    def _name_of(self, record: M | None) -> Any:
        return lookup_field(self.named_by, record, self)[2] if record is not None and self.named_by else ""
