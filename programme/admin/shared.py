"""People and organisations belong to no edition: the same ones come back."""

from collections.abc import Iterable
from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest

from programme.admin.permissions import ByRole, Role, editions_of, has_role, member_of
from programme.models import Appearance, Partnership
from symposium.administration.plain import M


class SharedByEditions(ByRole[M]):
    """Every organizer finds them, since all are public; only those of one's own editions, or of none, are changed."""

    appears_by: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        queryset = super(ByRole, self).get_queryset(request)  # not those of ByRole, which narrows to an edition
        return queryset if has_role(request, *self.seen_by) else queryset.none()

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return has_role(request, *self.seen_by)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        user = member_of(request)
        may_change_some = has_role(request, *self.changed_by)
        if obj is None or user is None or user.is_superuser:
            return may_change_some
        uses = getattr(obj, self.appears_by)
        is_ours = not uses.exists() or uses.filter(edition__in=editions_of(request, Role.ORGANIZER)).exists()
        return may_change_some and is_ours

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Whoever appears somewhere stays; the database says so, too."""
        return has_role(request, *self.changed_by) and (obj is None or not getattr(obj, self.appears_by).exists())


def edition_slugs(uses: Iterable[Appearance] | Iterable[Partnership]) -> str:
    return ", ".join(sorted({use.edition.slug for use in uses}, reverse=True))
