"""What deliveries to webhooks cost when receivers are slow or away: rounds, statements, and how long the others wait.

    .venv/bin/python manage.py seed_demo
    DEBUG=1 DATABASE_URL=… .venv/bin/python -m benchmarks.webhooks 2027

The receivers are of this process. Their webhooks and deliveries are made for it and deleted, so that no other installation
is told anything; a scheduler must not run beside it.
"""

import argparse
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks import ready  # noqa: F401  importing it is what it is for

# isort: split

from django.conf import settings
from django.db import connection
from django.utils import timezone

from programme.models import Edition
from registrations.models import Webhook, WebhookDelivery
from registrations.services import webhooks
from registrations.services.webhook_delivery import deliver_due


class Receiver:
    """Answers after a while with a status, and notes when it was asked."""

    def __init__(self, status: int, seconds: float = 0) -> None:
        self.asked: list[float] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.asked.append(time.monotonic())
                self.rfile.read(int(self.headers["content-length"]))
                time.sleep(seconds)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def waiting(edition: Edition, url: str, count: int) -> Webhook:
    """Make a webhook for which so many deliveries wait."""
    webhook = Webhook(edition=edition, url=url, events=list(Webhook.Event.values))
    webhooks.save(webhook=webhook)
    at = timezone.now()
    test = WebhookDelivery.Event.TEST
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook=webhook,
            event=test,
            occasion=str(number),
            happened_at=at,
            due_at=at,
            given_up_at=at + webhooks.TRIED_FOR,
        )
        for number in range(count)
    )
    return webhook


class Statements(Counter[str]):
    def __call__(self, execute, sql, params, many, context):
        self[sql.partition(" ")[0]] += 1
        return execute(sql, params, many, context)


def round_of(name: str, receivers: dict[str, Receiver], seconds: float) -> None:
    """Print what one run of the task does."""
    statements, cpu, started = Statements(), time.process_time(), time.monotonic()
    with connection.execute_wrapper(statements):
        sent = deliver_due(clock=timezone.now, seconds=seconds)
    took, used = time.monotonic() - started, time.process_time() - cpu
    told = {who: len(receiver.asked) for who, receiver in receivers.items()}
    first = {who: f"{receiver.asked[0] - started:.1f} s" for who, receiver in receivers.items() if receiver.asked}
    print(
        f"{name}: {sent} taken in {took:.1f} s, {statements.total()} statements, {used:.1f} s of CPU; asked {told}, first after {first}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="?", default="2027")
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    settings.DEBUG = True  # this machine may be told
    connection.force_debug_cursor = False
    edition = Edition.objects.get(slug=options.edition)
    scenes = {
        "all is well": {"good": Receiver(204)},
        "one is away": {"away": None, "good": Receiver(204)},
        "one answers 503": {"broken": Receiver(503), "good": Receiver(204)},
        "one takes 9 s": {"slow": Receiver(204, 9), "good": Receiver(204)},
        "three take 9 s": {**{f"slow {n}": Receiver(204, 9) for n in range(3)}, "good": Receiver(204)},
        "one never answers": {"hanging": Receiver(204, 60), "good": Receiver(204)},
    }
    for scene, receivers in scenes.items():
        made = [
            waiting(edition, receiver.url if receiver else "http://127.0.0.1:1/", options.deliveries)
            for receiver in receivers.values()
        ]
        try:
            listening = {name: receiver for name, receiver in receivers.items() if receiver}
            for number in (1, 2):
                round_of(f"{scene}, round {number}", listening, options.seconds)
        finally:
            for webhook in made:
                webhooks.delete(webhook=webhook)


if __name__ == "__main__":
    main()
