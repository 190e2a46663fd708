"""What a letter says beside to somebody whom the organizers entered from a list."""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from registrations.mails.message import Letter
from registrations.models import Registration


def with_origin(letter: Letter, registration: Registration, said: Mapping[str, str]) -> Letter:
    """Say who entered them and from where, as the law asks of data that does not come from the person."""
    if "source" not in said:
        return letter
    origin = _("You did not register yourself: the organizers entered you, from this source: %(source)s.")
    notice = f"{settings.PUBLIC_ORIGIN}{reverse('programme:kept_text', args=[registration.notice_id])}"
    return replace(
        letter,
        paragraphs=[origin % {"source": said["source"]}, *letter.paragraphs],
        second_button=(_("What is kept of you, why and for how long"), notice),
        after=[
            *letter.after,
            _("You do not want this? Your page lets you cancel, and have everything erased that is kept of you."),
        ],
    )
