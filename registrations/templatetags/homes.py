"""The editions of who is asking, and what is overdue in them, on the first page of the administration."""

from typing import Any

from django import template
from django.db.models import Count, F, Prefetch
from django.template.context import Context
from django.utils import timezone
from django.utils.text import capfirst

from programme.admin.permissions import Role, editions_of, has_role
from programme.models import Edition, SeatPool
from registrations.admin.dashboard import SEEN_BY
from registrations.admin.words import seats_in_words
from registrations.models import Arrangement, Registration

register = template.Library()
SHOWN = 5


@register.simple_tag(takes_context=True)
def edition_homes(context: Context) -> list[dict[str, Any]]:
    """Return the latest editions with what matters now; the archived ones are in the list of editions."""
    pools = Prefetch("seat_pools", SeatPool.objects.of_modes().order_by("-mode", "id"), to_attr="pools_of_modes")
    editions = editions_of(context["request"], *SEEN_BY).exclude(status=Edition.Status.ARCHIVED)
    latest = list(editions.order_by("-starts_at", "-id").prefetch_related(pools)[:SHOWN])
    requested = Registration.objects.filter(edition__in=latest, status=Registration.Status.REQUESTED).order_by()
    requests = dict(requested.values_list("edition").annotate(Count("pk")))
    return [
        {
            "edition": edition,
            "seats": [(capfirst(pool.get_mode_display()), seats_in_words(pool)) for pool in edition.pools_of_modes],
            "requested": requests.get(edition.pk, 0),
        }
        for edition in latest
    ]


@register.simple_tag(takes_context=True)
def overdue_needs(context: Context) -> list[dict[str, Any]]:
    """Return how many needs should have been seen to, edition by edition, for those alone who may read them."""
    if not has_role(context["request"], Role.NEEDS):
        return []
    overdue = Arrangement.objects.overdue(timezone.localdate())
    ours = overdue.filter(needs__registration__edition__in=editions_of(context["request"], Role.NEEDS))
    counted = ours.values(edition=F("needs__registration__edition__slug")).annotate(count=Count("pk"))
    return [dict(row) for row in counted.order_by("edition")]
