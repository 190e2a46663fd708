"""The letter that asks who is still coming, and the one to who did not answer."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from programme.models import AttendanceMode
from programme.services.dates import moment_in
from registrations.mails.message import Letter
from registrations.models import Registration
from registrations.services.still_coming import answer_needed_by
from registrations.services.tickets import page_url


def still_coming(registration: Registration) -> Letter:
    page = page_url(registration, "coming")
    paragraphs = [_("You have a seat on site. Tell us whether you will be there.")]
    needed_by = answer_needed_by(registration)
    if needed_by:
        moment = moment_in(registration.edition, needed_by)
        words = _("Please answer before %(moment)s. If you do not, your seat is freed and your registration cancelled.")
        paragraphs.append(words % {"moment": moment})
    return Letter(
        subject=_("Tell us whether you are still coming"),
        label=_("A question"),
        heading=_("Are you still coming?"),
        paragraphs=paragraphs,
        button=(_("Yes, I am coming"), f"{page}?answer=yes"),
        second_button=(_("No, I cannot come"), f"{page}?answer=no"),
        after=[_("If you cannot come, say so: your seat goes to the next person on the list.")],
    )


def silent(registration: Registration) -> Letter:
    return Letter(
        subject=_("Your registration is cancelled"),
        label=_("Registration cancelled"),
        heading=_("Your seat has been freed"),
        paragraphs=[
            _("We asked whether you are still coming and had no answer: your seat can now go to somebody else."),
            _("Your ticket no longer opens the door. To come after all, register again."),
        ],
        button=(_("See my page"), page_url(registration)),
        calendar_method="CANCEL",
    )


def awaits_answer(registration: Registration, _said: Mapping[str, str]) -> bool:
    return registration.mode == AttendanceMode.ONSITE and not registration.coming_answer
