"""What became of the registrations that staff decided about, in words: done, or left alone and why."""

from django.utils.translation import ngettext_lazy

OUTCOMES = {
    "confirmed": ngettext_lazy(
        "%(count)s registration is confirmed.", "%(count)s registrations are confirmed.", "count"
    ),
    "waiting": ngettext_lazy(
        "%(count)s registration is accepted and on the waiting list: no seat is free.",
        "%(count)s registrations are accepted and on the waiting list: no seat is free.",
        "count",
    ),
    "cancelled": ngettext_lazy(
        "%(count)s registration is cancelled.", "%(count)s registrations are cancelled.", "count"
    ),
    "refused": ngettext_lazy("%(count)s request is refused.", "%(count)s requests are refused.", "count"),
    "cleared": ngettext_lazy(
        "%(count)s address gets messages again.", "%(count)s addresses get messages again.", "count"
    ),
    "reserved": ngettext_lazy(
        "%(count)s registration is on a reserved seat.", "%(count)s registrations are on reserved seats.", "count"
    ),
    "released": ngettext_lazy(
        "%(count)s reserved seat is free again.", "%(count)s reserved seats are free again.", "count"
    ),
    "split": ngettext_lazy(
        "%(count)s group is split: its people wait one by one.",
        "%(count)s groups are split: their people wait one by one.",
        "count",
    ),
    "sent": ngettext_lazy(
        "The link is on its way to %(count)s person.", "The link is on its way to %(count)s people.", "count"
    ),
}
REFUSALS = {
    "full": ngettext_lazy(
        "%(count)s registration was not confirmed: no seat is free. To confirm all the same, choose to overtake the "
        "waiting list and give a reason.",
        "%(count)s registrations were not confirmed: no seat is free. To confirm all the same, choose to overtake the "
        "waiting list and give a reason.",
        "count",
    ),
    "reason": ngettext_lazy(
        "%(count)s registration was left alone: overtaking the waiting list needs a reason.",
        "%(count)s registrations were left alone: overtaking the waiting list needs a reason.",
        "count",
    ),
    "impossible": ngettext_lazy(
        "%(count)s registration was left alone: its status does not allow this.",
        "%(count)s registrations were left alone: their status does not allow this.",
        "count",
    ),
    "reachable": ngettext_lazy(
        "%(count)s address was left alone: no mail to it came back.",
        "%(count)s addresses were left alone: no mail to them came back.",
        "count",
    ),
    "none_reserved": ngettext_lazy(
        "%(count)s registration stays where it is: no reserved seat is left.",
        "%(count)s registrations stay where they are: no reserved seat is left.",
        "count",
    ),
    "online": ngettext_lazy(
        "%(count)s person attends online: change that first, the reserved seats are in the room.",
        "%(count)s people attend online: change that first, the reserved seats are in the room.",
        "count",
    ),
    "kept_reserved": ngettext_lazy(
        "%(count)s registration keeps its reserved seat: no other is free. To move it all the same, choose to overtake "
        "the waiting list and give a reason.",
        "%(count)s registrations keep their reserved seats: no other is free. To move them all the same, choose to "
        "overtake the waiting list and give a reason.",
        "count",
    ),
    "alone": ngettext_lazy(
        "%(count)s registration was left alone: it does not wait in a group, or no longer.",
        "%(count)s registrations were left alone: they do not wait in a group, or no longer.",
        "count",
    ),
    "too_soon": ngettext_lazy(
        "%(count)s person got the link less than ten minutes ago; it was not sent again.",
        "%(count)s people got the link less than ten minutes ago; it was not sent again.",
        "count",
    ),
}
