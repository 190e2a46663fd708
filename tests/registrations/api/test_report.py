"""The numbers of an edition, for programs."""

from registrations.services.reserved import reserve
from tests.factories import NOW, FigureFactory, SeatPoolFactory, UserFactory, registered


def test_report_gives_the_numbers_and_hides_what_points_at_few(program, edition):
    FigureFactory(edition=edition)
    for number in range(6):
        registered(edition, f"{number}@example.org")
    registered(edition, "online@example.org", mode="online", profile="press")

    told = program("figures:read").get(f"editions/{edition.slug}/report?lang=en").json()

    assert (told["edition"], told["at"]) == (edition.slug, "2027-03-01T13:00:00+01:00")
    numbers = {(one["measure"], one["source"]): one["value"] for one in told["figures"]}
    assert (numbers["not_stated", "declared"], numbers["registered", "counted"]) == (420, 7)
    assert told["breakdowns"].keys() == {"mode", "session", "profile", "country"}
    online = next(row for row in told["breakdowns"]["mode"] if row["key"] == "online")
    assert (online["label"], online["registered"], online["cancelled"]) == ("online", None, 0)
    # Alone, it could be worked out from the total.
    assert [row["registered"] for row in told["breakdowns"]["mode"]] == [None, None]


def test_report_tells_reserved_seats_apart_and_hides_few(program, edition):
    SeatPoolFactory(edition=edition, mode="reserved", capacity=2)
    for number in range(6):
        registered(edition, f"{number}@example.org")
    reserve(registration=registered(edition), by=UserFactory(), at=NOW, reason="")

    told = program("figures:read").get(f"editions/{edition.slug}/report?lang=en").json()["breakdowns"]["seats"]

    assert [(row["key"], row["label"]) for row in told] == [
        ("reserved", "on a reserved seat"),
        ("not_reserved", "without a reserved seat"),
    ]
    assert [(row["confirmed"], row["waiting"]) for row in told] == [(None, 0), (None, 0)]
