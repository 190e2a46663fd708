"""Erase what its period has ended for."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from registrations.services.privacy import purge
from symposium.trail.writing import Source


class Command(BaseCommand):
    help = "Erase the people whose data have served; runs by itself every day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--at", help="as if it were this moment, as in 2028-01-31T00:00:00+01:00")
        parser.add_argument("--json", action="store_true", help="print the numbers as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        reached = asdict(purge(at=self.moment(options["at"]), dry_run=options["dry_run"], by=Source.COMMAND))
        if options["json"]:
            self.stdout.write(json.dumps(reached))
            return
        verb = "Would erase" if options["dry_run"] else "Erased"
        self.stdout.write(f"{verb}: {', '.join(f'{count} {reason}' for reason, count in reached.items())}.")

    def moment(self, written: str | None) -> datetime:
        if written is None:
            return timezone.now()
        try:
            moment = parse_datetime(written)
        except ValueError:
            moment = None
        if moment is None or timezone.is_naive(moment):
            raise CommandError("--at needs a moment with its offset, as in 2028-01-31T00:00:00+01:00.")
        return moment
