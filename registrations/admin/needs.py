"""What people need in order to come: each need with a name for who serves it, numbers for everybody else."""

from operator import attrgetter
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programme.admin.large_lists import LargeList
from programme.admin.permissions import ByRole, Role, actor_of, member_of
from programme.models import Edition, StaffRole
from programme.services.dates import short_day
from registrations.admin.actions import ask
from registrations.admin.filters import EditionFilter
from registrations.admin.forms import ExportForm
from registrations.exports.answers import needs_response
from registrations.models import Arrangement, Needs, Registration
from registrations.models.needs import NEEDS, ArrangementQuerySet
from registrations.services import answers
from symposium.accounts.models import User
from symposium.trail.writing import Kind, entry, write


class EditionOfNeedsFilter(EditionFilter):
    edition_path = "needs__registration__edition"
    roles = (Role.NEEDS,)


class DoneFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        words = {"yes": gettext_lazy("done"), "no": gettext_lazy("to be done"), "overdue": gettext_lazy("overdue")}
        return list(words.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Arrangement]) -> QuerySet[Arrangement]:
        arrangements = cast(ArrangementQuerySet, queryset)
        if self.value() == "overdue":
            return arrangements.overdue(timezone.localdate())
        if self.value() == "no":
            return arrangements.to_be_done()
        return arrangements.filter(done_at__isnull=False) if self.value() == "yes" else arrangements


class ChargedFilter(admin.SimpleListFilter):
    title = gettext_lazy("who sees to it")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("me", gettext_lazy("I do")), ("nobody", gettext_lazy("nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Arrangement]) -> QuerySet[Arrangement]:
        if self.value() not in {"me", "nobody"}:
            return queryset
        return queryset.filter(answered_by=member_of(request) if self.value() == "me" else None)


class ArrangementForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    is_done = forms.BooleanField(label=gettext_lazy("Done"), required=False, show_hidden_initial=True)
    # When the person wrote what the page shows.
    as_of = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Arrangement
        fields = ("answered_by", "due_date", "staff_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_done"] = self.instance.done_at is not None
        self.initial["as_of"] = self.instance.needs.changed_at.isoformat()
        colleague: Any = self.fields["answered_by"]
        colleague.label_from_instance = attrgetter("called")
        colleague.queryset = serving(self.instance.needs.registration.edition)

    def clean(self) -> None:
        """Refuse what was decided on words that hold no more, and show as done what is done now."""
        super().clean()
        needs = self.instance.needs
        # As whoever changes them does.
        Registration.objects.select_for_update().filter(pk=needs.registration_id).first()
        still_holds = Needs.objects.filter(pk=needs.pk, changed_at=needs.changed_at).exists()
        if still_holds and self.cleaned_data.get("as_of") == self.initial["as_of"]:
            return
        is_done = self.initial["is_done"]
        anew = {"is_done": is_done, self.add_initial_prefix("is_done"): is_done, "as_of": self.initial["as_of"]}
        self.data = dict(self.data.items()) | anew
        raise forms.ValidationError(
            _("The person has changed what they need since this page was opened. Read it again before you save.")
        )


def serving(edition: Edition) -> QuerySet[User]:
    """Return who may be charged with a need: whoever reads it."""
    holders = StaffRole.objects.filter(role=Role.NEEDS, edition=edition)
    readers = User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders.values("user")), is_active=True)
    return readers.order_by("name", "email", "pk")


@admin.action(permissions=["change"], description=gettext_lazy("Mark as done"))
def mark_done(model_admin: "ArrangementAdmin", request: HttpRequest, queryset: QuerySet[Arrangement]) -> None:
    count = _write(model_admin, request, queryset.filter(done_at=None), done_at=timezone.now())
    words = ngettext("%(count)s need is marked as done.", "%(count)s needs are marked as done.", count)
    model_admin.message_user(request, words % {"count": count})


@admin.action(permissions=["change"], description=gettext_lazy("Assign to me"))
def assign_to_me(model_admin: "ArrangementAdmin", request: HttpRequest, queryset: QuerySet[Arrangement]) -> None:
    me = member_of(request)
    count = _write(model_admin, request, queryset.exclude(answered_by=me), answered_by=me)
    words = ngettext("You now see to %(count)s more need.", "You now see to %(count)s more needs.", count)
    model_admin.message_user(request, words % {"count": count})


def _write(
    model_admin: "ArrangementAdmin", request: HttpRequest, queryset: QuerySet[Arrangement], **values: Any
) -> int:
    """Write the same of each that a colleague has not just written, and leave a trace; return how many they were."""
    with transaction.atomic():
        chosen = list(queryset.select_for_update(of=("self",)).order_by("pk"))
        Arrangement.objects.filter(pk__in=[arrangement.pk for arrangement in chosen]).update(**values)
        for arrangement in chosen:
            model_admin.log_fields(request, arrangement, *values)
    return len(chosen)


@admin.action(permissions=["view"], description=gettext_lazy("Export needs…"))
def export_needs(
    model_admin: "ArrangementAdmin", request: HttpRequest, queryset: QuerySet[Arrangement]
) -> HttpResponseBase:
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


