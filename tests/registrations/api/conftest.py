"""Programs that ask, at ``NOW``."""

import json

import pytest

from programme.models import StaffRole
from registrations.models import ApiToken
from registrations.services import api_tokens
from tests.factories import NOW, UserFactory

ROOT = "/api/v1/"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


class Program:
    """A program with or without a key."""

    def __init__(self, client, token=None):
        self.client, self.token = client, token
        self.headers = {"authorization": f"Bearer {token.secret}"} if token else {}

    def get(self, path, **headers):
        return self.client.get(f"{ROOT}{path}", headers={**self.headers, **headers})

    def post(self, path, body, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.post(
            f"{ROOT}{path}", body, content_type="application/json", headers={**self.headers, **headers}
        )


@pytest.fixture
def anybody(client):
    return Program(client)


def make_token(edition, *scopes, by=None):
    by = by or UserFactory()
    if edition is not None:
        StaffRole.objects.get_or_create(user=by, edition=edition, role="organizer")
    token = ApiToken(name="Statistics", edition=edition, scopes=list(scopes))
    api_tokens.issue(token=token, days=90, by=by, at=NOW)
    return token


@pytest.fixture
def program(client, edition):
    """Make a program that has a key to the edition with these scopes."""
    return lambda *scopes, **fields: Program(client, make_token(edition, *scopes, **fields))


def code_of(response):
    """The status and the code of a problem, which is well formed."""
    assert response["Content-Type"] == "application/problem+json"
    content = response.json()
    assert content.keys() >= {"type", "title", "status", "code", "detail"}
    assert content["status"] == response.status_code
    return response.status_code, content["code"]
