from datetime import datetime

import pytest

from tests.registrations.services.coming import DAY, PARIS, asking


@pytest.fixture
def asks(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    return asking(edition)


@pytest.fixture
def asked_at(asks):
    return asks.coming_asked_at


@pytest.fixture
def noon(asks):
    """At noon on the day before, by the clock of the edition."""
    return datetime.combine(asks.day - DAY, datetime.min.time(), PARIS).replace(hour=12)