@admin.register(Arrangement)
class ArrangementAdmin(ByRole[Arrangement]):
    """Each look leaves an entry in the trail."""

    form = ArrangementForm
    change_list_template = "admin/registrations/arrangement/list.html"
    edition_path = "needs__registration__edition"
    seen_by = (Role.NEEDS,)
    changed_by = (Role.NEEDS,)
    list_display = ("asked", "person", "by", "state")
    list_filter = (EditionOfNeedsFilter, "need", DoneFilter, ChargedFilter)
    list_select_related = ("needs__registration__edition", "needs__registration__attendee", "answered_by")
    list_per_page = 50
    ordering = (F("done_at").desc(nulls_first=True), "due_date", "id")
    actions = (mark_done, assign_to_me, export_needs)
    readonly_fields = ("name", "registration", "asked", "others")
    fields = (*readonly_fields, "answered_by", "due_date", "staff_note", "is_done", "as_of")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LargeList]:
        return LargeList

    def edition_id_of(self, thing: Arrangement) -> int:
        return thing.needs.registration.edition_id

    def edition_of_trace(self, record: Any) -> int | None:
        return self.edition_id_of(record)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Arrangement | None = None) -> bool:
        """Nobody by hand: they go with the consent, with the place, and a week after the event."""
        return False

    # The trail

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        if context and "cl" in context:
            self._note_looks(request, list(context["cl"].result_list))
            context["to_be_done"] = self._to_be_done(request)
        return response

    def _to_be_done(self, request: HttpRequest) -> list[tuple[str, int, str]]:
        """Return the name of each need, of how many it is still to be done, and the way to those."""
        ours = cast(ArrangementQuerySet, self.get_queryset(request)).to_be_done()
        edition = request.GET.get(EditionFilter.parameter_name)
        counts = (ours.filter(**{f"{self.edition_path}__slug": edition}) if edition else ours).counts()
        narrowed = {EditionFilter.parameter_name: edition} if edition else {}
        return [
            (str(NEEDS[need]), count, urlencode({**narrowed, "need__exact": need, DoneFilter.parameter_name: "no"}))
            for need, count in counts.items()
        ]

    def _note_looks(self, request: HttpRequest, seen: list[Arrangement]) -> None:
        editions = [self.edition_id_of(arrangement) for arrangement in seen]
        self._note(request, *((edition, {"rows": editions.count(edition)}, None) for edition in sorted(set(editions))))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        if context and "original" in context:
            arrangement: Arrangement = context["original"]
            self._note(request, (self.edition_id_of(arrangement), {}, arrangement))
        return response

    def _note(self, request: HttpRequest, *looks: tuple[int, dict[str, int], Arrangement | None]) -> None:
        user, at = actor_of(request), timezone.now()
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

    def save_model(self, request: HttpRequest, obj: Arrangement, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        """Write where the need still is: a moment ago the person may have taken it back."""
        if "is_done" in form.changed_data:  # since the page was opened: meanwhile somebody else may have decided it
            obj.done_at = (obj.done_at or timezone.now()) if form.cleaned_data["is_done"] else None
        decided = {name: getattr(obj, name) for name in ("answered_by", "due_date", "done_at", "staff_note")}
        Arrangement.objects.filter(pk=obj.pk).update(**decided)

    # The columns

    @admin.display(description=gettext_lazy("need"), ordering="need")
    def asked(self, arrangement: Arrangement) -> str:
        words = {"need": arrangement.get_need_display(), "words": arrangement.words}
        return _("%(need)s: %(words)s") % words if arrangement.words else words["need"]

    @admin.display(description=gettext_lazy("name"), ordering="needs__registration__attendee__family_name")
    def person(self, arrangement: Arrangement) -> str:
        return two_lines(self.name(arrangement), self.registration(arrangement))

    @admin.display(description=gettext_lazy("who sees to it"), ordering="answered_by__name")
    def by(self, arrangement: Arrangement) -> str:
        colleague = arrangement.answered_by.called if arrangement.answered_by else "—"
        return two_lines(colleague, arrangement.staff_note)

    @admin.display(description=gettext_lazy("state"), ordering="due_date")
    def state(self, arrangement: Arrangement) -> str:
        if arrangement.done_at:
            return two_lines(_("done"), short_day(timezone.localdate(arrangement.done_at)))
        word = _("overdue") if arrangement.is_overdue(timezone.localdate()) else _("to be done")
        return two_lines(word, short_day(arrangement.due_date) if arrangement.due_date else "")

    # The page of one

    @admin.display(description=gettext_lazy("name"))
    def name(self, arrangement: Arrangement) -> str:
        return arrangement.needs.registration.attendee.name

    @admin.display(description=gettext_lazy("registration"))
    def registration(self, arrangement: Arrangement) -> str:
        registration = arrangement.needs.registration
        words = {"mode": registration.get_mode_display(), "status": registration.get_status_display()}
        return _("%(mode)s, %(status)s") % words

    @admin.display(description=gettext_lazy("their other needs"))
    def others(self, arrangement: Arrangement) -> str:
        asked = arrangement.needs.asked.items()
        return " · ".join(words or str(NEEDS[need]) for need, words in asked if need != arrangement.need) or "—"


def two_lines(first: str, second: str) -> str:
    return format_html('{}<div class="help">{}</div>', first, second)


@admin.display(description=gettext_lazy("what people need"))
def needs_in_numbers(edition: Edition) -> str:
    """Say how many need what, and of nobody who it is."""
    counts = answers.needs_counts(edition) if edition.pk else {}
    return " · ".join(f"{words}: {count}" for words, count in counts.items()) or "—"


@admin.display(description=gettext_lazy("what people agree to"))
def consents_in_numbers(edition: Edition) -> str:
    counts = answers.consent_counts(edition) if edition.pk else {}
    return " · ".join(f"{words}: {count}" for words, count in counts.items()) or "—"
