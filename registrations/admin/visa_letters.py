"""Letters of invitation that people ask for, which organizers issue or decline."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext_lazy
from django.utils.translation import gettext as _

from programme.admin.permissions import ReadOnly, Role, actor_of
from registrations.admin.actions import AT_MOST, ask
from registrations.admin.filters import EditionFilter
from registrations.admin.forms import MESSAGE_LENGTH
from registrations.models import VisaLetter
from registrations.services import visa_letters
from symposium.accounts.models import User
from symposium.lib import countries

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Decide = Callable[[VisaLetter, User, datetime, dict[str, Any]], None]

ISSUED = ngettext_lazy("%(count)s letter is issued.", "%(count)s letters are issued.", "count")
DECLINED = ngettext_lazy("%(count)s letter is declined.", "%(count)s letters are declined.", "count")
LEFT_ALONE = ngettext_lazy(
    "%(count)s letter was left alone: it does not wait for a decision, or its person no longer comes.",
    "%(count)s letters were left alone: they do not wait for a decision, or their people no longer come.",
    "count",
)


class EditionOfLetterFilter(EditionFilter):
    edition_path = "registration__edition"
    roles = (Role.ORGANIZER,)


class DeclineForm(forms.Form):
    message = forms.CharField(
        label=gettext_lazy("Message to the people"),
        max_length=MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=gettext_lazy(
            "Shown in the letter and on the page of each person, as you write it: mind their language. "
            "Empty: the letter invites them to answer it and ask why."
        ),
    )


@admin.register(VisaLetter)
class VisaLetterAdmin(ReadOnly[VisaLetter]):
    edition_path = "registration__edition"
    named_by = "registration"
    list_display = ("passport_name", "nationality_in_words", "registration", "status", "asked_at", "issued_at", "by")
    list_filter = (EditionOfLetterFilter, "status")
    list_select_related = ("registration__edition", "registration__attendee", "decided_by")
    search_fields = ("registration__reference",)
    search_help_text = gettext_lazy("Reference of the registration.")
    ordering = ("-asked_at", "id")
    actions = ("issue_letters", "decline_letters")
    fields = (
        "passport_name",
        "nationality_in_words",
        "passport_number",
        "registration",
        "status",
        "asked_at",
        "issued_at",
        "by",
        "message",
    )

    def edition_id_of(self, thing: VisaLetter) -> int:
        return thing.registration.edition_id

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self._has(request, self.changed_by, None)

    @admin.action(permissions=["decide"], description=gettext_lazy("Issue…"))
    def issue_letters(self, request: HttpRequest, queryset: QuerySet[VisaLetter]) -> HttpResponse | None:
        def issue(letter: VisaLetter, by: User, at: datetime, data: dict[str, Any]) -> None:
            visa_letters.issue(letter=letter, by=by, at=at)

        return self._ask_and_decide(
            request,
            queryset,
            forms.Form,
            issue,
            ISSUED,
            title=_("Issue letters of invitation"),
            explanation=_("Each person gets a mail, and the letter on their page, signed as the edition says."),
            button=_("Issue"),
            action="issue_letters",
        )

    @admin.action(permissions=["decide"], description=gettext_lazy("Decline…"))
    def decline_letters(self, request: HttpRequest, queryset: QuerySet[VisaLetter]) -> HttpResponse | None:
        def decline(letter: VisaLetter, by: User, at: datetime, data: dict[str, Any]) -> None:
            visa_letters.decline(letter=letter, by=by, at=at, **data)

        return self._ask_and_decide(
            request,
            queryset,
            DeclineForm,
            decline,
            DECLINED,
            title=_("Decline letters of invitation"),
            explanation=_(
                "Each person gets a mail and keeps their place. Their nationality and passport number are deleted."
            ),
            button=_("Decline"),
            action="decline_letters",
        )

    def _ask_and_decide(
        self,
        request: HttpRequest,
        queryset: QuerySet[VisaLetter],
        form_class: type[forms.Form],
        decide: Decide,
        done: "_StrOrPromise",
        **page: Any,
    ) -> HttpResponse | None:
        """Show the page that asks or, when it comes back filled in, decide each letter by itself."""
        letters = list(queryset[:AT_MOST])
        form = form_class(request.POST if "apply" in request.POST else None)
        if not (form.is_bound and form.is_valid()):
            return ask(self, request, form, registrations=[letter.registration for letter in letters], **page)
        decided = [self._decide_one(request, letter, decide, form.cleaned_data) for letter in letters]
        for count, words, level in (
            (decided.count(True), done, messages.SUCCESS),
            (decided.count(False), LEFT_ALONE, messages.ERROR),
        ):
            if count:
                self.message_user(request, words % {"count": count}, level)
        return None

    def _decide_one(self, request: HttpRequest, letter: VisaLetter, decide: Decide, data: dict[str, Any]) -> bool:
        try:
            decide(letter, actor_of(request), timezone.now(), data)
        except visa_letters.NotPossible:
            return False
        return True

    # The columns

    @admin.display(description=gettext_lazy("nationality"), ordering="nationality")
    def nationality_in_words(self, letter: VisaLetter) -> str:
        return countries.names(str(get_language())).get(letter.nationality, "—")

    @admin.display(description=gettext_lazy("decided by"))
    def by(self, letter: VisaLetter) -> str:
        return letter.decided_by.called if letter.decided_by else "—"
