"""What the list of registrations costs with a large edition: SQL statements, CPU, and the time an organizer waits.

    .venv/bin/python manage.py seed_demo --people 100000
    DEBUG=1 DATABASE_URL=… .venv/bin/python -m benchmarks.lists 2027

In one process and without a socket; CPU is that of Python alone, the wait holds that of PostgreSQL as well. The organizer it
signs in is made for it and rolled back.
"""

import argparse
import os
import time
import warnings
from http import HTTPStatus

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "symposium.settings")
warnings.filterwarnings("ignore", "No directory at")  # static files that were not collected
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from programme.models import Edition, StaffRole  # noqa: E402
from registrations.models import Registration  # noqa: E402
from symposium.accounts.models import User  # noqa: E402

REGISTRATIONS = "/admin/registrations/registration/"
MOST_STATEMENTS, MOST_CPU_MS = 12, 150


def sign_in(client: Client, edition: Edition) -> None:
    user = User.objects.create(email="benchmark@example.org", is_staff=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    StaffRole.objects.create(user=user, edition=edition, role=StaffRole.Role.ORGANIZER)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def measure(client: Client, name: str, address: str, times: int) -> bool:
    """Print what one page costs and return whether it keeps the bounds."""
    with CaptureQueriesContext(connection) as captured:
        status = client.get(address).status_code
    times_of_statements = [float(query["time"]) for query in captured]  # now: the next request empties the list
    used, waited = [], []
    for _time in range(times):
        cpu, wall = time.process_time(), time.monotonic()
        client.get(address)
        used.append((time.process_time() - cpu) * 1000)
        waited.append((time.monotonic() - wall) * 1000)
    is_within = status == HTTPStatus.OK and len(times_of_statements) <= MOST_STATEMENTS and min(used) <= MOST_CPU_MS
    print(
        f"{name}: {status}, {len(times_of_statements)} statements, {min(used):.0f} ms of CPU, {min(waited):.0f} ms in all, "
        f"slowest statement {max(times_of_statements, default=0) * 1000:.0f} ms{'' if is_within else ', BEYOND THE BOUNDS'}"
    )
    return is_within


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="?", default="2027")
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    settings.DEBUG = False  # it keeps every statement in memory
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    edition = Edition.objects.get(slug=options.edition)
    print(f"{Registration.objects.filter(edition=edition).count()} registrations")
    narrowed = f"{REGISTRATIONS}?edition={edition.slug}"
    pages = {
        "registrations": REGISTRATIONS,
        "of the edition": narrowed,
        "confirmed": f"{narrowed}&status__exact=confirmed",
        "on the waiting list": f"{narrowed}&status__exact=waiting",
        "page 900": f"{narrowed}&p=900",
        "by name": f"{narrowed}&o=1",
        "search, many hits": f"{narrowed}&q=adele",
        "search, one hit": f"{narrowed}&q=adele+{Registration.objects.filter(edition=edition).last().reference}",
        "search, no hit": f"{narrowed}&q=zzzzzz",
    }
    with transaction.atomic():
        client = Client(headers={"accept-language": "fr"})
        sign_in(client, edition)
        results = [measure(client, name, address, options.times) for name, address in pages.items()]
        transaction.set_rollback(True)
    if not all(results):
        raise SystemExit(f"At most {MOST_STATEMENTS} statements and {MOST_CPU_MS} ms of CPU are wanted.")


if __name__ == "__main__":
    main()
