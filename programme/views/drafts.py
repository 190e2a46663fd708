"""A draft at its public addresses, for its organizers alone: what the public will see."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from programme.models import Edition, StaffRole
from symposium.accounts.models import User


def with_drafts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Load the edition for the view; to its organizers a draft, too, which no cache keeps and no search engine lists.

    To everybody else a draft is not there. Who is asking is looked up for drafts alone: what is public stays the same for all.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, edition: str, **kwargs: str) -> HttpResponse:
        found = get_object_or_404(Edition, slug=edition)
        if found.status != Edition.Status.DRAFT:
            return view(request, found, **kwargs)
        if not _may_preview(request, found):
            raise Http404
        response = view(request, found, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def _may_preview(request: HttpRequest, draft: Edition) -> bool:
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        return False
    is_theirs: bool = Edition.objects.for_role(user, StaffRole.Role.ORGANIZER).filter(pk=draft.pk).exists()
    return is_theirs
