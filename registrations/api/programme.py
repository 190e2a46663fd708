"""What everybody may read."""

from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router

from programme import models
from programme.services import directory, pages
from registrations.api import programme_schemas as schemas
from registrations.api.paging import Asked, AskedForPage, Page, Rows, read_page

router = Router(tags=["programme"])


class AskedForEditions(AskedForPage):
    when: Literal["upcoming", "past"] | None = Field(None, description="Only those to come, or those of the past.")


@router.get("/editions", response=Page[schemas.EditionLine])
def list_editions(request: HttpRequest, asked: Query[AskedForEditions]) -> Rows[models.Edition]:
    """List the editions, with their state and the seats that are left."""
    editions, at = directory.public_editions(), timezone.now()
    if asked.when is not None:
        editions = editions.upcoming(at) if asked.when == "upcoming" else editions.past(at)
    return read_page(editions, name="editions", by=["id"], asked=asked)


@router.get("/editions/{slug:edition}", response=schemas.Edition)
def read_edition(request: HttpRequest, edition: str, asked: Query[Asked]) -> models.Edition:
    return _edition(edition)


@router.get("/editions/{slug:edition}/sessions", response=list[schemas.Session])
def list_sessions(request: HttpRequest, edition: str, asked: Query[Asked]) -> list[pages.ProgrammeEntry]:
    """Read the whole programme of an edition in its printed order, breaks included."""
    return pages.programme_of(_edition(edition))


@router.get("/editions/{slug:edition}/figures", response=list[schemas.Figure])
def list_figures(request: HttpRequest, edition: str, asked: Query[Asked]) -> list[models.Figure]:
    """Read the published numbers of an edition, each with its provenance."""
    return list(_edition(edition).figures.order_by("id"))


@router.get("/people", response=Page[schemas.PersonLine])
def list_people(request: HttpRequest, asked: Query[AskedForPage]) -> Rows[models.Person]:
    """List the people of the programmes."""
    return read_page(directory.public_people(), name="people", by=["id"], asked=asked)


@router.get("/people/{slug:slug}", response=schemas.Person)
def read_person(request: HttpRequest, slug: str, asked: Query[Asked]) -> models.Person:
    """Read somebody with everything they did."""
    return get_object_or_404(directory.with_public_appearances(directory.public_people()), slug=slug)


@router.get("/organisations", response=Page[schemas.Organisation])
def list_organisations(request: HttpRequest, asked: Query[AskedForPage]) -> Rows[models.Organisation]:
    """List the organizers, supporters and partners of the editions."""
    return read_page(directory.public_organisations(), name="organisations", by=["id"], asked=asked)


def _edition(slug: str) -> models.Edition:
    found: models.Edition = get_object_or_404(directory.public_editions(), slug=slug)
    return found
