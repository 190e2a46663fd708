"""Fill the database with the sample world."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import timezone

from registrations.management.sample_world import world

SEED = 2022
# With them the edition to come has forty seats left on site.
PEOPLE = 500
MOST_PEOPLE = 1_000_000


class Command(BaseCommand):
    help = (
        "Add the sample editions and their invented people, where they are missing; what is there is left as it is. "
        "With DEBUG also the accounts that the demo signs in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help=f"another number invents other people ({SEED})")
        parser.add_argument(
            "--people", type=int, default=PEOPLE, help=f"registrations of the edition to come, at least ({PEOPLE})"
        )
        parser.add_argument("--json", action="store_true", help="print what was added as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not 0 <= options["people"] <= MOST_PEOPLE:
            raise CommandError(f"--people takes a number from 0 to {MOST_PEOPLE}.")
        try:
            built = world.build(
                seed=options["seed"], people=options["people"], at=timezone.now(), with_accounts=settings.DEBUG
            )
        except ProgrammingError as error:
            raise CommandError("The tables are not those of this version: run manage.py migrate first.") from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(built)))
        else:
            editions = ", ".join(built.editions) or "none"
            self.stdout.write(
                f"Added: editions {editions}; {built.registrations} registrations; {built.accounts} accounts."
            )
