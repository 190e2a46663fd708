"""What people need in order to come: names and needs for who serves them, numbers for everybody else."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programme.admin.permissions import ByRole, Role, member_of
from programme.models import Edition
from registrations.admin.actions import ask
from registrations.admin.filters import EditionFilter
from registrations.admin.forms import ExportForm
from registrations.exports.answers import needs_response
from registrations.models import Needs
from registrations.services import answers
from symposium.accounts.models import User
from symposium.trail.writing import Kind, entry, write


class EditionOfNeedsFilter(EditionFilter):
    edition_path = "registration__edition"
    roles = (Role.NEEDS,)


class DoneFilter(admin.SimpleListFilter):
    title = gettext_lazy("done")
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        words = {"yes": gettext_lazy("done"), "no": gettext_lazy("to be done"), "overdue": gettext_lazy("overdue")}
        return list(words.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Needs]) -> QuerySet[Needs]:
        if self.value() == "overdue":
            return queryset.filter(done_at=None, due_date__lt=timezone.localdate())
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(done_at__isnull=self.value() == "no")


class ChargedFilter(admin.SimpleListFilter):
    title = gettext_lazy("who sees to it")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("me", gettext_lazy("I do")), ("nobody", gettext_lazy("nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Needs]) -> QuerySet[Needs]:
        if self.value() not in {"me", "nobody"}:
            return queryset
        return queryset.filter(answered_by=member_of(request) if self.value() == "me" else None)


class NeedsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    is_done = forms.BooleanField(label=gettext_lazy("Done"), required=False)

    class Meta:
        model = Needs
        fields = ("answered_by", "due_date", "staff_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_done"] = self.instance.done_at is not None
        self.fields["answered_by"].queryset = serving(self.instance.registration.edition)  # type: ignore[attr-defined]


def serving(edition: Edition) -> QuerySet[User]:
    """Return who may be charged with a need: whoever reads it."""
    holders = User.objects.filter(is_active=True, staff_roles__role=Role.NEEDS, staff_roles__edition=edition)
    return holders.order_by("name", "email", "pk").distinct()


@admin.action(permissions=["change"], description=gettext_lazy("Mark as done"))
def mark_done(model_admin: "NeedsAdmin", request: HttpRequest, queryset: QuerySet[Needs]) -> None:
    chosen = list(queryset.filter(done_at=None))
    Needs.objects.filter(pk__in=[needs.pk for needs in chosen], done_at=None).update(done_at=timezone.now())
    for needs in chosen:
        model_admin.log_change(request, needs, [{"changed": {"fields": ["done_at"]}}])
    words = ngettext("%(count)s need is marked as done.", "%(count)s needs are marked as done.", len(chosen))
    model_admin.message_user(request, words % {"count": len(chosen)})


@admin.action(permissions=["view"], description=gettext_lazy("Export needs…"))
def export_needs(model_admin: "NeedsAdmin", request: HttpRequest, queryset: QuerySet[Needs]) -> HttpResponseBase:
    form = ExportForm(request.POST if "apply" in request.POST else None)
    user = member_of(request)
    if user is not None and form.is_bound and form.is_valid():
        profile, reason = form.cleaned_data["profile"], form.cleaned_data["reason"]
        return needs_response(queryset, profile, by=user, at=timezone.now(), reason=reason)
    return ask(
        model_admin,
        request,
        form,
        title=_("Export needs"),
        explanation=_("A file of the needs that you chose, with names. Delete it once they are served."),
        button=_("Export"),
        action="export_needs",
        is_download=True,
    )


@admin.register(Needs)
class NeedsAdmin(ByRole[Needs]):
    """Each look leaves an entry in the trail."""

    form = NeedsForm
    edition_path = "registration__edition"
    seen_by = (Role.NEEDS,)
    changed_by = (Role.NEEDS,)
    list_display = (
        "name",
        "mode",
        "status",
        "diet",
        "access_in_words",
        "note",
        "by",
        "due_date",
        "done_at",
        "staff_note",
    )
    list_filter = (EditionOfNeedsFilter, DoneFilter, ChargedFilter)
    list_select_related = ("registration__edition", "registration__attendee", "answered_by")
    ordering = ("due_date", "id")
    actions = (mark_done, export_needs)
    readonly_fields = ("name", "mode", "status", "diet", "access_in_words", "note")
    fields = (*readonly_fields, "answered_by", "due_date", "staff_note", "is_done")

    def edition_id_of(self, thing: Needs) -> int:
        return thing.registration.edition_id

    def edition_of_trace(self, record: Any) -> int | None:
        return self.edition_id_of(record)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Needs | None = None) -> bool:
        """Nobody by hand: they go with the consent, with the place, and a week after the event."""
        return False

    # The trail

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        if context and "cl" in context:
            self._note_looks(request, list(context["cl"].result_list))
        return response

    def _note_looks(self, request: HttpRequest, seen: list[Needs]) -> None:
        editions = [self.edition_id_of(needs) for needs in seen]
        self._note(request, *((edition, {"rows": editions.count(edition)}, None) for edition in sorted(set(editions))))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        if context and "original" in context:
            needs: Needs = context["original"]
            self._note(request, (self.edition_id_of(needs), {}, needs))
        return response

    def _note(self, request: HttpRequest, *looks: tuple[int, dict[str, int], Needs | None]) -> None:
        assert isinstance(request.user, AbstractBaseUser)  # noqa: S101  nobody else sees anything here
        user, at = request.user, timezone.now()
        write(
            *(
                entry(
                    kind=Kind.VIEWED,
                    by=user,
                    at=at,
                    record=record,
                    edition_id=edition,
                    detail=Role.NEEDS,
                    counts=counts,
                )
                for edition, counts, record in looks
            )
        )

    # The page

    def save_model(self, request: HttpRequest, obj: Needs, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        """Write what staff decide and nothing else: the person may have changed the rest a moment ago."""
        is_done = form.cleaned_data["is_done"]
        obj.done_at = (obj.done_at or timezone.now()) if is_done else None
        decided = {name: getattr(obj, name) for name in ("answered_by", "due_date", "done_at", "staff_note")}
        Needs.objects.filter(pk=obj.pk).update(**decided)

    # The columns

    @admin.display(description=gettext_lazy("name"), ordering="registration__attendee__family_name")
    def name(self, needs: Needs) -> str:
        return needs.registration.attendee.name

    @admin.display(description=gettext_lazy("attendance"), ordering="registration__mode")
    def mode(self, needs: Needs) -> str:
        return needs.registration.get_mode_display()

    @admin.display(description=gettext_lazy("status"), ordering="registration__status")
    def status(self, needs: Needs) -> str:
        return needs.registration.get_status_display()

    @admin.display(description=gettext_lazy("access needs"))
    def access_in_words(self, needs: Needs) -> str:
        return ", ".join(answers.access_words(needs.access)) or "—"

    @admin.display(description=gettext_lazy("who sees to it"))
    def by(self, needs: Needs) -> str:
        return (needs.answered_by.name or needs.answered_by.email) if needs.answered_by else "—"


@admin.display(description=gettext_lazy("what people need"))
def needs_in_numbers(edition: Edition) -> str:
    """Say how many need what, and of nobody who it is."""
    counts = answers.needs_counts(edition) if edition.pk else {}
    return " · ".join(f"{words}: {count}" for words, count in counts.items()) or "—"


@admin.display(description=gettext_lazy("what people agree to"))
def consents_in_numbers(edition: Edition) -> str:
    counts = answers.consent_counts(edition) if edition.pk else {}
    return " · ".join(f"{words}: {count}" for words, count in counts.items()) or "—"
