"""What reading a public page costs, beside a view that does nothing: CPU and SQL statements, cold, warm and unchanged (304).

    .venv/bin/python manage.py seed_demo
    DEBUG=1 DATABASE_URL=… .venv/bin/python -m benchmarks.pages 2027

In one process and without a socket, so that only our own code is measured.
"""

import argparse
import time
from collections.abc import Callable

from benchmarks import ready  # noqa: F401  importing it is what it is for

# isort: split

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

EMPTY = "/healthz"


def cost(client: Client, address: str, times: int, before: Callable[[], None] = lambda: None, **headers: str) -> float:
    """Return milliseconds of CPU a request; what ``before`` takes is not counted."""
    used = 0.0
    for _time in range(times):
        before()
        started = time.process_time()
        client.get(address, headers=headers)
        used += time.process_time() - started
    return used / times * 1000


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="?", default="2027")
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args()
    settings.DEBUG = False  # it keeps every statement in memory
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    client = Client()
    cost(client, EMPTY, options.times)
    empty = cost(client, EMPTY, options.times)
    print(f"{EMPTY}: {empty:.2f} ms of CPU")
    slug = options.edition
    for address in (
        "/fr/",
        f"/fr/{slug}/",
        f"/fr/{slug}/programme/",
        f"/{slug}/schedule.json",
        f"/{slug}/schedule.ics",
    ):
        cache.clear()
        cold_statements, warm_statements = statements(client, address), statements(client, address)
        etag = client.get(address).headers["ETag"]
        cold = cost(client, address, options.times, cache.clear)
        warm = cost(client, address, options.times)
        unchanged = cost(client, address, options.times, if_none_match=etag)
        print(
            f"{address}: cold {cold:.1f} ms ({cold / empty:.1f} times the empty view, {cold_statements} statements), "
            f"warm {warm:.1f} ms ({warm / empty:.1f} times, {warm_statements} statements), 304 {unchanged:.1f} ms"
        )


if __name__ == "__main__":
    main()
