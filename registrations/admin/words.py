"""How the administration says what the database counts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programme.models import SeatPool

TOO_MANY_FOR_THE_ROOM = gettext_lazy("The seats on site and the reserved ones together exceed the room's safety limit.")


def seats_in_words(pool: SeatPool) -> str:
    """Return « 318 / 420, 12 waiting », or « 318, without limit »."""
    words = (
        _("%(taken)s, without limit") % {"taken": pool.taken}
        if pool.capacity is None
        else f"{pool.taken} / {pool.capacity}"
    )
    if not pool.waiting:
        return words
    waiting = ngettext("%(count)s waiting", "%(count)s waiting", pool.waiting) % {"count": pool.waiting}
    return _("%(seats)s, %(waiting)s") % {"seats": words, "waiting": waiting}
