"""Everything that is public, as lists for programs: a draft and what appears in drafts alone are not there."""

from django.db.models import Prefetch, QuerySet

from programme.models import Appearance, Edition, Logo, Organisation, Partnership, Person, SeatPool
from programme.models.editions import EditionQuerySet


def public_editions() -> EditionQuerySet:
    editions: EditionQuerySet = Edition.objects.public()
    return editions.prefetch_related(Prefetch("seat_pools", SeatPool.objects.of_modes()))


def public_people() -> QuerySet[Person]:
    return Person.objects.filter(appearances__edition__in=Edition.objects.public()).distinct()


def with_public_appearances(people: QuerySet[Person]) -> QuerySet[Person]:
    """Read what people did along with them, the latest edition first."""
    appearances = (
        Appearance.objects.filter(edition__in=Edition.objects.public())
        .select_related("edition", "session", "person")
        .order_by("-edition__starts_at", "edition_id", "session__position", "id")
    )
    return people.prefetch_related(Prefetch("appearances", appearances))


def public_organisations() -> QuerySet[Organisation]:
    public = Edition.objects.public()
    partnerships = Partnership.objects.filter(edition__in=public).select_related("edition")
    return (
        Organisation.objects.filter(partnerships__edition__in=public)
        .distinct()
        .prefetch_related(
            Prefetch("partnerships", partnerships.order_by("-edition__starts_at", "id")),
            Prefetch("logos", Logo.objects.without_content()),
        )
    )
