"""Editions, with everything that belongs to them.

Capacity and status move people and write to them. The services that do so own their transaction, so they run once the
form's own is committed.
"""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TabbedTranslationAdmin

from programme.admin.permissions import ByRole, actor_of, member_of
from programme.models import RESERVED, AttendanceMode, Edition, SeatPool, Session, StaffRole
from programme.models.validators import is_time_zone
from programme.services.completeness import TEXTS
from programme.services.dates import edition_day
from registrations.admin.access_codes import AccessCodeInline
from registrations.admin.ask_questions import ask_page
from registrations.admin.dashboard import dashboard_link, dashboard_page
from registrations.admin.edition_form import EditionForm
from registrations.admin.edition_warnings import messages_paused, sessions_left_behind
from registrations.admin.export_page import export_page
from registrations.admin.import_people import import_people_page
from registrations.admin.import_programme import import_programme_page
from registrations.admin.inlines import (
    AppearanceInline,
    DocumentInline,
    FigureInline,
    PartnershipInline,
    SeatPoolInline,
    SessionInline,
    StaffRoleInline,
)
from registrations.admin.moments import MOMENTS_BY_THE_LOCAL_CLOCK
from registrations.admin.move_online import may_be_moved, move_online_page
from registrations.admin.needs import consents_in_numbers, needs_in_numbers
from registrations.admin.next_edition import next_edition_page
from registrations.admin.programme_page import programme_page
from registrations.admin.questions import questions_in_words
from registrations.admin.readiness import language_texts, publish_page, texts_in_words
from registrations.admin.rehearsal import rehearse_page, remove_rehearsal_page
from registrations.admin.report import report_page
from registrations.admin.words import TOO_MANY_FOR_THE_ROOM, seats_in_words
from registrations.services import removal
from registrations.services.dates import FIELDS, Dates
from registrations.services.editions import CALLED_OFF, Limits, RoomTooSmall, open_pools, set_limits, set_status
from symposium.trail.writing import Kind, entry, write

PLACES = {f"{field}_{language}" for field in ("venue", "address", "city") for language in ("fr", "en")}
SESSION_MOVES = {"starts_at", "ends_at", "room_fr", "room_en"}


