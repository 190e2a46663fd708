"""Making one of two registrations of the same person: the page that shows both and asks which address stays."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.admin.permissions import Role, actor_of, editions_of
from registrations.admin.actions import ask
from registrations.admin.forms import ReasonForm
from registrations.models import Registration
from registrations.services import place
from registrations.services.merge import BothEntered, NotMergeable, better_first, merge
from symposium.administration.traces import changed

if TYPE_CHECKING:
    from registrations.admin.registrations import RegistrationAdmin

NAME = "merge_registrations"
TWO = 2


class MergeForm(ReasonForm):
    address = forms.ChoiceField(
        label=gettext_lazy("Name and address that stay"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The other address is no longer written to."),
    )
    notify = forms.BooleanField(
        label=gettext_lazy("Write to this address about it"),
        help_text=gettext_lazy(
            "If the place that is kept changes its address, this letter leaves in any case: it brings new links, and "
            "what was sent to the former address opens nothing any more."
        ),
        required=False,
        initial=True,
    )
    field_order = ["address", "notify", "reason"]


@admin.action(permissions=["decide"], description=gettext_lazy("Merge two of one person…"))
def merge_registrations(
    model_admin: "RegistrationAdmin", request: HttpRequest, queryset: QuerySet[Registration]
) -> HttpResponse | None:
    ours = queryset.filter(edition__in=editions_of(request, Role.ORGANIZER), attendee__isnull=False)
    pair = list(ours[: TWO + 1])
    if len(pair) != TWO or pair[0].edition_id != pair[1].edition_id:
        words = _("Choose exactly two registrations of one edition that you organize.")
        model_admin.message_user(request, words, messages.ERROR)
        return None
    kept, lost = better_first(*pair)
    form = MergeForm(request.POST if "apply" in request.POST else None)
    form.fields["address"].choices = [  # type: ignore[attr-defined]
        (str(one.pk), f"{one.attendee.name}, {one.attendee.email}") for one in (kept, lost)
    ]
    form.fields["address"].initial = str(kept.pk)
    if form.is_bound and form.is_valid() and _merge(model_admin, request, kept, lost, form):
        return HttpResponseRedirect(reverse("admin:registrations_registration_change", args=[kept.pk]))
    at = timezone.now()
    return ask(
        model_admin,
        request,
        form,
        template="merge.html",
        title=_("Merge two registrations"),
        explanation=_(
            "For one person who registered twice. The better place is kept: a seat before the waiting list, an earlier "
            "rank before a later one. What the other one has beside (sessions, needs, consents, a letter of invitation, "
            "entries at the door) goes to it; then it is cancelled, and its seats go to who waits."
        ),
        button=_("Merge"),
        action=NAME,
        pair=[(one, place.place_of(one, at), one.check_ins.count()) for one in (kept, lost)],
        kept=kept,
    )


def _merge(
    model_admin: "RegistrationAdmin", request: HttpRequest, kept: Registration, lost: Registration, form: MergeForm
) -> bool:
    """Hand the pair to the service; return whether it was done, else the form says why not."""
    data = form.cleaned_data
    address_of = kept if data["address"] == str(kept.pk) else lost
    try:
        merge(
            one=kept,
            other=lost,
            address_of=address_of,
            notify=data["notify"],
            reason=data["reason"],
            by=actor_of(request),
            at=timezone.now(),
        )
    except NotMergeable:
        form.add_error(
            None,
            _(
                "These two cannot be merged: neither is alive, one was merged with a third, or one has yet to confirm its "
                "address."
            ),
        )
        return False
    except BothEntered:
        form.add_error(
            None, _("Both came in by the same door, and neither left before the other: these may be two people.")
        )
        return False
    for registration in (kept, lost):
        admin.ModelAdmin.log_change(model_admin, request, registration, changed(registration, "merged_into"))
    model_admin.message_user(request, _("The two registrations are merged."), messages.SUCCESS)
    return True
