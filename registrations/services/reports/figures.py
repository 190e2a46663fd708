"""What a report is made of: numbers, each with its provenance."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

MeasureName = Literal["registered", "confirmed", "waiting", "cancelled", "present"]
BreakdownName = Literal["mode", "seats", "session", "profile", "country", "affiliation"]

# What is counted here, in the order in which it is shown; ``Figure.Measure`` knows more, which others declared.
MEASURES: tuple[MeasureName, ...] = ("registered", "confirmed", "waiting", "cancelled", "present")
# The keys of the breakdown « seats »: who holds one of those for speakers, moderators and partners, and who does not.
ON_RESERVED_SEATS, NOT_ON_RESERVED_SEATS = "reserved", "not_reserved"
# The key of the row that holds what is not among the largest; it has no title, whatever somebody typed.
OTHERS = "*"


@dataclass(frozen=True)
class ReportFigure:
    """One number of one edition.

    ``source`` is ``declared`` or ``counted``; a counted one that was signed off stands as it was then.
    """

    edition: str
    value: int
    is_approximate: bool
    measure: str
    mode: str
    source: str
    source_label: str
    source_url: str
    stated_date: date
    is_sample: bool
    is_signed_off: bool

    @property
    def is_declared(self) -> bool:
        return self.source == "declared"


@dataclass(frozen=True)
class BreakdownRow:
    """One mode, sort of seats, session, profile, country or affiliation, with a number for each of ``MEASURES``."""

    key: str
    cells: tuple[int, ...]
    title: str = ""


@dataclass(frozen=True)
class Breakdown:
    """``adds_up`` where everybody is in one row exactly; a person may choose several sessions."""

    name: BreakdownName
    rows: tuple[BreakdownRow, ...]

    @property
    def adds_up(self) -> bool:
        return self.name != "session"
