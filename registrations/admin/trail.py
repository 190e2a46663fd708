"""« The trail »: one list in which a data protection officer reads who did what to which record.

A superuser reads everything, an organizer what happened in their editions; nobody changes anything.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programme.admin.permissions import Role, actor_of, editions_of, has_role, member_of
from programme.models import StaffRole
from registrations.admin.filters import EditionFilter
from registrations.admin.processing import record_file, record_page
from registrations.exports.csv_files import content_disposition
from registrations.exports.trail import trail_file
from registrations.models import Decision, Export, Registration
from registrations.services.trail_lookups import EDITION, REGISTRATION, Lookups, look_up
from symposium.accounts.models import User
from symposium.administration.plain import PlainTitles
from symposium.trail.models import TrailEntry
from symposium.trail.writing import ACCOUNT, entry, write

DETAILS = {
    **dict(Decision.Action.choices),
    **dict(StaffRole.Role.choices),
    **dict(Export.Profile.choices),
    **dict(Export.Content.choices),
    "change_granted": _("request for a change granted"),
    "change_declined": _("request for a change declined"),
    "list": _("list of people"),
    "split": _("group split"),
    "rehearsal": _("rehearsal"),
    "visa_letter_issued": _("letter of invitation issued"),
    "visa_letter_declined": _("letter of invitation declined"),
    "questions": _("questions to people"),
    "silent": _("seat freed without an answer"),
}
COUNTS = {
    "rows": _("rows"),
    "mails": _("letters"),
    "unconfirmed": _("never confirmed"),
    "waiting": _("not admitted"),
    "identified": _("registrations made anonymous"),
    "needs": _("diet and access needs deleted"),
    "visa_letters": _("letters of invitation deleted"),
    "answers": _("answers to questions deleted"),
    "accounts": _("accounts of which no address was proved"),
    "forms": _("forms sent"),
    "replies": _("replies kept for the API"),
    "exports": _("files of exports deleted"),
    "trail": _("entries of the trail"),
    "webhooks": _("deliveries to webhooks"),
    "check_ins": _("check-ins carried over"),
    "sessions": _("sessions carried over"),
    "answers_carried": _("answers carried over"),
    "consents": _("consents carried over"),
    "visa_letters_carried": _("letters of invitation carried over"),
    "entered": _("people entered"),
    "entered_waiting": _("of whom on the waiting list"),
    "written_to": _("written to"),
    "people": _("people"),
}


class TrailList(ChangeList):
    """Looks up what the rows of the page are about, and of no others."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = with_lookups(self.result_list)


def with_lookups(entries: Iterable[Any]) -> Any:
    found = list(entries)
    lookups = look_up(found)
    for one in found:
        one.lookups = lookups
    return found


class ActorFilter(admin.SimpleListFilter):
    title = _("whoever did it")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        entries = model_admin.get_queryset(request)
        ids = list(entries.exclude(actor_id=None).order_by("actor_id").values_list("actor_id", flat=True).distinct())
        accounts = User.objects.in_bulk(ids)
        people = [(str(pk), account_words(accounts, pk)) for pk in ids]
        return [*people, *((value, words) for value, words in TrailEntry.Source.choices if value != "staff")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TrailEntry]) -> QuerySet[TrailEntry]:
        value = self.value()
        if not value:
            return queryset
        if value.isdecimal() and len(value) <= len("9223372036854775807") - 1:
            return queryset.filter(actor_id=int(value))
        return queryset.filter(source=value, actor_id=None)


class EditionOfTrailFilter(EditionFilter):
    edition_path = "edition_id"


class RecordFilter(admin.SimpleListFilter):
    title = _("sort of record")
    parameter_name = "record"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        types = model_admin.get_queryset(request).exclude(record_type="").order_by("record_type")
        return [(label, type_words(label)) for label in types.values_list("record_type", flat=True).distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TrailEntry]) -> QuerySet[TrailEntry]:
        return queryset.filter(record_type=self.value()) if self.value() else queryset


def type_words(label: str) -> str:
    """Return what a sort of record is called; one that the code no longer knows keeps its own name."""
    try:
        return str(capfirst(apps.get_model(label)._meta.verbose_name))  # noqa: SLF001  public in all but its name
    except LookupError:
        return label


def field_words(label: str, name: str) -> str:
    """Return what a field of a record is called; one that a form alone knows keeps its own name."""
    try:
        return str(apps.get_model(label)._meta.get_field(name).verbose_name)  # noqa: SLF001
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return name


def account_words(accounts: dict[int, User], pk: int) -> str:
    account = accounts.get(pk)
    return account.called if account else str(_("account %(number)s") % {"number": pk})


