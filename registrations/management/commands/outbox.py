"""See what mail waits, since when and why; send it; try again what failed."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from symposium.outbox import inspection
from symposium.outbox.delivery import deliver_due
from symposium.outbox.models import OutgoingMail
from symposium.outbox.retry import retry_failed


class Command(BaseCommand):
    help = "Show the mail outbox (status), send what is due (deliver), or queue again what failed (retry)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", nargs="?", choices=["status", "deliver", "retry"], default="status")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        answer: dict[str, Any]
        if options["action"] == "deliver":
            answer = asdict(deliver_due(clock=timezone.now))
        elif options["action"] == "retry":
            answer = {"retried": retry_failed(OutgoingMail.objects.all(), at=timezone.now())}
        else:
            answer = asdict(inspection.status())
        if options["json"]:
            self.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        elif options["action"] == "status":
            self._show(answer)
        else:
            self.stdout.write(_totals(answer))

    def _show(self, answer: dict[str, Any]) -> None:
        self.stdout.write(_totals(answer["totals"]))
        for group in (*answer["waiting"], *answer["failed"]):
            next_attempt = f"; next attempt {_moment(group['next_attempt_at'])}" if group["state"] == "queued" else ""
            self.stdout.write(
                f"{group['state']:8} {group['mails']:6}  {group['kind']}  since {_moment(group['since'])}"
                f"; {group['attempts']} attempts{next_attempt}: {group['reason']}"
            )


def _totals(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(" ", "seconds")
