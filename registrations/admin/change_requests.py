"""What people ask to be changed once registration has closed: the list, and the page on which it is answered."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.admin.permissions import ReadOnly, actor_of
from programme.models import SeatPool
from registrations.admin.filters import EditionFilter
from registrations.admin.words import seats_in_words
from registrations.models import ChangeRequest
from registrations.services import change_requests, place
from registrations.services.seats import ModeNotOffered, NoSeatLeft
from symposium.administration.pages import show_page


class EditionOfRequestFilter(EditionFilter):
    edition_path = "registration__edition"


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Word to the person"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=gettext_lazy("Shown in the letter as you write it: mind their language."),
    )


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnly[ChangeRequest]):
    edition_path = "registration__edition"
    list_display = ("name", "edition", "status", "asked_at", "decided_at")
    list_filter = (EditionOfRequestFilter, "status")
    list_select_related = ("registration__edition", "registration__attendee")
    ordering = ("-asked_at", "id")

    def edition_id_of(self, thing: ChangeRequest) -> int:
        return thing.registration.edition_id

    def has_change_permission(self, request: HttpRequest, obj: ChangeRequest | None = None) -> bool:
        return self._has(request, self.changed_by, obj)

    @admin.display(description=gettext_lazy("name"), ordering="registration__attendee__family_name")
    def name(self, request: ChangeRequest) -> str:
        return request.registration.attendee.name

    @admin.display(description=gettext_lazy("edition"), ordering="registration__edition__slug")
    def edition(self, request: ChangeRequest) -> str:
        return request.registration.edition.slug

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = self.get_object(request, unquote(object_id))
        if asked is None:
            raise Http404
        form = AnswerForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid() and self._answer(request, asked, form):
            return HttpResponseRedirect(request.path)
        is_open = asked.status == ChangeRequest.Status.OPEN and asked.registration.is_alive
        return self._show(request, asked, form if is_open else None)

    def _answer(self, request: HttpRequest, asked: ChangeRequest, form: AnswerForm) -> bool:
        """Hand the answer to the service; return whether it was done, else the form says why not."""
        decisions = {"grant": change_requests.grant, "decline": change_requests.decline}
        decide = next((decisions[name] for name in decisions if name in request.POST), None)
        if decide is None:
            form.add_error(None, _("Choose one of the answers."))
            return False
        try:
            decide(request=asked, by=actor_of(request), at=timezone.now(), answer=form.cleaned_data["answer"])
        except NoSeatLeft:
            form.add_error(None, _("No seat is left there. Nothing was changed, and the request stays open."))
            return False
        except ModeNotOffered:
            form.add_error(None, _("The edition has no seats of this kind any more."))
            return False
        except change_requests.NotOpen:
            self.message_user(request, _("This request was answered or withdrawn in the meantime."), messages.ERROR)
            return True
        self.log_fields(request, asked, "status")
        self.message_user(request, _("The request is answered, and the person is written to."), messages.SUCCESS)
        return True

    def _show(self, request: HttpRequest, asked: ChangeRequest, form: AnswerForm | None) -> HttpResponse:
        registration = asked.registration
        context = {
            "title": _("Request of %(reference)s") % {"reference": registration.reference},
            "has_view_permission": True,
            "asked": asked,
            "registration": registration,
            "edition": registration.edition,
            "place": place.place_of(registration, timezone.now()),
            "wished": _wished(asked),
            "form": form,
            "adminform": form and AdminForm(form, [(None, {"fields": ["answer"]})], {}),  # type: ignore[arg-type]  # any form will do
            "errors": form.errors if form else None,
        }
        status = 422 if form is not None and form.errors else 200
        return show_page(self, request, "admin/registrations/changerequest/answer.html", context, status=status)


def _wished(asked: ChangeRequest) -> list[tuple[str, str]]:
    """Return the way to attend and the sessions that are wished for, each with its seats."""
    pools = list(SeatPool.objects.filter(edition=asked.registration.edition).select_related("session"))
    mode = next((seats_in_words(pool) for pool in pools if pool.mode == asked.mode), "—")
    sessions = [pool for pool in pools if pool.session_id in asked.sessions and pool.session]
    return [(asked.get_mode_display(), mode)] + [
        (pool.session.title, seats_in_words(pool))
        for pool in sorted(sessions, key=lambda pool: (pool.session.position, pool.pk) if pool.session else (0, 0))
        if pool.session
    ]
