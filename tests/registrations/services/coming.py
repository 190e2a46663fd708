"""Editions that ask whether people still come, and people who answer or not."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from registrations.models import Registration
from registrations.services.still_coming import ask
from symposium.outbox.delivery import deliver_due

DAY = timedelta(days=1)

PARIS = ZoneInfo("Europe/Paris")


def asking(edition, choice="silent", **fields):
    """The edition, asking three days before its beginning."""
    for name, value in {"coming_question": choice, **fields}.items():
        setattr(edition, name, value)
    edition.save()
    return edition


def ask_and_deliver(at):
    reached = ask(at=at)
    deliver_due(clock=lambda: at)
    return reached


def status_of(registration):
    return Registration.objects.get(pk=registration.pk).status


def again(registration):
    return Registration.objects.select_related("edition").get(pk=registration.pk)
