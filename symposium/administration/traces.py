"""The administration leaves a trace of whatever it changes; a new part of it does so from its first day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone, translation

from symposium.accounts.models import User
from symposium.trail.models import TrailEntry
from symposium.trail.writing import Kind, entry, write

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Trace:
    """What happened to one record, and which of its fields were touched."""

    kind: Kind
    record: Model
    fields: tuple[str, ...] = ()
    record_id: str = ""  # of a record that has lost it


class Message(list[Any]):
    """What Django writes into a record's history; beside it, by ids and names of fields, what the trail is told."""

    def __init__(self, words: Iterable[Any], traces: Iterable[Trace]) -> None:
        super().__init__(words)
        self.traces = tuple(traces)


def changed(record: Model, *fields: str) -> list[dict[str, Any]]:
    """Tell Django's history by labels, as its own forms do: untranslated, since it is read in either language."""
    with translation.override(None):
        labels = {field.name: str(field.verbose_name) for field in record._meta.fields}  # noqa: SLF001
    return [{"changed": {"fields": [labels.get(field, field) for field in fields]}}]


class LeavesTraces(admin.ModelAdmin[M]):
    def edition_of_trace(self, record: Model) -> int | None:
        """Return the edition by whose organizers the trace may be read, if there is one."""
        return getattr(record, "edition_id", None)

    def traces(self, form: Any, formsets: Any, *, add: bool) -> Iterator[Trace]:
        """Tell what a form that was saved has done, the rows below it included."""
        if add:
            yield Trace(Kind.ADDED, form.instance)
        elif form.changed_data:
            yield Trace(Kind.CHANGED, form.instance, tuple(form.changed_data))
        for formset in formsets or ():
            yield from _traces_of_rows(formset)

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: bool = False,  # noqa: FBT001, FBT002  as Django has it
    ) -> Message:
        words = super().construct_change_message(request, form, formsets, add)
        return Message(words, self.traces(form, formsets, add=add))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._leave(request, getattr(message, "traces", (Trace(Kind.ADDED, obj),)))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._leave(request, message.traces)
        return super().log_change(request, obj, message)

    def log_fields(self, request: HttpRequest, record: Model, *fields: str) -> None:
        """Write what an action of ours has changed into the history and the trail."""
        self.log_change(request, record, Message(changed(record, *fields), [Trace(Kind.CHANGED, record, fields)]))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        self._leave(request, [Trace(Kind.DELETED, record) for record in queryset])
        return super().log_deletions(request, queryset)

    def _leave(self, request: HttpRequest, traces: Iterable[Trace]) -> None:
        assert isinstance(request.user, User)  # noqa: S101  nobody else changes anything here
        write(*(self._entry(request.user, trace) for trace in traces))

    def _entry(self, user: User, trace: Trace) -> TrailEntry:
        return entry(
            kind=trace.kind,
            by=user,
            at=timezone.now(),
            record=trace.record,
            record_id=trace.record_id,
            edition_id=self.edition_of_trace(trace.record),
            fields=trace.fields,
        )


def _traces_of_rows(formset: Any) -> Iterator[Trace]:
    for record in formset.new_objects:
        yield Trace(Kind.ADDED, record)
    for record, fields in formset.changed_objects:
        yield Trace(Kind.CHANGED, record, tuple(fields))
    # A row that is deleted has lost its id; its form still knows it.
    for form in formset.deleted_forms if formset.deleted_objects else ():
        yield Trace(Kind.DELETED, form.instance, record_id=str(form[formset.model._meta.pk.name].value()))  # noqa: SLF001
