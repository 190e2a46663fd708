"""Write the whole database to a file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registrations.services.backup import back_up, journal_beside


class Command(BaseCommand):
    help = (
        "Write the whole database to FILE, in one snapshot, while the site goes on; and FILE.erasures beside it, the journal "
        "of who asked to be erased. Both hold no key: keep SECRET_KEY and TICKET_KEYS apart."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print the rows of each table as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            rows = back_up(path=path, at=timezone.now())
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}.") from error
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        else:
            self.stdout.write(
                f"{sum(rows.values())} rows of {len(rows)} tables are in {path}; {journal_beside(path)} goes with it."
            )
