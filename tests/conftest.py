"""What most tests share."""

import uuid

import pytest
from django.core.cache import cache

from programme.services.accessibility import CACHE_KEY, State, forget_state
from tests.factories import EditionFactory, SeatPoolFactory


@pytest.fixture
def edition(db):
    """An edition open for registration at ``NOW``, with ten seats on site and no limit online."""
    edition = EditionFactory()
    SeatPoolFactory(edition=edition, mode="onsite", capacity=10)
    SeatPoolFactory(edition=edition, mode="online", capacity=None)
    return edition


@pytest.fixture(autouse=True)
def static_files_left_alone(settings):
    """Each client would look for all static files first, which takes longer than most requests."""
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture(autouse=True)
def journal_of_this_run(settings, tmp_path_factory):
    settings.ERASURE_JOURNAL = tmp_path_factory.getbasetemp() / "erasures.txt"


@pytest.fixture(autouse=True)
def answers_that_wait_for_nothing(monkeypatch):
    """Forms that ask for an address take their time, so that it tells nothing; tests have none to lose."""
    monkeypatch.setattr("symposium.middleware.ANSWER_SECONDS", 0)


@pytest.fixture(autouse=True)
def foot_that_knows_its_state():
    """A process that has served a page knows what the foot says of accessibility, so that it costs no statement."""
    cache.set(CACHE_KEY, State.NOT.value, None)
    yield
    forget_state()


@pytest.fixture(autouse=True)
def budgets_of_this_test_alone(monkeypatch):
    """The cache outlives a test, and clocks that stand still never empty a budget."""
    monkeypatch.setattr("symposium.lib.limits.SALT", uuid.uuid4().hex)


@pytest.fixture
def written_legal_notice(settings, tmp_path):
    """A site whose institution has named its host."""
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "legal_host.html").write_text("<p>Example Host, Paris</p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
