"""A page in a sentence, as search engines and messengers quote it."""

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from programme.models import Edition, Person, Session
from programme.services.dates import edition_day
from programme.services.schedule import announce, place_of
from symposium.lib.text import one_line

QUOTED_LENGTH = 160


@dataclass(frozen=True)
class Summary:
    """``kind`` is the type of page in the words of Open Graph."""

    title: str
    text: str
    kind: str = "website"


def of_home(edition: Edition | None) -> Summary:
    about = _(
        "From one edition to the next, researchers and clinicians from Europe and the United States meet around one question: "
        "what can artificial intelligence do for medicine, and what can it not do?"
    )
    return Summary(of_edition(edition).title if edition else "Symposium", _short(about))


def of_edition(edition: Edition) -> Summary:
    facts = [_capitalised(edition_day(edition)), place_of(edition), edition.lead]
    return Summary(_title(edition), _short(". ".join(fact for fact in facts if fact)))


def of_programme(edition: Edition) -> Summary:
    title = _("Programme: %(title)s") % {"title": _title(edition)}
    return Summary(title, of_edition(edition).text)


def of_registration(edition: Edition) -> Summary:
    title = _("Register: %(title)s") % {"title": _title(edition)}
    return Summary(title, of_edition(edition).text)


def of_session(edition: Edition, session: Session) -> Summary:
    title = announce(one_line(session.title), edition.status)
    return Summary(title, _short(session.summary or of_edition(edition).text))


def of_person(person: Person) -> Summary:
    return Summary(one_line(person.name), _short(person.affiliation or person.biography), "profile")


def _title(edition: Edition) -> str:
    return announce(one_line(edition.title), edition.status)


def _short(text: str) -> str:
    return Truncator(one_line(text)).chars(QUOTED_LENGTH)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
