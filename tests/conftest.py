"""What most tests share."""

import pytest

from tests.factories import EditionFactory, SeatPoolFactory


@pytest.fixture
def edition(db):
    """An edition open for registration at ``NOW``, with ten seats on site and no limit online."""
    edition = EditionFactory()
    SeatPoolFactory(edition=edition, mode="onsite", capacity=10)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)
    return edition


@pytest.fixture(autouse=True)
def answers_that_wait_for_nothing(monkeypatch):
    """Forms that ask for an address take their time, so that it tells nothing; tests have none to lose."""
    monkeypatch.setattr("symposium.middleware.ANSWER_SECONDS", 0)