@admin.register(TrailEntry)
class TrailAdmin(PlainTitles[TrailEntry]):
    list_display = ("at", "who", "deed", "record", "edition", "details", "reason")
    list_filter = ("kind", ActorFilter, EditionOfTrailFilter, RecordFilter, "at")
    search_fields = ("record_id",)  # the search itself is get_search_results: this only shows its box
    search_help_text = _("Reference of a registration, or id of a record.")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("export_trail",)
    fields = ("at", "who", "deed", "record", "record_id", "edition", "details", "reason")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("record/", wrap(partial(record_page, model_admin=self)), name="trail_trailentry_record"),
            path("record.json", wrap(partial(record_file, model_admin=self)), name="trail_trailentry_record_json"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"reads_everything": self.reads_everything(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TrailList

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrailEntry]:
        everything = super().get_queryset(request)
        if self.reads_everything(request):
            return everything
        return everything.filter(edition_id__in=editions_of(request, Role.ORGANIZER).values("pk"))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> TrailEntry | None:
        found = super().get_object(request, object_id, from_field)
        return found and with_lookups([found])[0]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        keys = Registration.objects.filter(reference__iexact=term).values_list("pk", flat=True)
        return queryset.filter(record_id__in=[term, *map(str, keys)]), False

    # Who may what

    def reads_everything(self, request: HttpRequest) -> bool:
        user = member_of(request)
        return user is not None and user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request, Role.ORGANIZER)

    def has_view_permission(self, request: HttpRequest, obj: TrailEntry | None = None) -> bool:
        if obj is None or self.reads_everything(request):
            return has_role(request, Role.ORGANIZER)
        return obj.edition_id is not None and has_role(request, Role.ORGANIZER, edition_id=obj.edition_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TrailEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TrailEntry | None = None) -> bool:
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.reads_everything(request)

    @admin.action(permissions=["export"], description=_("Export the selected entries"))
    def export_trail(self, request: HttpRequest, queryset: QuerySet[TrailEntry]) -> StreamingHttpResponse:
        user, at = actor_of(request), timezone.now()
        chosen = list(queryset.values_list("pk", flat=True))
        write(entry(kind=TrailEntry.Kind.EXPORTED, by=user, at=at, detail="trail", counts={"rows": len(chosen)}))
        response = StreamingHttpResponse(trail_file(TrailEntry.objects.filter(pk__in=chosen)), content_type="text/csv")
        response["Content-Disposition"] = content_disposition(f"trail_{at:%Y-%m-%dT%H%MZ}.csv")
        response["Cache-Control"] = "no-store"
        return response

    # The columns

    @admin.display(description=_("by"), ordering="actor_id")
    def who(self, one: TrailEntry) -> str:
        if one.actor_id is None:
            return one.get_source_display()
        return account_words(lookups_of(one).accounts, one.actor_id)

    @admin.display(description=_("what"), ordering="kind")
    def deed(self, one: TrailEntry) -> str:
        detail = DETAILS.get(one.detail, one.detail)
        return (
            _("%(kind)s: %(detail)s") % {"kind": one.get_kind_display(), "detail": detail}
            if detail
            else one.get_kind_display()
        )

    @admin.display(description=_("record"))
    def record(self, one: TrailEntry) -> str:
        lookups, name = lookups_of(one), one.record_id
        if one.record_type == REGISTRATION:
            name = lookups.references.get(one.record_id) or one.record_id
        elif one.record_type == EDITION:
            name = lookups.editions.get(int(one.record_id), one.record_id)
        elif one.record_type == ACCOUNT:
            name = account_words(lookups.accounts, int(one.record_id))
        return f"{type_words(one.record_type)} {name}" if one.record_type else "—"

    @admin.display(description=_("edition"), ordering="edition_id")
    def edition(self, one: TrailEntry) -> str:
        return "—" if one.edition_id is None else lookups_of(one).editions.get(one.edition_id, str(one.edition_id))

    @admin.display(description=_("fields and numbers"))
    def details(self, one: TrailEntry) -> str:
        fields = [field_words(one.record_type, name) for name in one.fields]
        return ", ".join([*fields, *self.words_of(one.counts)]) or "—"

    def words_of(self, counts: dict[str, int]) -> list[str]:
        return [
            str(_("%(what)s: %(count)s") % {"count": count, "what": COUNTS.get(name, name)})
            for name in dict.fromkeys([*COUNTS, *counts])  # PostgreSQL keeps them in an order of its own
            if (count := counts.get(name)) is not None
        ]

    @admin.display(description=_("reason"))
    def reason(self, one: TrailEntry) -> str:
        return lookups_of(one).reason(one) or "—"


def lookups_of(one: TrailEntry) -> Lookups:
    found: Lookups = one.lookups  # type: ignore[attr-defined]  # set for the page
    return found
