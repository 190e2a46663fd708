import pytest

from symposium.outbox import kinds
from tests.symposium.outbox.notes import KIND, render
from tests.symposium.outbox.servers import Sink, listening


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    accepted = []
    monkeypatch.setitem(kinds._kinds, KIND, kinds.Kind(render, accepted=lambda row, at: accepted.append((row.pk, at))))
    return accepted


@pytest.fixture
def smtp(settings):
    """Point Django at a port, as EMAIL_URL does."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 1
    settings.DEFAULT_FROM_EMAIL = "The Symposium <desk@symposium.example.org>"

    def use(port):
        settings.EMAIL_PORT = port

    return use


@pytest.fixture
def sink(smtp):
    sink = Sink()
    with listening(sink) as port:
        smtp(port)
        yield sink
