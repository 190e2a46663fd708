"""A draft at its public addresses, for its organizers alone: what the public will see. A rehearsal, for its whole staff."""

from collections.abc import Callable
from functools import wraps

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from programme.models import Edition, StaffRole
from symposium.accounts.models import User


def with_drafts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Load the edition for the view; to its staff one that is not public, which no cache keeps and no search engine lists.

    To everybody else it is not there. Who is asking is looked up for those alone: what is public stays the same for all.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, edition: str, **kwargs: str) -> HttpResponse:
        found = get_object_or_404(Edition, slug=edition)
        if found.is_public:
            return view(request, found, **kwargs)
        if not _may_preview(request, found):
            raise Http404
        response = view(request, found, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def edition_to_register_for(request: HttpRequest, slug: str, editions: QuerySet[Edition]) -> Edition:
    """Return the edition if it is public, or a rehearsal that who is asking takes part in."""
    found = get_object_or_404(editions, slug=slug)
    if not found.is_public and not (found.is_rehearsal and _may_preview(request, found)):
        raise Http404
    return found


def _may_preview(request: HttpRequest, edition: Edition) -> bool:
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        return False
    roles = StaffRole.Role.values if edition.is_rehearsal else [StaffRole.Role.ORGANIZER]
    is_theirs: bool = Edition.objects.for_role(user, *roles).filter(pk=edition.pk).exists()
    return is_theirs
