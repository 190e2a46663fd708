"""The command ``demo``, but for gunicorn; tests/journeys/test_demo.py runs it whole."""

import signal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from gunicorn.app.base import BaseApplication

from programme.models import Edition
from symposium.lib.demo_server import listen
from tests.topology.processes import free_port


@pytest.fixture
def demo(settings, tmp_path, monkeypatch):
    """Run the demo until it is ready, and return what it said."""
    settings.DEBUG = True
    settings.PORT = free_port()
    settings.VAR = tmp_path / "var"
    signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(BaseApplication, "run", lambda self: self.cfg.when_ready(None))

    def run():
        said = StringIO()
        call_command("demo", stdout=said)
        return said.getvalue()

    yield run
    for number, handler in signals.items():
        signal.signal(number, handler)


@pytest.mark.django_db(transaction=True)
def test_demo_makes_the_sample_and_prints_the_links(demo, settings, client):
    said = demo()

    assert Edition.objects.count() == 3
    assert f"Symposium is at {settings.PUBLIC_ORIGIN}/\n" in said
    links = [line.split()[-1] for line in said.splitlines() if "/demo/sign-in/" in line]
    found = [client.get(link.removeprefix(settings.PUBLIC_ORIGIN))["Location"] for link in links]
    assert found == ["/admin/", "/admin/", f"/checkin/{Edition.objects.get(ordinal=3).slug}/", "/admin/"]
    assert "/mailbox/" in said


@pytest.mark.django_db(transaction=True)
def test_demo_keeps_what_is_there(demo, settings, client):
    settings.EMAIL_FILE_PATH = None
    Edition.objects.create(
        slug="ours", ordinal=1, title="La nôtre", starts_at="2021-05-01T00:00Z", ends_at="2021-05-02T00:00Z"
    )

    said = demo()

    assert [edition.slug for edition in Edition.objects.all()] == ["ours"]
    assert "/mailbox/" not in said


@pytest.mark.django_db(transaction=True)
def test_demo_with_a_broker_starts_processes(demo, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    started = []
    monkeypatch.setattr(
        "symposium.lib.demo_server.start_task_processes", lambda schedule: started.append(schedule) or []
    )

    demo()

    assert started == [settings.VAR / f"celerybeat-{settings.PORT}"]


@pytest.mark.django_db(transaction=True)
def test_ctrl_c_before_the_server_is_up_is_no_traceback(demo, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(BaseApplication, "run", interrupted)

    assert demo().endswith("Stopped.\n")


def test_demo_ends_in_order_when_it_is_told_to(demo, settings):
    with listen("127.0.0.1", settings.PORT) as listener:
        listener.listen()
        with pytest.raises(CommandError):
            demo()

    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 0


def test_taken_port_is_said_in_one_line(demo, settings):
    with listen("127.0.0.1", settings.PORT) as listener:
        listener.listen()

        with pytest.raises(
            CommandError, match=f"^Port {settings.PORT} is taken: choose another, as in PORT=8001 make demo.$"
        ):
            demo()


def test_demo_refuses_an_installation(demo, settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG=true"):
        demo()
