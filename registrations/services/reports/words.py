"""What the numbers of a report are called, in the language that is active. Whoever shows them adds no words."""

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from programme.services.dates import short_day
from registrations.models import Profile
from registrations.services.reports.comparison import Comparison, Obstacle
from registrations.services.reports.figures import (
    NOT_ON_RESERVED_SEATS,
    ON_RESERVED_SEATS,
    OTHERS,
    Breakdown,
    BreakdownName,
    BreakdownRow,
    ReportFigure,
)
from symposium.lib import countries
from symposium.lib.typography import group_digits

MINUS = "\u2212"


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def measure(name: str) -> str:
    return {
        "registered": _("registrations"),
        "confirmed": _("confirmed registrations"),
        "waiting": _("on the waiting list"),
        "cancelled": _("cancelled registrations"),
        "present": _("people present"),
        "people": _("distinct people"),
        "not_stated": _("participants"),
    }[name]


def mode(name: str) -> str:
    return {
        "onsite": _("on site"),
        "online": _("online"),
        "all": _("on site and online"),
        "not_stated": _("mode not stated"),
    }[name]


def digits(number: int) -> str:
    return group_digits(number, language())


def number(figure: ReportFigure) -> str:
    """Return « près de 600 » or “420”: a rounded number never stands without its word."""
    if figure.is_approximate:
        return _("nearly %(number)s") % {"number": digits(figure.value)}
    return digits(figure.value)


def provenance(figure: ReportFigure) -> str:
    """Return where a number comes from, in whole sentences; its link apart."""
    named = {"source": figure.source_label, "date": short_day(figure.stated_date)}
    if not figure.is_declared:
        sentences = [_("Counted here on %(date)s.") % named]
        if figure.is_signed_off:
            sentences.append(_("Signed off: it stands as it was then."))
        if figure.is_sample:
            sentences.append(_("A sample: these people are invented."))
        return " ".join(sentences)
    sentences = [_("Declared: %(source)s, %(date)s.") % named]
    if figure.is_approximate:
        sentences.append(_("Rounded by the source."))
    if figure.measure == "not_stated":
        sentences.append(_("The source does not say how they were counted."))
    return " ".join(sentences)


def explanation(comparison: Comparison) -> str:
    """Return why there is no percentage, or what the one given does not say; never nothing."""
    if comparison.obstacles:
        sentences = [_("No difference and no percentage are drawn from these two numbers.")]
        return " ".join([*sentences, *(_obstacle(obstacle, comparison) for obstacle in comparison.obstacles)])
    if comparison.percent is None:
        return _("No percentage is drawn from zero.")
    return _(
        "Both numbers count the same thing in the same mode. The percentage says nothing of why they differ: seats, place "
        "and date may differ, too."
    )


def difference(comparison: Comparison) -> str:
    """Return « +20 (+5,0 %) », or nothing where nothing can be said."""
    if comparison.difference is None:
        return ""
    signed = _signed(digits(abs(comparison.difference)), comparison.difference)
    if comparison.percent is None:
        return signed
    percent = f"{abs(comparison.percent):.1f}".replace(".", pgettext("decimal sign", "."))
    return _("%(difference)s (%(percent)s%%)") % {
        "difference": signed,
        "percent": _signed(percent, comparison.difference),
    }


def breakdown(name: BreakdownName) -> str:
    return {
        "mode": _("By mode"),
        "seats": _("Reserved seats"),
        "session": _("By session"),
        "profile": _("By profile"),
        "country": _("By country"),
        "affiliation": _("By affiliation"),
    }[name]


def seats(name: str) -> str:
    return {
        ON_RESERVED_SEATS: _("on a reserved seat"),
        NOT_ON_RESERVED_SEATS: _("without a reserved seat"),
    }[name]


def row(of: Breakdown, line: BreakdownRow) -> str:
    """Return the name of a row: what an organizer calls the mode, seats, session, profile or country."""
    if line.title:
        return line.title
    if not line.key:
        return _("not stated")
    if line.key == OTHERS:
        return _("others")
    if of.name == "mode":
        return mode(line.key)
    if of.name == "seats":
        return seats(line.key)
    if of.name == "profile":
        return str(Profile(line.key).label)
    return countries.names(language()).get(line.key, line.key)


def _signed(text: str, value: int) -> str:
    return text if value == 0 else f"{'+' if value > 0 else MINUS}{text}"


def _obstacle(obstacle: Obstacle, comparison: Comparison) -> str:
    named = {
        "edition": obstacle.edition,
        "one": measure(comparison.figure.measure),
        "other": measure(comparison.against.measure),
        "one_mode": mode(comparison.figure.mode),
        "other_mode": mode(comparison.against.mode),
    }
    return {
        "approximate": _("The number of %(edition)s is rounded."),
        "measure_not_stated": _("The source does not say what was counted in %(edition)s."),
        "mode_not_stated": _("The source does not say whether people came or followed online in %(edition)s."),
        "measures_differ": _("They do not count the same thing: %(one)s, and %(other)s."),
        "modes_differ": _("They do not count the same mode: %(one_mode)s, and %(other_mode)s."),
        "sample": _("The number of %(edition)s is counted from invented people."),
    }[obstacle.code] % named
