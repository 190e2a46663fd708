"""Remove an edition with everything that belongs to it: a draft, or a rehearsal. What somebody registered for stays."""

from collections import defaultdict
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model, Q

from programme.models import Edition, KeptText
from registrations.models import Registration
from registrations.services import seats
from symposium.outbox.models import OutgoingMail

Rows = dict[type[Model], set[Any]]


class NotRemovable(Exception):
    """The edition was announced, or somebody registered for it once."""


def is_removable(edition: Edition) -> bool:
    return edition.status == Edition.Status.DRAFT and not edition.registrations.exists()


def remove_draft(edition: Edition) -> None:
    """Remove a draft for which nobody ever registered, in the caller's transaction.

    :raises NotRemovable: it is none.
    """
    seats.lock_pools(edition)  # as whoever publishes it does
    if not is_removable(Edition.objects.select_for_update().get(pk=edition.pk)):
        raise NotRemovable(edition.slug)
    remove_all(edition)


def remove_all(edition: Edition) -> int:
    """Remove an edition and whatever belongs to it, people included, and return how many rows that were.

    In the transaction of a caller who has locked it and knows what it is.
    """
    rows = everything_of(edition)
    texts = _texts_of(rows)
    _forget_what_names(rows)
    for model, keys in rows.items():
        # Not one by one with Django's own order: the foreign keys are judged at the end, by PostgreSQL.
        model._base_manager.filter(pk__in=keys)._raw_delete(connection.alias)  # noqa: SLF001
    KeptText.objects.filter(pk__in=texts, registrations__isnull=True, consents__isnull=True).delete()
    return sum(map(len, rows.values()))


def everything_of(edition: Edition) -> Rows:
    """Return the rows that mean nothing without the edition, and those that mean nothing without these."""
    rows: Rows = defaultdict(set)
    rows[Edition] = {edition.pk}
    waiting: list[tuple[type[Model], set[Any]]] = [(Edition, {edition.pk})]
    while waiting:
        model, keys = waiting.pop()
        for relation in model._meta.related_objects:  # noqa: SLF001  public in all but its name
            child: Any = relation.related_model
            found = child._base_manager.filter(**{f"{relation.field.name}__in": keys}).values_list("pk", flat=True)  # noqa: SLF001
            if new := set(found) - rows[child]:
                rows[child] |= new
                waiting.append((child, new))
    return rows


def _texts_of(rows: Rows) -> set[str]:
    """Return the notices and wordings that somebody was shown, who is removed now."""
    shown = KeptText.objects.filter(
        Q(registrations__in=rows[Registration]) | Q(consents__registration__in=rows[Registration])
    )
    return set(shown.values_list("pk", flat=True))


def _forget_what_names(rows: Rows) -> None:
    """Delete what names the rows without a foreign key: mails, by ``model:id``, and the history of the administration."""
    for model, keys in rows.items():
        written = [str(key) for key in keys]
        name = model._meta.model_name  # noqa: SLF001  public in all but its name
        OutgoingMail.objects.filter(about__in=[f"{name}:{key}" for key in written]).delete()
        of_model = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        of_model.filter(object_id__in=written).delete()
