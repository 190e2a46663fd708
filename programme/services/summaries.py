"""A page in a sentence, as search engines and messengers quote it."""

from dataclasses import dataclass, replace

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.models import Edition, Person, Session
from programme.services.dates import edition_day
from programme.services.schedule import address_of, announce, place_of
from symposium.lib.text import one_line

QUOTED_LENGTH = 160
SITE_PAGES = {
    "privacy": (
        gettext_lazy("Privacy"),
        gettext_lazy("What the symposium keeps of people who register, why, for how long, and what rights they have."),
    ),
    "accessibility": (
        gettext_lazy("Accessibility statement"),
        gettext_lazy("How far this site complies with the French accessibility standard, and whom to write to."),
    ),
    "legal": (
        gettext_lazy("Legal notice"),
        gettext_lazy("Who publishes this site, who hosts it, and on what terms its contents may be used."),
    ),
    "sitemap": (gettext_lazy("Site map"), gettext_lazy("All pages of this site: editions, programmes and sessions.")),
}


@dataclass(frozen=True)
class Summary:
    """``kind`` is the type of page in the words of Open Graph, ``image`` the address of a picture of 1200 by 630."""

    title: str
    text: str
    kind: str = "website"
    image: str = ""


def of_home(edition: Edition | None) -> Summary:
    about = _(
        "From one edition to the next, researchers and clinicians from Europe and the United States meet around one question: "
        "what can artificial intelligence do for medicine, and what can it not do?"
    )
    if edition is None:
        return Summary("Symposium", _short(about))
    return Summary(_title(edition), _short(about), image=_image(edition))


def of_edition(edition: Edition) -> Summary:
    facts = [_capitalised(edition_day(edition)), place_of(edition), edition.lead]
    return Summary(_title(edition), _short(". ".join(fact for fact in facts if fact)), image=_image(edition))


def of_programme(edition: Edition) -> Summary:
    return replace(of_edition(edition), title=_("Programme: %(title)s") % {"title": _title(edition)})


def of_registration(edition: Edition) -> Summary:
    return replace(of_edition(edition), title=_("Register: %(title)s") % {"title": _title(edition)})


def of_session(edition: Edition, session: Session) -> Summary:
    title = announce(one_line(session.title), edition.status)
    return replace(of_edition(edition), title=title, text=_short(session.summary or of_edition(edition).text))


def of_person(person: Person) -> Summary:
    return Summary(one_line(person.name), _short(person.affiliation or person.biography), "profile")


def of_site_page(name: str) -> Summary:
    """Return the summary of a page about the site itself: privacy, accessibility, legal or sitemap."""
    title, text = SITE_PAGES[name]
    return Summary(str(title), str(text))


def _image(edition: Edition) -> str:
    return address_of("preview", edition.slug)


def _title(edition: Edition) -> str:
    return announce(one_line(edition.title), edition.status)


def _short(text: str) -> str:
    return Truncator(one_line(text)).chars(QUOTED_LENGTH)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
