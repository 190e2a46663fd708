"""Erase somebody who asks for it."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registrations.services.accounts import erase_person


class Command(BaseCommand):
    help = "Erase an address from every edition, and its account; counts stay. A place still to come goes to the next."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--json", action="store_true", help="print the number as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        erased = erase_person(email=options["email"], at=timezone.now())
        if not any(asdict(erased).values()):
            raise CommandError("Nothing is kept of this address.")
        # The address is not repeated: a log may keep this line.
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "erased": erased.registrations,
                        "accounts": erased.accounts,
                        "staff_accounts": erased.staff_accounts,
                        "kept_elsewhere": erased.kept_elsewhere,
                    }
                )
            )
            return
        self.stdout.write(f"Erased from {erased.registrations} edition(s).")
        if erased.accounts:
            self.stdout.write(f"Deleted {erased.accounts} account(s).")
        for reference in erased.kept_elsewhere:
            self.stdout.write(
                f"{reference} stays: merged with one of these, it has another address. Erase that too if it is theirs."
            )
        if erased.staff_accounts:
            self.stdout.write("An account of the staff stays: what they decided names it. Take its roles away.")
