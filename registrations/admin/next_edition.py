"""The page that asks before next year's edition is made from this one."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.models import Edition
from programme.models.validators import validate_edition_slug
from registrations.services.clone import YEAR, SlugTaken, clone_edition
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin

YEARS_AHEAD = 20


class NextEditionForm(forms.Form):
    slug = forms.SlugField(
        label=gettext_lazy("Short name in addresses"),
        max_length=50,
        validators=[validate_edition_slug],
        help_text=gettext_lazy("For example 2028: the page is then at /fr/2028/."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", "class": "vTextField"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("All other moments move by as many days and keep their time on the clock."),
    )

    def __init__(self, *args: Any, source: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if not self.source.day < starts_on or starts_on.year > self.source.day.year + YEARS_AHEAD:
            raise forms.ValidationError(_("Choose a day after that of this edition, at most twenty years later."))
        return starts_on

    @classmethod
    def suggestion(cls, source: Edition) -> dict[str, Any]:
        """Suggest the same day of the week a year later, and its year where the name of this edition is its own."""
        starts_on = source.day + YEAR
        return {"starts_on": starts_on, "slug": starts_on.year if source.slug == str(source.day.year) else ""}


def next_edition_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    # Those that the queryset holds are the ones that who is asking may change.
    source = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    is_sent = request.method == "POST"
    form = NextEditionForm(request.POST if is_sent else None, source=source, initial=NextEditionForm.suggestion(source))
    if is_sent and form.is_valid() and (made := _make(form)):
        model_admin.welcome_creator(request, made)
        model_admin.log_addition(request, made, [{"added": {}}])
        words = _("The draft of the edition %(edition)s is made. Nobody else sees it before it is published.")
        model_admin.message_user(request, words % {"edition": made.slug}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:programme_edition_change", args=[made.pk]))
    context = {
        "title": _("Prepare the next edition"),
        "edition": source,
        "form": form,
    }
    status = 422 if is_sent else 200
    return show_page(model_admin, request, "admin/programme/edition/next.html", context, status=status)


def _make(form: NextEditionForm) -> Edition | None:
    """Make the draft; else None, and the form says why not."""
    wanted = form.cleaned_data
    try:
        return clone_edition(source=form.source, slug=wanted["slug"], starts_on=wanted["starts_on"])
    except SlugTaken:
        form.add_error("slug", _("There is an edition of this name already."))
        return None
