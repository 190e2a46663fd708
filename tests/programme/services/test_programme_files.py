"""A programme that was written elsewhere: tables in two languages, calendars, and odd files."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from programme.services.programme_files import (
    Code,
    Draft,
    NotACalendar,
    NoTitleColumn,
    Problem,
    TooManySessions,
    read_programme,
)
from programme.services.programme_lines import Named
from symposium.lib.tables import Unreadable

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2027, 5, 20)


def read(text, encoding="utf-8"):
    return read_programme(text.encode(encoding), zone=PARIS, day=DAY)


def at(hour, minute=0, day=20):
    return datetime(2027, 5, day, hour, minute, tzinfo=PARIS)


def event(*lines):
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_table_in_french_is_read_in_whatever_letters(encoding):
    reading = read(
        "Titre;Titre EN;Début;Fin;Salle;Genre;Intervenants;Modérateurs;Résumé\r\n"
        "Ouverture;Opening;14h;14 h 30;Salle A;;Claire Exemple, Paul de La Tour (Inserm, Paris);Zoé;L'été\r\n"
        "Pause;;21/05/2027 à 15h;;;Pause;;;\r\n",
        encoding,
    )

    assert reading.problems == []
    assert reading.drafts == [
        Draft(
            number=2,
            title_fr="Ouverture",
            title_en="Opening",
            starts_at=at(14),
            ends_at=at(14, 30),
            room_fr="Salle A",
            summary_fr="L'été",
            people=(
                Named("speaker", "Claire Exemple"),
                Named("speaker", "Paul de La Tour", "Inserm, Paris"),
                Named("moderator", "Zoé"),
            ),
        ),
        Draft(number=3, title_fr="Pause", kind="pause", starts_at=at(15, day=21)),
    ]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_table_in_english_is_read_with_whatever_stands_between_the_cells(separator):
    rows = [
        ["title", "day", "start", "end", "room", "speakers", "uid", "unknown"],
        ["Opening", "2027-05-21", "2:00", "", "Hall", "Ada One|Bob Two", "x1", "?"],
        ["'=Debate", "", "2027-05-20T16:00+00:00", "19:00", "", "", "", ""],
    ]

    reading = read("\n".join(separator.join(row) for row in rows))

    assert reading.drafts == [
        Draft(
            number=2,
            title_en="Opening",
            starts_at=at(2, day=21),
            room_en="Hall",
            people=(Named("speaker", "Ada One"), Named("speaker", "Bob Two")),
            uid="x1",
        ),
        Draft(number=3, title_en="=Debate", starts_at=datetime(2027, 5, 20, 16, tzinfo=UTC), ends_at=at(19)),
    ]


def test_column_without_a_language_is_french_beside_an_english_one():
    reading = read("Title;Title EN;Room;Room EN;Summary\nOuverture;Opening;Salle;Hall;Text")

    assert reading.drafts == [
        Draft(number=2, title_fr="Ouverture", title_en="Opening", room_fr="Salle", room_en="Hall", summary_en="Text")
    ]


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (";14h", Code.NO_TITLE, ""),
        ("A;25h", Code.BAD_START, "25h"),
        ("A;noon", Code.BAD_START, "noon"),
        ("A;14h99", Code.BAD_START, "14h99"),
        ("A;2027-05-20 at two", Code.BAD_START, "2027-05-20 at two"),
        ("A;2027-03-28 02:30", Code.BAD_START, "2027-03-28 02:30"),
        ("A;30/02/2027 14:00", Code.BAD_START, "30/02/2027 14:00"),
        ("A;9999-12-31T23:59-12:00", Code.BAD_START, "9999-12-31T23:59-12:00"),
        ("A;0001-01-01 00:00", Code.BAD_START, "0001-01-01 00:00"),
        ("A;14h;soon", Code.BAD_END, "soon"),
        ("A;14h;13h", Code.ENDS_TOO_EARLY, ""),
        ("A;;13h", Code.END_WITHOUT_START, ""),
        ("A;;;party", Code.BAD_KIND, "party"),
        ("A;;;;Thursday", Code.BAD_DAY, "Thursday"),
        ("A;;;;2027-02-30", Code.BAD_DAY, "2027-02-30"),
        (f"{'A' * 201};", Code.TOO_LONG, "A" * 201),
        (f"A;;;;;{'B' * 101}", Code.TOO_LONG, "B" * 101),
        (f"A;;;;;B ({'C' * 301})", Code.TOO_LONG, "B"),
        (f"A;;;;;{',' * 5001}", Code.TOO_LONG, "," * 5001),
        (f"A;;;;;{','.join(f'P{number}' for number in range(51))}", Code.TOO_MANY_PEOPLE, ""),
    ],
)
def test_line_that_cannot_be_is_named_and_the_others_are_read(line, code, words):
    reading = read(f"titre;début;fin;genre;jour;intervenants\nB\n{line}")

    assert reading.drafts == [Draft(number=2, title_fr="B")]
    assert reading.problems == [Problem(3, code, words)]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Claire Exemple", ("Claire", "Exemple")),
        ("Zoé", ("", "Zoé")),
        ("Marie-Christine de la Roche", ("Marie-Christine", "de la Roche")),
        ("Jean Paul DU PONT", ("Jean Paul", "DU PONT")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
        ("La Fontaine", ("La", "Fontaine")),
    ],
)
def test_name_is_parted_where_the_family_name_begins(name, names):
    assert Named("speaker", name).names == names


def test_calendar_is_read():
    text = event(
        "UID:one@example.org", "SUMMARY;LANGUAGE=en-GB:Opening\\, at last", "DTSTART:20270520T140000",
        "DTEND;TZID=Europe/Paris:20270520T150000", "LOCATION:Hall", "DESCRIPTION:First\\nSecond",
    )  # fmt: skip

    reading = read(text)

    assert (reading.is_calendar, reading.problems) == (True, [])
    assert reading.drafts == [
        Draft(
            number=1, title_en="Opening, at last", starts_at=at(14), ends_at=at(15), room_en="Hall",
            summary_en="First\nSecond", uid="one@example.org",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "draft"),
    [
        (["DTSTART:20270520T120000Z", "DURATION:PT90M"], Draft(1, "Été", starts_at=at(14), ends_at=at(15, 30))),
        (["DTSTART;VALUE=DATE:20270520", "DURATION:P1D"], Draft(1, "Été")),
        (["DTSTART:20270520T140000"], Draft(1, "Été", starts_at=at(14))),
    ],
)
def test_end_of_an_event_may_be_a_duration_or_missing(lines, draft):
    assert read(event("SUMMARY:Été", *lines), "cp1252").drafts == [draft]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["DTSTART:20270520T140000"], Code.NO_TITLE),
        (["SUMMARY:A", "DTSTART:99999999"], Code.BAD_START),
        (["SUMMARY:A", "DTSTART:20270328T023000"], Code.BAD_START),
        (["SUMMARY:A", "SUMMARY:B", "DTSTART:20270520T140000", "DTSTART:20270520T150000"], Code.BAD_START),
        (["SUMMARY:A", "DTSTART:20270520T140000", "DTEND:soon"], Code.BAD_END),
        (["SUMMARY:A", "DTSTART:20270520T140000", "DURATION:P999999999D"], Code.BAD_END),
        (["SUMMARY:A", "DTSTART:20270520T140000", "RRULE:FREQ=DAILY"], Code.REPEATS),
        (["SUMMARY:A", "STATUS:CANCELLED"], Code.CANCELLED),
    ],
)
def test_event_that_cannot_be_is_named(lines, code):
    reading = read(event(*lines))

    assert ([problem.code for problem in reading.problems], reading.drafts) == ([code], [])


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Unreadable),
        ("\0\1", Unreadable),
        ("Nom;Prénom\nA;B", NoTitleColumn),
        ("titre\n" + "A\n" * 101, Unreadable),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR", NotACalendar),
        ("BEGIN:VCALENDAR\nnonsense", NotACalendar),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 20_000, NotACalendar),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 101 + "END:VCALENDAR", TooManySessions),
    ],
)
def test_odd_file_is_refused(text, refusal):
    with pytest.raises(refusal):
        read(text)
