"""Races, told once: the tests run them on the code as it is, the negative controls on code that was spoiled."""

import uuid
from functools import partial

from django.core import mail

from registrations.models import CheckIn, Registration
from registrations.services.change import NotChangeable, change
from registrations.services.door import AlreadyCheckedIn, NotConfirmed, check_in
from registrations.services.groups import GroupTooLarge
from registrations.services.register import RegistrationClosed
from registrations.services.seats import NoSeatLeft
from registrations.services.staff import NotPossible
from symposium.outbox.delivery import deliver_due
from tests.factories import NOW, registered, send_form, wish
from tests.races import at_once

REFUSALS = (AlreadyCheckedIn, GroupTooLarge, NoSeatLeft, NotChangeable, NotConfirmed, NotPossible, RegistrationClosed)


def errors(results):
    """What no caller expects: deadlocks, lost connections, faults of ours."""
    return [repr(result) for result in results if isinstance(result, Exception) and not isinstance(result, REFUSALS)]


def crowd_comes(edition, people):
    """Different people send their forms at the same moment; return the answers."""
    return at_once(*(partial(send_form, edition, f"person{number}@example.org") for number in range(people)))


def form_is_sent_often(edition, times):
    """One form is sent many times at once and all mail is delivered; return the answers."""
    answers = at_once(*(partial(send_form, edition, nonce="one-form") for _time in range(times)))
    deliver_due(clock=lambda: NOW)
    return answers


def mails_beyond_one():
    return [message.subject for message in mail.outbox[1:]] if mail.outbox else ["no mail at all"]


def modes_are_swapped(edition, pairs):
    """As many people change from the room to the screen as the other way, all at once; return the results."""
    people = [
        registered(edition, f"{mode}{number}@example.org", mode=mode)
        for number in range(pairs)
        for mode in ("onsite", "online")
    ]
    other = {"onsite": "online", "online": "onsite"}
    actions = [
        partial(change, registration=person, wish=wish(person, mode=other[person.mode]), at=NOW)
        for person in Registration.objects.filter(pk__in=[person.pk for person in people])
    ]
    return at_once(*actions)


def ticket_is_scanned_often(registration, times, scan_id=None):
    """One ticket is scanned at many doors at once, as different scans or as one; return the results."""
    return at_once(
        *(
            partial(
                check_in,
                registration=registration,
                by=None,
                source=CheckIn.Source.QR,
                gate=str(number),
                at=NOW,
                scan_id=scan_id or uuid.uuid4(),
            )
            for number in range(times)
        )
    )


def capacity_of(edition, mode, capacity):
    edition.seat_pools.filter(mode=mode).update(capacity=capacity)
    return edition.seat_pools.get(mode=mode)


def by_status(status):
    return Registration.objects.filter(status=status).count()
