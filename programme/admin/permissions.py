"""Who may do what in the administration.

It follows from ``StaffRole`` alone. Django's own tables of permissions are never asked: nobody fills them.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import ForeignKey, Model, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _

from programme.admin.large_lists import LargeList
from programme.models import Edition, StaffRole
from symposium.accounts.models import User
from symposium.administration.plain import M, PlainTitles

Role = StaffRole.Role
# More rows than any programme has, and few enough to be drawn at once, whatever number a form sent by hand names.
MOST_ROWS = 300
MOST_DIGITS = 18  # of a number that PostgreSQL can look for
# An address typed without « https:// » gets it, as browsers do.
FORM_FIELDS: dict[Any, dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


def member_of(request: HttpRequest) -> User | None:
    """Return who is asking, if they belong to the staff at all."""
    user = request.user
    return user if isinstance(user, User) and user.is_active and user.is_staff else None


def actor_of(request: HttpRequest) -> User:
    """Return who is asking, where whoever does not belong to the staff has been turned away already.

    :raises PermissionDenied: somebody has not.
    """
    user = member_of(request)
    if user is None:
        raise PermissionDenied
    return user


def has_role(request: HttpRequest, *roles: str, edition_id: int | None = None) -> bool:
    """Whether who is asking has one of the roles, in one edition or in any. A superuser has them all."""
    user = member_of(request)
    if user is None or user.is_superuser:
        return user is not None
    prefetch_related_objects([user], "staff_roles")  # one query a request, however often it is asked
    return any(held.role in roles and edition_id in {None, held.edition_id} for held in user.staff_roles.all())


def editions_of(request: HttpRequest, *roles: str) -> QuerySet[Edition]:
    """Return the editions in which who is asking has one of the roles."""
    user = member_of(request)
    return Edition.objects.for_role(user, *roles) if user else Edition.objects.none()


class ByRole(PlainTitles[M]):
    """A part of the administration that belongs to an edition; each sees their editions' rows and no others."""

    edition_path = "edition"
    seen_by: tuple[str, ...] = (Role.ORGANIZER,)
    changed_by: tuple[str, ...] = (Role.ORGANIZER,)
    show_full_result_count = False
    formfield_overrides = FORM_FIELDS

    def edition_id_of(self, thing: M) -> int:
        return int(getattr(thing, f"{self.edition_path}_id"))

    def edition_of_trace(self, record: Model) -> int | None:
        return int(record.pk) if isinstance(record, Edition) else super().edition_of_trace(record)

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        user = member_of(request)
        everything = super().get_queryset(request)
        if user is not None and user.is_superuser:
            return everything
        return everything.filter(**{f"{self.edition_path}__in": editions_of(request, *self.seen_by)})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
        except ValidationError:  # ticked by hand
            return HttpResponseBadRequest("Bad request")
        return super().changelist_view(request, extra_context)

    def _has(self, request: HttpRequest, roles: tuple[str, ...], thing: M | None) -> bool:
        return has_role(request, *roles, edition_id=None if thing is None else self.edition_id_of(thing))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request, *self.seen_by)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._has(request, self.seen_by, obj)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._has(request, self.changed_by, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._has(request, self.changed_by, None)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._has(request, self.changed_by, obj)


class ReadOnly(ByRole[M]):
    """Rows that the administration shows and never touches: there may be one for each of many people."""

    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LargeList]:
        return LargeList

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


def deletion_widget() -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"aria-label": _("Delete")})


class FoundByName(AutocompleteSelect):
    """Shows a form again in which something was sent by hand that is no number of a row."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        numbers = [number for number in value if str(number).isascii() and str(number).isdecimal()]
        return super().optgroups(name, [number for number in numbers if len(str(number)) <= MOST_DIGITS], attr)


class NamedControls(InlineModelAdmin[M, Edition]):
    """Rows whose every control has a name that can be read aloud: in a table the heading is none."""

    extra = 0
    max_num = MOST_ROWS

    def formfield_for_dbfield(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # as Django has it
        # Every field of an inline has a control.
        field: forms.Field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[assignment]
        widget = field.widget
        if isinstance(widget, RelatedFieldWidgetWrapper):
            # A pencil and a plus are enough beside a person; nobody is deleted from here.
            widget.can_delete_related = widget.can_view_related = False
            widget = widget.widget
        widget.attrs.setdefault("aria-label", field.label)
        return field

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", FoundByName(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # Of the class: Django sets that of the object to none where nobody may add a row.
        formset = super().get_formset(request, obj, **{"absolute_max": type(self).max_num, **kwargs})
        formset.get_deletion_widget = staticmethod(deletion_widget)  # type: ignore[method-assign,assignment]
        return formset


class InlineByRole(NamedControls[M]):
    """Rows on the page of an edition, for its organizers."""

    formfield_overrides = FORM_FIELDS

    def _may(self, request: HttpRequest, edition: Edition | None) -> bool:
        return has_role(request, Role.ORGANIZER, edition_id=edition.pk if edition else None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # an inline's has two
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)
