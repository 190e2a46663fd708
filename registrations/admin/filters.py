"""What the list of registrations can be narrowed by, beside its own columns."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.admin.permissions import Role, editions_of
from programme.models import Edition, Question, Session
from registrations.models import CheckIn, Claim, Message, Registration
from registrations.models.registrations import RegistrationQuerySet
from registrations.services import questions

SILENT = Message.Coming.SILENT.value


class EditionFilter(admin.SimpleListFilter):
    title = _("edition")
    parameter_name = "edition"
    edition_path = "edition"
    roles: tuple[str, ...] = (Role.ORGANIZER, Role.EXPORTER)

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        editions = editions_of(request, *self.roles).order_by("-starts_at", "id")
        return [(slug, slug) for slug in editions.values_list("slug", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        # One value and no join, so that the index by edition and date gives the first page without sorting the rest.
        edition = Edition.objects.filter(slug=value).values("pk")[:1]
        return queryset.filter(**{self.edition_path: Subquery(edition)})


class EditionOfScanFilter(EditionFilter):
    edition_path = "registration__edition"


class SessionFilter(admin.SimpleListFilter):
    """Whoever has or waits for a seat in a session; offered once the edition is chosen."""

    title = _("session")
    parameter_name = "session"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        sessions = Session.objects.talks().filter(
            edition__in=editions_of(request, Role.ORGANIZER, Role.EXPORTER),
            edition__slug=request.GET.get(EditionFilter.parameter_name, ""),
        )
        return [(str(session.pk), session.title) for session in sessions.in_order()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        value = self.value()
        if not value:
            return queryset
        if not value.isdecimal() or len(value) > 18:
            raise IncorrectLookupParameters
        return queryset.filter(claims__pool__session=int(value))


class PresenceFilter(admin.SimpleListFilter):
    title = _("presence")
    parameter_name = "present"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("yes", _("present")), ("no", _("not present"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        if self.value() not in {"yes", "no"}:
            return queryset
        entries = Exists(CheckIn.objects.entries().filter(registration=OuterRef("pk")))
        return queryset.filter(entries if self.value() == "yes" else ~entries)


class AddressFilter(admin.SimpleListFilter):
    """Those whom no mail reaches."""

    title = _("address")
    parameter_name = "address"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("undeliverable", _("undeliverable"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        return queryset.filter(attendee__undeliverable_at__isnull=False) if self.value() else queryset


class ComingFilter(admin.SimpleListFilter):
    """What people on site answered when they were asked whether they are still coming."""

    title = _("still coming")
    parameter_name = "coming"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [*Registration.Coming.choices, (SILENT, Message.Coming.SILENT.label)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        if self.value() == SILENT:
            return cast(RegistrationQuerySet, queryset).unanswered()
        return queryset.filter(coming_answer=self.value()) if self.value() in Registration.Coming.values else queryset


class AnswersFilter(admin.SimpleListFilter):
    """Those whose answers to questions are awaited; offered once an edition that asks some is chosen."""

    title = _("answers")
    parameter_name = "answers"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        asking = Question.objects.filter(edition__in=_chosen_editions(request))
        return [("awaited", _("awaited"))] if asking.exists() else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        edition = _chosen_editions(request).first() if self.value() == "awaited" else None
        if edition is None:
            return queryset
        return queryset.filter(pk__in=questions.awaiting(edition, timezone.now()).values("pk"))


def _chosen_editions(request: HttpRequest) -> QuerySet[Edition]:
    """Return the edition that the list is narrowed to, if it is."""
    slug = request.GET.get(EditionFilter.parameter_name, "")
    return editions_of(request, *EditionFilter.roles).filter(slug=slug)


class GroupFilter(admin.SimpleListFilter):
    """Whoever came in a group or alone; the page of a registration leads to those of one group."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("yes", _("in a group")), ("no", _("alone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        value = self.value()
        if not value:
            return queryset
        in_groups = Claim.objects.filter(registration=OuterRef("pk"), group__isnull=False)
        if value in {"yes", "no"}:
            return queryset.filter(Exists(in_groups) if value == "yes" else ~Exists(in_groups))
        if not value.isdecimal() or len(value) > 18:
            raise IncorrectLookupParameters
        return queryset.filter(Exists(in_groups.filter(group=int(value))))
