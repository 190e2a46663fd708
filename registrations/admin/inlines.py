"""What stands on the page of an edition, below its own fields."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from programme.admin.permissions import InlineByRole, NamedControls
from programme.admin.staff import member_field
from programme.models import Appearance, Document, Edition, Figure, Partnership, SeatPool, Session, StaffRole
from programme.services.room import exceeds_room
from registrations.admin.moments import MOMENTS_BY_THE_LOCAL_CLOCK, MomentsForm
from registrations.admin.words import TOO_MANY_FOR_THE_ROOM, seats_in_words
from symposium.accounts.models import User

TITLED = "admin/programme/edition/titled_rows.html"  # not called by « session 12 », as in a log


class SeatPoolForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_reserved and "capacity" in self.fields:  # they are no fields for whom they only show
            self.fields["capacity"].required = True
            self.fields["safety_limit"].disabled = True


class SeatPoolFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> None:
        super().clean()
        if exceeds_room(form.instance for form in self.forms):
            raise ValidationError(TOO_MANY_FOR_THE_ROOM)


class SeatPoolInline(InlineByRole[SeatPool], admin.TabularInline[SeatPool, Edition]):
    """Only the two limits are typed, and ``EditionAdmin`` hands them to the service that moves and tells people."""

    model = SeatPool
    form = SeatPoolForm
    formset = SeatPoolFormSet
    fields = ("what", "state", "capacity", "safety_limit")
    readonly_fields = ("what", "state")
    verbose_name_plural = _("seats")
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeatPool]:
        return super().get_queryset(request).select_related("session").in_locking_order()  # type: ignore[attr-defined,no-any-return]

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # an inline's has two
        return False

    @admin.display(description=_("seats of"))
    def what(self, pool: SeatPool) -> str:
        return pool.session.title if pool.session else str(pool.get_mode_display())

    @admin.display(description=_("taken / offered"))
    def state(self, pool: SeatPool) -> str:
        return seats_in_words(pool)


class SessionInline(InlineByRole[Session], TranslationStackedInline[Session, Edition]):  # type: ignore[misc]  # two sorts of stubs
    model = Session
    template = TITLED
    max_num = 100  # each is a form of its own, with two languages
    form = MomentsForm
    formfield_overrides = MOMENTS_BY_THE_LOCAL_CLOCK
    ordering = ("position", "id")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", ("kind", "position"), "starts_at", "ends_at", "room", "summary", "note")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Once people have registered, somebody may have chosen the session."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.registrations.exists())


class AppearanceFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> None:
        """Find the same row typed twice where there is no session: Django takes two empty sessions for different."""
        super().clean()
        seen = set()
        for form in self.forms:
            row = tuple(form.cleaned_data.get(name) for name in ("session", "person", "role"))
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            if row in seen:
                raise ValidationError(_("The same person has the same role twice."))
            seen.add(row)


class AppearanceInline(InlineByRole[Appearance], TranslationTabularInline[Appearance, Edition]):  # type: ignore[misc]  # two sorts of stubs
    model = Appearance
    formset = AppearanceFormSet
    fields = ("person", "role", "session", "affiliation", "position")
    autocomplete_fields = ("person",)
    ordering = ("position", "id")
    verbose_name_plural = _("people and their roles")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appearance]:
        return super().get_queryset(request).select_related("person", "session")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # as Django has it
        if db_field.name == "session":
            match = request.resolver_match
            kwargs["queryset"] = Session.objects.filter(edition_id=match.kwargs.get("object_id")).in_order()
            kwargs["form_class"] = SessionChoice
            kwargs["empty_label"] = _("the edition as a whole")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SessionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class PartnershipInline(InlineByRole[Partnership], admin.TabularInline[Partnership, Edition]):
    model = Partnership
    fields = ("organisation", "role", "position")
    autocomplete_fields = ("organisation",)
    ordering = ("position", "id")
    verbose_name_plural = _("organisations and their roles")


class DocumentInline(InlineByRole[Document], TranslationStackedInline[Document, Edition]):  # type: ignore[misc]  # two sorts of stubs
    model = Document
    template = TITLED
    fields = ("title", "url", "language", "published_date", "position")
    ordering = ("position", "id")


class FigureInline(InlineByRole[Figure], admin.TabularInline[Figure, Edition]):
    """They are changed on their own page, where one that was signed off is closed."""

    model = Figure
    fields = readonly_fields = ("value", "is_approximate", "measure", "mode", "source", "source_label")
    show_change_link = True
    ordering = ("id",)

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # an inline's has two
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StaffRoleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """As on the page of roles, one is given or taken away, and never turned into another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for field in self.fields.values():
            field.disabled = True
        holder: Any = self.fields["user"]
        holder.queryset = User.objects.filter(pk=self.instance.user_id)  # who may have left the staff since


class StaffRoleInline(NamedControls[StaffRole], admin.TabularInline[StaffRole, Edition]):
    """Only superusers say who may do what (the edition's page asks)."""

    model = StaffRole
    form = StaffRoleForm
    fields = ("user", "role")
    verbose_name_plural = _("staff of this edition")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # as Django has it
        return (
            member_field() if db_field.name == "user" else super().formfield_for_foreignkey(db_field, request, **kwargs)
        )
