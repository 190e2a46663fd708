"""What the organizers changed: because somebody asked them, or had registered twice."""

from django.utils.translation import gettext as _

from registrations.mails.message import Letter
from registrations.models import ChangeRequest, Registration
from registrations.services.change_requests import answer_to
from registrations.services.tickets import page_url


def change_granted(registration: Registration) -> Letter:
    return Letter(
        subject=_("Your registration has been changed"),
        label=_("Changed as you asked"),
        heading=_("The organizers have made the change you asked for"),
        paragraphs=[
            *answer_to(registration, ChangeRequest.Status.GRANTED),
            _("Here is what your registration says now. Your ticket stays the same."),
        ],
        button=(_("See my page"), page_url(registration)),
        has_ticket=registration.status == Registration.Status.CONFIRMED,
    )


def change_declined(registration: Registration) -> Letter:
    return Letter(
        subject=_("About the change you asked for"),
        label=_("Change not possible"),
        heading=_("The organizers could not make the change you asked for"),
        paragraphs=[
            *(
                answer_to(registration, ChangeRequest.Status.DECLINED)
                or [_("You may answer this mail to ask them why.")]
            ),
            _("Your registration stays as it was."),
        ],
        button=(_("See my page"), page_url(registration)),
    )


def merged(registration: Registration) -> Letter:
    return Letter(
        subject=_("Your two registrations are one now"),
        label=_("Registrations merged"),
        heading=_("Your two registrations are one now"),
        paragraphs=[
            _(
                "You had registered twice. The organizers kept the better place, with what you had chosen in the other "
                "registration; its link and its ticket are no longer needed."
            ),
        ],
        button=(_("See my page"), page_url(registration)),
        has_ticket=registration.status == Registration.Status.CONFIRMED,
    )