@admin.register(Edition)
class EditionAdmin(ByRole[Edition], TabbedTranslationAdmin[Edition]):
    edition_path = "pk"
    form = EditionForm
    formfield_overrides = MOMENTS_BY_THE_LOCAL_CLOCK
    named_by = "slug"
    list_display = ("slug", "title", dashboard_link, "day", "status", "seats", "texts")
    list_filter = ("status",)
    search_fields = ("slug", "title_fr", "title_en", "city_fr", "city_en")
    search_help_text = _("Title, city or short name.")
    ordering = ("-starts_at", "id")
    save_on_top = True
    readonly_fields = (questions_in_words, needs_in_numbers, consents_in_numbers)  # type: ignore[assignment]  # functions will do

    def edition_id_of(self, thing: Edition) -> int:
        return thing.pk

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        of_modes = SeatPool.objects.of_modes().order_by("-mode", "id")
        return (
            super().get_queryset(request).prefetch_related(Prefetch("seat_pools", of_modes, to_attr="pools_of_modes"))
        )

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        prefetch_related_objects(list(changelist.result_list), *TEXTS)  # what its last column counts
        return changelist

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Only a superuser deletes, and only a draft without registrations: what was announced is cancelled or archived."""
        user = member_of(request)
        return user is not None and user.is_superuser and obj is not None and removal.is_removable(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Count what goes with it; whether it may go is said of the edition, and of nothing that belongs to it alone."""
        rows = [everything for edition in objs for everything in removal.everything_of(edition).items()]
        counts = {capfirst(model._meta.verbose_name_plural): len(keys) for model, keys in rows if keys}  # noqa: SLF001
        return [str(edition) for edition in objs], counts, set(), []

    def delete_model(self, request: HttpRequest, obj: Edition) -> None:
        try:
            removal.remove_draft(obj)
        except removal.NotRemovable as error:  # published since it was looked at
            raise PermissionDenied from error

    # The list

    @admin.display(description=_("date"), ordering="starts_at")
    def day(self, edition: Edition) -> str:
        return edition_day(edition)

    @admin.display(description=_("seats taken / offered"))
    def seats(self, edition: Edition) -> str:
        pools: list[SeatPool] = edition.pools_of_modes  # type: ignore[attr-defined]  # prefetched for the list
        return " · ".join(
            _("%(mode)s: %(seats)s") % {"mode": pool.get_mode_display(), "seats": seats_in_words(pool)}
            for pool in pools
        )

    @admin.display(description=_("texts in both languages"))
    def texts(self, edition: Edition) -> str:
        return texts_in_words(edition)

    # The form

    def get_inlines(self, request: HttpRequest, obj: Edition | None) -> list[Any]:
        if obj is None:
            return [SessionInline]
        inlines: list[Any] = [SeatPoolInline, AccessCodeInline, SessionInline, AppearanceInline, PartnershipInline]
        inlines += [DocumentInline, FigureInline]
        user = member_of(request)
        return [*inlines, StaffRoleInline] if user is not None and user.is_superuser else inlines

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        zone = obj.time_zone if obj else "Europe/Paris"
        clock = _("All times on this page are those of the clock of the edition: %(zone)s.") % {"zone": zone}
        state: list[tuple[Any, Any]] = []
        if obj is not None:
            state = [
                (
                    _("Status"),
                    {
                        "fields": ("status", "writes_to_people"),
                        "description": _(
                            "A draft is seen by nobody. Postponing or cancelling keeps all registrations and writes "
                            "once to everybody who has a place or waits. So does a new date: another day, or a "
                            "beginning that moves by a quarter of an hour or more. Smaller corrections and a new end "
                            "only reach calendars. A postponed edition is written about once it is published again."
                        ),
                    },
                )
            ]
        return self._patch_fieldsets([*self._first_fieldsets(clock), *state, *self._last_fieldsets()])

    def _first_fieldsets(self, clock: str) -> list[tuple[Any, Any]]:
        return [
            (None, {"fields": ("title", "lead", ("slug", "ordinal"))}),
            (
                _("When"),
                {"fields": ("starts_at", "ends_at", "date_precision", "time_zone"), "description": clock},
            ),
            (_("Where and how"), {"fields": ("attendance_modes", "venue", "address", "city", "access_information")}),
            (
                _("Registration"),
                {
                    "fields": (
                        "registration_opens_at",
                        "registration_closes_at",
                        "seats_given_until",
                        "confirms_email",
                        "requires_approval",
                        "requires_code",
                        "largest_group",
                    ),
                    "description": _("Registration needs a published edition and the moment at which it opens."),
                },
            ),
        ]

    def _last_fieldsets(self) -> list[tuple[Any, Any]]:
        return [
            (
                _("What the form asks beside"),
                {
                    "fields": (
                        questions_in_words,
                        "asks_needs",
                        needs_in_numbers,
                        "asks_newsletter",
                        "asks_photos",
                        "asks_attendee_list",
                        consents_in_numbers,
                    ),
                    "description": _(
                        "Nothing, unless you choose it. Whoever registers may leave all of it out, but for questions that "
                        "have to be answered."
                    ),
                    "classes": ("collapse",),
                },
            ),
            (
                _("People online"),
                {
                    "fields": ("joining_url", "joining_instructions"),
                    "description": _("Seen only by people whose place online is confirmed."),
                    "classes": ("collapse",),
                },
            ),
            (
                _("Letters of invitation for a visa"),
                {
                    "fields": ("offers_visa_letters", "signatory_name", "signatory_function", "organizer_address"),
                    "description": _("Printed on the letter, in French and in English, with the organizers' names."),
                    "classes": ("collapse",),
                },
            ),
            (
                _("Are they still coming?"),
                {
                    "fields": ("coming_question", "coming_question_days", "silence_ends_at"),
                    "description": _(
                        "Whoever is confirmed on site is asked by mail and answers on a page, with one of two buttons; those on "
                        "reserved seats are not. A freed seat goes to the next person on the list. Nobody loses a seat whom the "
                        "mail did not reach, or who has come in already."
                    ),
                    "classes": ("collapse",),
                },
            ),
            (
                _("Survey"),
                {
                    "fields": ("survey_url", "survey_days"),
                    "description": _("One mail to each, with the link to get no more of the kind."),
                    "classes": ("collapse",),
                },
            ),
            (
                _("Letters and look"),
                {
                    "fields": ("contact_email", "reminder_days", "accent_light", "accent_dark"),
                    "classes": ("collapse",),
                },
            ),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and read the page by the edition's clock; rendered here, where that clock still counts."""
        edition = self.get_object(request, object_id) if object_id else None
        extra_context = {
            **(extra_context or {}),
            "may_be_moved_online": edition and may_be_moved(edition),
            "has_questions": edition and edition.questions.exists(),
            "texts_of_edition": edition and partial(language_texts, edition),
        }
        with timezone.override(self._zone(request, edition)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if isinstance(response, TemplateResponse) else response

    def get_urls(self) -> list[URLPattern]:
        pages: tuple[tuple[str, Any], ...] = (
            ("dashboard", dashboard_page),
            ("report", report_page),
            ("publish", publish_page),
            ("prepare-next", next_edition_page),
            ("import-people", import_people_page),
            ("move-online", move_online_page),
            ("programme", programme_page),
            ("ask-questions", ask_page),
            ("import-programme", import_programme_page),
            ("rehearse", rehearse_page),
            ("remove-rehearsal", remove_rehearsal_page),
            ("export", export_page),
        )
        return [
            *(
                path(
                    f"<int:object_id>/{word}/",
                    self.admin_site.admin_view(partial(page, self)),
                    name=f"programme_edition_{word.replace('-', '_')}",
                )
                for word, page in pages
            ),
            *super().get_urls(),
        ]

    def _zone(self, request: HttpRequest, edition: Edition | None) -> ZoneInfo:
        """Return the zone that is typed in the form, else the edition's, else that of Paris."""
        typed = request.POST.get("time_zone", "")
        if is_time_zone(typed):
            return ZoneInfo(typed)
        return edition.zone if edition else ZoneInfo("Europe/Paris")

    # Saving

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        if not change:
            super().save_model(request, obj, form, change)
            self.welcome_creator(request, obj)
            return
        if self._is_to_be_published(request, form.initial["status"]):
            # The page that follows asks first, knowing what is saved now.
            obj.status = Edition.Status.DRAFT
            form.changed_data.remove("status")
        changed = set(form.changed_data) - {"attendance_modes", "writes_to_people", "status", *FIELDS}
        if {"status", *FIELDS} & set(form.changed_data):
            transaction.on_commit(partial(self._set_status, request, obj.pk, obj.status, Dates.of(obj)))
        if "time_zone" in form.changed_data:
            obj.sessions.update(calendar_sequence=F("calendar_sequence") + 1)
        if not changed:
            return
        if changed & PLACES:  # so that calendars that subscribed take the new place
            obj.calendar_sequence += 1
            changed.add("calendar_sequence")
            obj.sessions.update(calendar_sequence=F("calendar_sequence") + 1)
        obj.save(update_fields=_columns(changed | {"updated_at"}))

    def _is_to_be_published(self, request: HttpRequest, status: str) -> bool:
        return status == Edition.Status.DRAFT and request.POST.get("status") == Edition.Status.PUBLISHED

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        response = super().response_change(request, obj)
        if self._is_to_be_published(request, obj.status):
            return HttpResponseRedirect(reverse("admin:programme_edition_publish", args=[obj.pk]))
        return response

    def welcome_creator(self, request: HttpRequest, edition: Edition) -> None:
        """Let whoever creates an edition go on with it; they could not see it otherwise."""
        user = member_of(request)
        if user is not None and not user.is_superuser:
            role = StaffRole.objects.create(user=user, edition=edition, role=StaffRole.Role.ORGANIZER)
            write(entry(kind=Kind.ADDED, by=user, at=timezone.now(), record=role, edition_id=edition.pk))

    def _set_status(self, request: HttpRequest, pk: int, status: str, dates: Dates) -> None:
        edition = Edition.objects.get(pk=pk)
        set_status(edition=edition, status=status, dates=dates, by=actor_of(request), at=timezone.now())
        if status in CALLED_OFF:
            self._warn(request, messages_paused(edition))

    def _warn(self, request: HttpRequest, words: str) -> None:
        if words:
            self.message_user(request, words, messages.WARNING)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        if formset.model is SeatPool:
            _hand_over_limits(request, formset)
            return
        super().save_formset(request, form, formset, change)
        if formset.model is Session:
            for session, fields in formset.changed_objects:
                if SESSION_MOVES & set(fields):
                    session.calendar_sequence += 1
                    session.save(update_fields=["calendar_sequence"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        super().save_related(request, form, formsets, change)
        edition: Edition = form.instance
        withdrawn = form.modes_withdrawn | ({RESERVED} if AttendanceMode.ONSITE in form.modes_withdrawn else set())
        edition.seat_pools.filter(mode__in=withdrawn).delete()
        open_pools(edition=edition, modes=tuple(AttendanceMode(m) for m in form.cleaned_data["attendance_modes"]))
        if change and set(FIELDS) & set(form.changed_data):
            self._warn(request, sessions_left_behind(edition))

    def response_add(self, request: HttpRequest, obj: Edition, post_url_continue: str | None = None) -> HttpResponse:
        """Go on to the edition's own page: its seats and people come next."""
        super().response_add(request, obj, post_url_continue)  # for its message
        return HttpResponseRedirect(reverse("admin:programme_edition_change", args=[obj.pk]))


def _columns(names: set[str]) -> list[str]:
    """Return the columns to write: a text in French or English is written to the column behind both, too."""
    return sorted(names | {name.rpartition("_")[0] for name in names if name.endswith(("_fr", "_en"))})


def _hand_over_limits(request: HttpRequest, formset: Any) -> None:
    formset.new_objects, formset.deleted_objects = [], []
    changed = [form for form in formset.forms if form.has_changed()]
    formset.changed_objects = [(form.instance, form.changed_data) for form in changed]
    limits = {
        form.instance.pk: Limits(form.cleaned_data["capacity"], form.cleaned_data["safety_limit"]) for form in changed
    }
    if limits:
        transaction.on_commit(partial(_set_limits, request, formset.instance.pk, limits))


def _set_limits(request: HttpRequest, edition_pk: int, limits: dict[int, Limits]) -> None:
    try:
        set_limits(edition=Edition.objects.get(pk=edition_pk), limits=limits, at=timezone.now())
    except RoomTooSmall:  # the form has looked, and another organizer changed the other seats meanwhile
        messages.error(request, str(TOO_MANY_FOR_THE_ROOM))
