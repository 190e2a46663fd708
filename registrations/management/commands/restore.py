"""Fill an empty database from a backup."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registrations.services.backup import NotABackup, NotEmpty, OtherMigrations, restore


class Command(BaseCommand):
    help = (
        "Fill an empty, migrated database from FILE. Mails that had not left when it was made are held back; people in "
        "FILE.erasures or in this machine's own journal are erased again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            rows, erased = restore(path=path, at=timezone.now())
        except NotABackup as error:
            raise CommandError(f"{path} is no backup of ours, or it is cut. Nothing was changed.") from error
        except OtherMigrations as error:
            raise CommandError(
                "The backup is of another version: install that one and migrate. Nothing was changed."
            ) from error
        except NotEmpty as error:
            raise CommandError("The database is not empty. Nothing was changed.") from error
        if options["json"]:
            self.stdout.write(json.dumps({"rows": rows, "erased_again": erased}))
        else:
            self.stdout.write(f"{sum(rows.values())} rows are back; {erased} registrations were erased again.")
