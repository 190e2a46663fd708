"""The questions of editions, on pages of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from modeltranslation.admin import TabbedTranslationAdmin, TranslationTabularInline

from programme.admin.permissions import ByRole, NamedControls, Role, editions_of, has_role
from programme.models import Edition, Question, QuestionOption
from programme.services.dates import short_day
from registrations.admin.filters import EditionFilter
from registrations.services.privacy import IDENTIFIED_DAYS
from symposium.lib.typography import typeset

FEWEST_OPTIONS = 2


def is_answered(question: Question | None) -> bool:
    return question is not None and question.answers.exists()


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> dict[str, Any]:
        """Ask for a day on which there is something to delete: later, the registrations themselves have gone."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        edition, day = data.get("edition"), data.get("deletion_date")
        if edition is None and self.instance.pk:  # it is shown then, and not typed
            edition = self.instance.edition
        if edition is None or day is None or "deletion_date" not in self.changed_data:
            return data
        last = (edition.local_end + timedelta(days=IDENTIFIED_DAYS)).date()
        if not timezone.now().astimezone(edition.zone).date() < day <= last:
            words = _("Choose a day that is to come, and not after %(day)s: by then all registrations are anonymous.")
            self.add_error("deletion_date", words % {"day": short_day(last)})
        return data


class OptionFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if self.instance.is_of_choice and len(kept) < FEWEST_OPTIONS:
            raise ValidationError(_("A question with choices offers at least two answers."))
        if kept and not self.instance.is_of_choice:
            raise ValidationError(_("A question that is answered by a text offers no answers to choose from."))


class OptionInline(NamedControls[QuestionOption], TranslationTabularInline[QuestionOption, Question]):  # type: ignore[misc]  # two sorts of stubs
    model = QuestionOption
    formset = OptionFormSet
    max_num = 50
    fields = ("label", "position")
    ordering = ("position", "id")
    verbose_name_plural = gettext_lazy("answers offered, for one choice or several")

    def _may_change(self, request: HttpRequest, question: Question | None) -> bool:
        edition_id = question.edition_id if question else None
        return has_role(request, Role.ORGANIZER, edition_id=edition_id) and not is_answered(question)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request, Role.ORGANIZER, edition_id=obj.edition_id if obj else None)

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # an inline's has two
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)


class StageFilter(admin.ChoicesFieldListFilter):
    """Named by a noun: the field says « asked »."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("stage")


@admin.register(Question)
class QuestionAdmin(ByRole[Question], TabbedTranslationAdmin[Question]):
    form = QuestionForm
    inlines = (OptionInline,)
    named_by = "title"
    list_display = ("in_words", "edition", "stage", "kind", "is_switched_on", "deletion_date", "answers")
    list_filter = (EditionFilter, ("stage", StageFilter))
    list_select_related = ("edition",)
    ordering = ("-edition__starts_at", "-stage", "position", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).annotate(people=Count("answers__registration", distinct=True))

    def get_fieldsets(self, request: HttpRequest, obj: Question | None = None) -> Any:
        warning = (
            _(
                "Somebody has answered: only the order can be changed. The question can be switched off, and not deleted."
            )
            if is_answered(obj)
            else _(
                "Once somebody has answered, the question can be moved and switched off, no longer changed or deleted."
            )
        )
        return self._patch_fieldsets(
            [
                (
                    None,
                    {
                        "fields": ("edition", "stage", "title", "help_text", "kind", "is_required"),
                        "description": warning,
                    },
                ),
                (_("What for, and until when"), {"fields": ("purpose", "deletion_date")}),
                (_("On the form"), {"fields": ("position", "is_switched_on")}),
            ]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Question | None = None) -> Any:
        if obj is None:
            return ()
        if not is_answered(obj):
            return ("edition",)
        texts = [f"{name}_{code}" for name in ("title", "help_text", "purpose") for code in ("fr", "en")]
        return ("edition", "stage", "kind", "is_required", "deletion_date", *texts)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # as Django has it
        # The edition: it is the only foreign key of the form.
        editions = editions_of(request, Role.ORGANIZER).order_by("-starts_at", "id")
        return super().formfield_for_foreignkey(db_field, request, **{**kwargs, "queryset": editions})

    # Both wait for those who are answering the question, whose answers then close it.

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):  # type: ignore[no-untyped-def]  # as Django has it
        with _locked(request, object_id):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):  # type: ignore[no-untyped-def]  # as Django has it
        with _locked(request, object_id):
            return super().delete_view(request, object_id, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        # None asks for the bulk deletion, which would take answered questions along.
        return obj is not None and super().has_delete_permission(request, obj) and not is_answered(obj)

    @admin.display(description=gettext_lazy("question"), ordering="title")
    def in_words(self, question: Question) -> str:
        return typeset(question.title, str(get_language()))

    @admin.display(description=gettext_lazy("answered by"), ordering="people")
    def answers(self, question: Question) -> int:
        people: int = question.people  # type: ignore[attr-defined]  # annotated
        return people


@contextmanager
def _locked(request: HttpRequest, object_id: str | None) -> Iterator[None]:
    """Lock the question that a form is about, if it is one, while it is saved."""
    with transaction.atomic():
        if request.method == "POST" and object_id and object_id.isdecimal():
            Question.objects.select_for_update().filter(pk=object_id).first()
        yield


@admin.display(description=gettext_lazy("questions"))
def questions_in_words(edition: Edition) -> str:
    """Lead to the questions of an edition from its page."""
    if edition.pk is None:
        return "—"
    count = edition.questions.count()
    words = ngettext("%(count)s question", "%(count)s questions", count) % {"count": count}
    address = reverse("admin:programme_question_changelist", query={"edition": edition.slug})
    return format_html('<a href="{}">{}</a>', address, words)
