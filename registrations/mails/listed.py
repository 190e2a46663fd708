"""What a letter says beside to somebody whom others registered: the organizers from a list, one of a group, or an assistant."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from programme.services.terms import terms_of
from registrations.mails.message import Letter
from registrations.models import Group, Registration
from registrations.services.assistants import assistant_of
from registrations.services.questions import are_of_the_form, asked_of
from registrations.services.tickets import page_url


def with_origin(letter: Letter, registration: Registration, said: Mapping[str, str]) -> Letter:
    """Say who entered them and from where, as the law asks of data that does not come from the person."""
    origin = _origin(registration, said)
    if not origin:
        return letter
    notice = f"{settings.PUBLIC_ORIGIN}{reverse('programme:kept_text', args=[registration.notice_id])}"
    return replace(
        letter,
        paragraphs=[origin, *letter.paragraphs],
        second_button=(_("What is kept of you, why and for how long"), notice),
        after=[
            *letter.after,
            _("You do not want this? Your page lets you cancel, and have everything erased that is kept of you."),
        ],
    )


def with_questions(letter: Letter, registration: Registration, *, at: datetime) -> Letter:
    """Say that the questions of the form await them: whoever registered the group could not answer for each."""
    if not are_of_the_form(asked_of(registration, at, terms_of(registration.edition))):
        return letter
    return replace(
        letter,
        paragraphs=[*letter.paragraphs, _("To prepare the symposium, the organizers have some questions for you.")],
        questions_button=(_("Answer the questions"), page_url(registration, "questions")),
    )


def _origin(registration: Registration, said: Mapping[str, str]) -> str:
    if "source" in said:
        origin = _("You did not register yourself: the organizers entered you, from this source: %(source)s.")
        return origin % {"source": said["source"]}
    if "assistant" in said:
        assistant = assistant_of(registration)
        if assistant is None:
            return _("You did not register yourself: somebody else did it for you.")
        who = {"name": assistant.name, "email": assistant.email}
        return _("You did not register yourself: %(name)s (%(email)s) did it for you.") % who
    if "group" not in said:
        return ""
    name = Group.objects.values_list("contact_name", flat=True).get(pk=said["group"])
    if not name:  # it is kept for a week
        return _("You did not register yourself: somebody else registered you with a group.")
    return _("You did not register yourself: %(name)s registered you with a group.") % {"name": name}
