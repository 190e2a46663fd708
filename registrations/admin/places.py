"""Where in the administration a text or a setting of an edition is changed."""

from django.db.models import Model
from django.urls import reverse

from programme.models import Appearance, Document, Edition, Organisation, Person, SeatPool, Session

# Rows on the page of an edition, in the order in which its inlines show them.
ROWS: dict[type[Model], str] = {Session: "sessions", Appearance: "appearances", Document: "documents"}
SHARED: dict[type[Model], str] = {Person: "person", Organisation: "organisation"}
GROUPS = {"sessions", "appearances"}


def place_of(record: Model, field: str, edition: Edition) -> str:
    """Return the address of a field, or of the row that holds it; ``""`` for what no page of ours changes."""
    page = reverse("admin:programme_edition_change", args=[edition.pk])
    if isinstance(record, SeatPool):
        return f"{page}#seat_pools-group"
    if field in GROUPS:
        return f"{page}#{field}-group"
    if type(record) in ROWS:
        name = ROWS[type(record)]
        rows = sorted(getattr(edition, name).all(), key=lambda row: (row.position, row.pk))  # read already: no query
        return f"{page}#{name}-{rows.index(record)}"
    if type(record) in SHARED:
        return f"{reverse(f'admin:programme_{SHARED[type(record)]}_change', args=[record.pk])}#id_{field}"
    return f"{page}#id_{field}" if field else ""
