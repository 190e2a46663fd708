"""What everybody with a place or a rank is told when their edition itself changes."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from programme.services.dates import edition_date, edition_previous_date
from registrations.mails.message import Letter
from registrations.models import Registration
from registrations.services.tickets import page_url

Status = Registration.Status


def edition_postponed(registration: Registration) -> Letter:
    return Letter(
        subject=_("The symposium is postponed"),
        label=_("Edition postponed"),
        heading=_("The symposium is postponed"),
        paragraphs=[_("Your registration is kept. The new date will be written to you.")],
        button=(_("See my page"), page_url(registration)),
    )


def edition_cancelled(registration: Registration) -> Letter:
    return Letter(
        subject=_("The symposium is cancelled"),
        label=_("Edition cancelled"),
        heading=_("The symposium will not take place"),
        paragraphs=[_("We are sorry. You have nothing to do; you may delete your ticket.")],
        button=(_("See my page"), page_url(registration)),
        calendar_method="CANCEL",
    )


def edition_rescheduled(registration: Registration) -> Letter:
    edition = registration.edition
    kept = _("Your place is kept, and your ticket stays valid.")
    if registration.status != Status.CONFIRMED:
        kept = _("Your registration is kept as it is.")
    return Letter(
        subject=_("New date of the symposium"),
        label=_("New date"),
        heading=_("The new date: %(date)s") % {"date": edition_date(edition)},
        paragraphs=[_("It was planned for %(date)s.") % {"date": edition_previous_date(edition)}, kept],
        button=(_("See my page"), page_url(registration)),
        second_button=(_("I cannot come"), page_url(registration, "cancel")),
        after=[_("If the new date does not suit you, say so: your seat goes to the next person on the list.")],
        has_ticket=registration.status == Status.CONFIRMED,
    )


def edition_moved_online(registration: Registration) -> Letter:
    if registration.status == Status.CONFIRMED:
        kept = _("Your place is kept: you attend online. The link to follow the symposium is on your page.")
    elif registration.status == Status.WAITING:
        kept = _("You stay on the waiting list, now for a place online. Your rank is on your page.")
    else:
        kept = _("Your registration is kept, now for a place online.")
    return Letter(
        subject=_("The symposium moves online"),
        label=_("Moved online"),
        heading=_("The symposium takes place online only"),
        paragraphs=[_("Nobody is expected on site."), kept],
        button=(_("See my page"), page_url(registration)),
        second_button=(_("I cannot come"), page_url(registration, "cancel")),
        has_ticket=registration.status == Status.CONFIRMED,
    )


def tells_the_date_that_holds(registration: Registration, said: Mapping[str, str]) -> bool:
    """Of two changes of date in a row, only the last is worth reading."""
    return said["starts_at"] == registration.edition.starts_at.isoformat()
