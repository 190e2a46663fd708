"""Erase somebody who asks for it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registrations.services.privacy import erase_person


class Command(BaseCommand):
    help = "Erase an address from every edition; counts stay. A place in an edition to come goes to the next."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--json", action="store_true", help="print the number as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        erased = erase_person(email=options["email"], at=timezone.now())
        if not erased:
            raise CommandError("Nothing is kept of this address.")
        # The address is not repeated: a log may keep this line.
        self.stdout.write(json.dumps({"erased": erased}) if options["json"] else f"Erased from {erased} edition(s).")
