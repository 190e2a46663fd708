"""Count the registrations of an edition, as a whole and by mode, seats, session, profile and country."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, Func, OuterRef, Q

from programme.models import RESERVED, AttendanceMode, Edition, Session
from registrations.models import CheckIn, Claim, Profile, Registration
from registrations.services.reports.figures import (
    MEASURES,
    NOT_ON_RESERVED_SEATS,
    ON_RESERVED_SEATS,
    OTHERS,
    Breakdown,
    BreakdownName,
    BreakdownRow,
)
from symposium.lib.text import fold

Cells = tuple[int, ...]
NOTHING: Cells = (0,) * len(MEASURES)
# The parts of France that have an ISO 3166 code of their own.
FRANCE_OVERSEAS = frozenset({"GP", "MQ", "GF", "RE", "YT"})
HOLDS_RESERVED_SEAT = Exists(Claim.objects.held().filter(registration=OuterRef("pk"), pool__mode=RESERVED))
PRESENT = Exists(CheckIn.objects.entries().filter(registration=OuterRef("pk")))


def count(edition: Edition) -> tuple[Cells, tuple[Breakdown, ...]]:
    """Return the totals, in the order of ``MEASURES``, and the breakdowns."""
    total, (mode, *seats, profile, country) = count_people(edition)
    return total, (mode, *seats, _by_session(edition), profile, country)


def count_people(edition: Edition) -> tuple[Cells, tuple[Breakdown, ...]]:
    """Return the totals and the breakdowns in which everybody is once: by mode, seats, profile and country. One statement.

    That by seats is left out where nobody holds a reserved one.
    """
    groups = _groups(edition)
    total = _add(cells for _group, cells in groups)
    return total, (
        _breakdown("mode", groups, lambda group: group["mode"], AttendanceMode.values),
        *([_by_seats(groups)] if any(group["is_reserved"] for group, _cells in groups) else []),
        _breakdown("profile", groups, lambda group: group["profile"], Profile.values),
        _breakdown("country", groups, _country, ()),
    )


def count_affiliations(edition: Edition, *, shown: int) -> Breakdown:
    """Return the largest affiliations; « CHU de Nancy » and « chu de nancy » are one, under the spelling most used."""
    spellings: dict[str, list[tuple[Cells, str]]] = {}
    for group, cells in _groups(edition, "attendee__affiliation"):
        written = group["attendee__affiliation"] or ""  # erased people have none any more
        spellings.setdefault(fold(written), []).append((cells, written))
    not_stated = spellings.pop("", [])
    rows = [BreakdownRow(key, _add(cells for cells, _name in named), max(named)[1]) for key, named in spellings.items()]
    rows.sort(key=lambda row: (*(-cell for cell in row.cells), row.key))
    rest = [BreakdownRow(OTHERS, _add(row.cells for row in rows[shown:]))] if rows[shown:] else []
    unknown = [BreakdownRow("", _add(cells for cells, _name in not_stated))] if not_stated else []
    return Breakdown("affiliation", (*rows[:shown], *rest, *unknown))


def _groups(edition: Edition, *columns: str) -> list[tuple[dict[str, Any], Cells]]:
    """Count in one statement, whatever the number of people."""
    status = Registration.Status
    columns = columns or ("mode", "is_reserved", "profile", "country")
    counted = (
        Registration.objects.filter(edition=edition)
        .annotate(is_reserved=HOLDS_RESERVED_SEAT)
        .values(*columns)
        .annotate(
            registered=Count("pk"),
            confirmed=Count("pk", filter=Q(status=status.CONFIRMED)),
            waiting=Count("pk", filter=Q(status=status.WAITING)),
            cancelled=Count("pk", filter=Q(status=status.CANCELLED)),
            present=Count("pk", filter=Q(PRESENT)),
        )
        .order_by(*columns)
    )
    return [(dict(group), tuple(group[measure] for measure in MEASURES)) for group in counted]


def _country(group: dict[str, Any]) -> str:
    country: str = group["country"]
    return "FR" if country in FRANCE_OVERSEAS else country


def _by_seats(groups: Iterable[tuple[dict[str, Any], Cells]]) -> Breakdown:
    """Not by pool: published beside the modes, a small number of reserved seats would be what one of them lacks."""
    keys = {True: ON_RESERVED_SEATS, False: NOT_ON_RESERVED_SEATS}
    return _breakdown("seats", groups, lambda group: keys[group["is_reserved"]], keys.values())


def _breakdown(
    name: BreakdownName,
    groups: Iterable[tuple[dict[str, Any], Cells]],
    key: Callable[[dict[str, Any]], str],
    order: Iterable[str],
) -> Breakdown:
    """Return a row for each value that occurs, in ``order`` or else the largest first."""
    rows: dict[str, Cells] = {}
    for group, cells in groups:
        rows[key(group)] = _add([rows.get(key(group), NOTHING), cells])
    places = {value: place for place, value in enumerate(order)}
    ordered = sorted(rows.items(), key=lambda row: (places.get(row[0], 0), *(-cell for cell in row[1]), row[0]))
    return Breakdown(name, tuple(BreakdownRow(value, cells) for value, cells in ordered))


def _by_session(edition: Edition) -> Breakdown:
    claims, released, present = _claims(edition), _released(edition), _present(edition)
    sessions = Session.objects.talks().filter(edition=edition).in_order()
    return Breakdown(
        "session",
        tuple(
            BreakdownRow(
                session.slug,
                _add(
                    [
                        claims.get(session.pk, NOTHING),
                        released.get(session.pk, NOTHING),
                        (0, 0, 0, 0, present.get(session.pk, 0)),
                    ]
                ),
                session.title,
            )
            for session in sessions
        ),
    )


def _claims(edition: Edition) -> dict[int, Cells]:
    """Count who holds a seat in each session or waits for one."""
    counted = (
        Claim.objects.filter(pool__edition=edition, pool__session__isnull=False)
        .values("pool__session")
        .annotate(
            registered=Count("pk"),
            confirmed=Count("pk", filter=Q(is_held=True, registration__status=Registration.Status.CONFIRMED)),
            waiting=Count("pk", filter=Q(is_held=False)),
        )
    )
    return {row["pool__session"]: (row["registered"], row["confirmed"], row["waiting"], 0, 0) for row in counted}


def _released(edition: Edition) -> dict[int, Cells]:
    """Count who once asked for each session: cancelled, they hold no claim, and the registration remembers."""
    counted = (
        Registration.objects.filter(edition=edition)
        .annotate(session=Func(F("released_sessions"), function="unnest", output_field=BigIntegerField()))
        .values("session")
        .annotate(registered=Count("pk"), cancelled=Count("pk", filter=Q(status=Registration.Status.CANCELLED)))
    )
    return {row["session"]: (row["registered"], 0, 0, row["cancelled"], 0) for row in counted}


def _present(edition: Edition) -> dict[int, int]:
    entries = CheckIn.objects.entries().filter(session__edition=edition, registration__edition=edition)
    counted = entries.values("session").annotate(people=Count("registration", distinct=True))
    return {row["session"]: row["people"] for row in counted}


def _add(rows: Iterable[Cells]) -> Cells:
    return tuple(sum(column) for column in zip(NOTHING, *rows, strict=True))
