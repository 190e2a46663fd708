"""The public pages read the clock; here it stands still while registration is open."""

import pytest
import time_machine

from tests.factories import NOW


@pytest.fixture(autouse=True)
def _still_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client):
    def get(address):
        response = client.get(address)
        assert response.status_code == 200, address
        return response.content.decode()

    return get
