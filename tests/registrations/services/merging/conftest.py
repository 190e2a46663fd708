from datetime import timedelta

import pytest

from tests.factories import NOW, UserFactory, registered


@pytest.fixture
def organizer(db):
    return UserFactory()


@pytest.fixture
def one(edition):
    return registered(edition, "one@example.org", given_name="Ada")


@pytest.fixture
def other(edition, one):
    return registered(edition, "other@example.org", given_name="A.", at=NOW + timedelta(minutes=1))
