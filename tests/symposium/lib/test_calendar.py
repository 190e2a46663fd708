from dataclasses import replace
from datetime import date

from symposium.lib.calendar import CalendarEvent, calendar_of
from tests.factories import NOW

BARE = CalendarEvent(
    uid="1@example.org",
    summary="IA, médecine",
    starts=date(2027, 5, 20),
    ends=date(2027, 5, 21),
    time_zone="Europe/Paris",
    changed_at=NOW,
    language="fr",
)


def lines(event):
    return calendar_of(event).decode().replace("\r\n ", "").split("\r\n")


def test_event_says_only_what_is_known():
    names = {line.split(":")[0].split(";")[0] for line in lines(BARE)}

    assert not names & {"DESCRIPTION", "LOCATION", "URL", "CATEGORIES", "ORGANIZER", "CONFERENCE"}
    assert "SUMMARY;LANGUAGE=fr:IA\\, médecine" in lines(BARE)


def test_event_says_all_that_is_known():
    told = lines(
        replace(
            BARE,
            description="A; b",
            location="Paris",
            url="https://example.org/",
            conference="https://example.org/live",
        )
    )

    assert "DESCRIPTION;LANGUAGE=fr:A\\; b" in told
    assert "LOCATION;LANGUAGE=fr:Paris" in told
    assert "URL:https://example.org/" in told
    assert any(line.startswith("CONFERENCE") and line.endswith(":https://example.org/live") for line in told)
