"""How every page of the administration is called, before anything is said of who may open it."""

from typing import Any, TypeVar

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db import DataError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from symposium.administration.traces import LeavesTraces

M = TypeVar("M", bound=Model)


class PlainTitles(LeavesTraces[M]):
    """Calls a page by what it is about: Django's titles, built of « Change » and a noun, are wrong in French.

    Nor does it take from an address what no page of ours links to.
    """

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (DataError, OverflowError, ValueError) as error:  # a filter typed by hand: the year 9999999999
            raise BadRequest from error

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
