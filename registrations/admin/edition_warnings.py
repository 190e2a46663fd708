"""What whoever changes an edition is told to look at afterwards."""

from django.db.models import Q
from django.utils.translation import ngettext

from programme.models import Edition
from registrations.models import Message


def sessions_left_behind(edition: Edition) -> str:
    """Return how many sessions do not lie within the dates; ``""`` for none."""
    outside = Q(starts_at__lt=edition.starts_at) | Q(starts_at__gte=edition.ends_at)
    count = edition.sessions.filter(outside).count()
    words = ngettext(
        "%(count)s session does not lie within the new dates: give it its new time.",
        "%(count)s sessions do not lie within the new dates: give them their new times.",
        count,
    )
    return words % {"count": count} if count else ""


def messages_paused(edition: Edition) -> str:
    """Return how many messages wait for somebody to go on with them; ``""`` for none."""
    count = edition.messages.filter(state=Message.State.PAUSED).count()
    words = ngettext(
        "%(count)s message to people of this edition is paused: read it once more before it goes on.",
        "%(count)s messages to people of this edition are paused: read them once more before they go on.",
        count,
    )
    return words % {"count": count} if count else ""
