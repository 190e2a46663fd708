"""The interface keeps what its description says: schemathesis asks what it can think of, over all operations."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from registrations.models import ApiToken
from symposium.wsgi import application
from tests.factories import AppearanceFactory, FigureFactory, PartnershipFactory, registered, with_seats
from tests.registrations.api.conftest import make_token

BOUNDED = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(edition):
    """Something at every address, as the words that stand for it."""
    AppearanceFactory(session=with_seats(edition, 5, slug="talk"), person__slug="somebody")
    PartnershipFactory(edition=edition)
    FigureFactory(edition=edition)
    registration = registered(edition)
    return {"edition": edition.slug, "slug": "somebody", "code": registration.reference, "session": "talk"}


@pytest.fixture
def headers(edition):
    """Those of a program that may do everything, and takes answers as they are."""
    token = make_token(edition, *ApiToken.Scope.values)
    return {"Authorization": f"Bearer {token.secret}", "Accept-Encoding": "identity"}


@pytest.fixture
def operations(edition):
    # The transaction of the test is on the connection: Django's own test client leaves it open as well.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    yield [found.ok() for found in schema.get_all_operations()]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def statuses(operation, mode, headers, world):
    """Ask many times, with words of the world where there are any; return what was answered, which fits the description."""
    seen = set()

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        for part in (case.path_parameters, case.body):
            if mode is GenerationMode.POSITIVE and isinstance(part, dict):
                part.update({name: world[name] for name in part.keys() & world.keys()})
                part.pop("scanned_at", None)
        # No schema says which cursor was given, and which ticket exists.
        answer = case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
        seen.add(answer.status_code)

    ask()
    return seen


def test_right_requests_are_answered_as_described(operations, headers, world):
    for operation in operations:
        assert statuses(operation, GenerationMode.POSITIVE, headers, world) & {200, 201}, operation.label

    assert len(operations) == 11


def test_wrong_requests_are_refused_as_described(operations, headers, world):
    for operation in operations:
        assert max(statuses(operation, GenerationMode.NEGATIVE, headers, world)) < 500, operation.label
