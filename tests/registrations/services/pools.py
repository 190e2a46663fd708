"""Seats on site as a test sets them, and what became of who asked for them."""

from programme.models import SeatPool
from registrations.models import Registration


def onsite(edition, **numbers):
    SeatPool.objects.filter(edition=edition, mode="onsite").update(**numbers)
    return edition.seat_pools.get(mode="onsite")


def states(*registrations):
    return [Registration.objects.get(pk=one.pk).status for one in registrations]
