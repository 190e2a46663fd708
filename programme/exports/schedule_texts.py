"""What schedule.xml and schedule.json say in the same words."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from programme.services.schedule import Event, Participant, Schedule

GENERATOR = {"name": "Symposium", "version": "1"}
COLOUR = r"#[0-9a-fA-F]{6}"
# Both formats know people who speak and nobody else.
STAGE = frozenset({"speaker", "discussant"})
MOST_HOURS = 99
SHORTEST_SLUG = 4


def appears_on_stage(participant: Participant) -> bool:
    return participant.role in STAGE


def acronym(schedule: Schedule) -> str:
    """Return a word of small letters and digits; alone, « 2027 » would be the name of half the events of its year."""
    return f"symposium{re.sub('[^a-z0-9]', '', schedule.slug.lower())}"


def event_slug(schedule: Schedule, event: Event) -> str:
    """Return ``symposium2027-12-gouverner-les-donnees``: the rules of both formats, in all their versions."""
    own = event.slug.lower().strip("-_")
    if len(own) < SHORTEST_SLUG:
        own = f"session-{own or event.number}"
    return f"{acronym(schedule)}-{event.number}-{own}"


def kind_of(event: Event) -> str:
    return "break" if event.is_break else "session"


def clock(moment: datetime) -> str:
    return moment.strftime("%H:%M")


def span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{min(hours, MOST_HOURS):02}:{rest:02}"


def description_of(event: Event) -> str:
    """Return who appears in which role, a line each, and the note under the session."""
    lines = [line_of(participant) for participant in event.participants]
    return "\n".join([*lines, *([event.note] if event.note else [])])


def line_of(participant: Participant) -> str:
    name = f"{participant.name} ({participant.affiliation})" if participant.affiliation else participant.name
    lines = {
        "speaker": _("Speaker: %(name)s"),
        "discussant": _("Discussant: %(name)s"),
        "chair": _("Chair: %(name)s"),
        "moderator": _("Moderator: %(name)s"),
        "organizer": _("Organizer: %(name)s"),
    }
    return lines[participant.role] % {"name": name}
