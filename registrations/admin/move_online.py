"""The page that asks before an edition is moved online, because that moves people and writes to them."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programme.models import AttendanceMode, Edition
from registrations.models import Registration
from registrations.services.move_online import NotMovable, is_movable, move_online
from symposium.administration.pages import show_page

if TYPE_CHECKING:
    from registrations.admin.editions import EditionAdmin


def may_be_moved(edition: Edition) -> bool:
    on_site = edition.seat_pools.filter(mode=AttendanceMode.ONSITE)
    return is_movable(edition, timezone.now()) and on_site.exists()


def move_online_page(model_admin: "EditionAdmin", request: HttpRequest, object_id: int) -> HttpResponse:
    # Those that it holds are the ones that who is asking may change.
    edition = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    if request.method == "POST":
        _move(model_admin, request, edition)
        return HttpResponseRedirect(reverse("admin:programme_edition_change", args=[edition.pk]))
    alive = Registration.objects.filter(edition=edition, status__in=Registration.ALIVE)
    context = {
        "title": _("Move the edition online"),
        "edition": edition,
        "is_movable": may_be_moved(edition),
        "on_site": alive.filter(mode=AttendanceMode.ONSITE).count(),
        "people": alive.count(),
    }
    return show_page(model_admin, request, "admin/programme/edition/move_online.html", context)


def _move(model_admin: "EditionAdmin", request: HttpRequest, edition: Edition) -> None:
    try:
        moved = move_online(edition=edition, at=timezone.now())
    except NotMovable:
        words = _("Only an edition that is announced, on site and still to come can be moved online.")
        model_admin.message_user(request, words, messages.ERROR)
        return
    model_admin.log_fields(request, edition, "moved_online_at")
    words = ngettext(
        "The edition takes place online only: %(count)s person was moved there.",
        "The edition takes place online only: %(count)s people were moved there.",
        moved,
    )
    model_admin.message_user(request, words % {"count": moved}, messages.SUCCESS)
