"""The list of registrations, and the way to each of them."""

from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from programme.admin.large_lists import LargeList
from programme.admin.permissions import ByRole, Role
from registrations.admin import actions, export, group_actions, pages, reserved_actions
from registrations.admin.export_page import choose_edition_page
from registrations.admin.filters import (
    AddressFilter,
    AnswersFilter,
    ComingFilter,
    EditionFilter,
    GroupFilter,
    PresenceFilter,
    SessionFilter,
)
from registrations.admin.merge import merge_registrations
from registrations.models import Attendee, CheckIn, Claim, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services.ranks import ranks_of
from symposium.lib import countries

DECISIONS = (*actions.DECISIONS, group_actions.SPLIT, reserved_actions.RESERVE, reserved_actions.RELEASE)


class RegistrationList(LargeList):
    """Looks up ranks and presences for the rows of the page alone: over a large edition they would cost the most."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        present = set(CheckIn.objects.entries().filter(registration__in=rows).values_list("registration", flat=True))
        seats = {row.pk: claim for row in rows for claim in row.claims.all() if claim.pool.session_id is None}
        ranks = ranks_of(seats.values())
        for row in rows:
            row.rank = ranks.get(seats[row.pk].pk) if row.pk in seats else None
            row.is_present = row.pk in present


def attendee_of(registration: Registration) -> Attendee | None:
    """Return the person, if they were not erased."""
    return getattr(registration, "attendee", None)


@admin.register(Registration)
class RegistrationAdmin(ByRole[Registration]):
    named_by = "reference"
    seen_by = (Role.ORGANIZER, Role.EXPORTER)
    list_display = (
        "name",
        "email",
        "edition",
        "status",
        "mode",
        "seat",
        "present",
        "profile",
        "country_name",
        "created_at",
        "reference",
    )
    list_filter = (
        EditionFilter,
        "status",
        "mode",
        SessionFilter,
        PresenceFilter,
        ComingFilter,
        AnswersFilter,
        AddressFilter,
        GroupFilter,
        "profile",
        "language",
        "created_at",
    )
    # The search itself is get_search_results: this only shows its box.
    search_fields = ("reference",)
    search_help_text = gettext_lazy("Name, e-mail, affiliation or reference; accents and capitals do not matter.")
    ordering = ("-created_at", "id")
    list_per_page = 50
    list_max_show_all = 200
    actions = (
        *map(actions.action_of, DECISIONS),
        merge_registrations,
        export.export_attendance,
        export.export_consents,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        claims = Claim.objects.select_related("pool__session").order_by("pk")
        registrations = super().get_queryset(request).select_related("edition", "attendee")
        return registrations.prefetch_related(Prefetch("claims", claims))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LargeList]:
        return RegistrationList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return cast(RegistrationQuerySet, queryset).matching(search_term), False

    # Who may what: an exporter lists and exports, and opens nothing.

    def has_view_permission(self, request: HttpRequest, obj: Registration | None = None) -> bool:
        return self._has(request, self.seen_by if obj is None else self.changed_by, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Registration | None = None) -> bool:
        """Nobody: a registration is cancelled, and a person is erased by a command that keeps the counts."""
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self._has(request, self.changed_by, None)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._has(request, self.seen_by, None)

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return ("name",) if self.has_decide_permission(request) else None

    # The columns

    @admin.display(description=gettext_lazy("name"), ordering="attendee__family_name")
    def name(self, registration: Registration) -> str:
        attendee = attendee_of(registration)
        return attendee.name if attendee else _("(erased)")

    @admin.display(description=gettext_lazy("e-mail"), ordering="attendee__email_normalised")
    def email(self, registration: Registration) -> str:
        attendee = attendee_of(registration)
        return attendee.email if attendee else ""

    @admin.display(description=gettext_lazy("seat"))
    def seat(self, registration: Registration) -> str:
        claims = list(registration.claims.all())
        sessions = [claim for claim in claims if claim.pool.session_id is not None]
        rank: int | None = registration.rank  # type: ignore[attr-defined]  # annotated for the list
        words = [_("no. %(rank)s on the list") % {"rank": rank}] if rank else []
        seat = next((claim for claim in claims if claim.pool.session_id is None), None)
        if seat is not None and seat.is_held:
            words.append(_("reserved") if seat.pool.is_reserved else _("held"))
        if seat is not None and seat.group_id is not None:
            words.append(_("in a group"))
        if sessions:
            held = sum(claim.is_held for claim in sessions)
            counted = ngettext("%(held)s of %(count)s session", "%(held)s of %(count)s sessions", len(sessions))
            words.append(counted % {"held": held, "count": len(sessions)})
        return ", ".join(words) or "—"

    @admin.display(description=gettext_lazy("presence"))
    def present(self, registration: Registration) -> str:
        # In words: a column of red crosses before the day would tell nothing and look like an alarm.
        return _("present") if registration.is_present else "—"  # type: ignore[attr-defined]  # annotated for the list

    @admin.display(description=gettext_lazy("country"), ordering="country")
    def country_name(self, registration: Registration) -> str:
        return countries.names(str(get_language())).get(registration.country, registration.country)

    # The pages

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(choose_edition_page, self))
        return [path("export/", page, name="registrations_registration_export"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return pages.add_page(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return pages.change_page(self, request, object_id)
