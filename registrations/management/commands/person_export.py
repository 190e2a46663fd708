"""Answer somebody who asks for their data."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registrations.services.accounts import disclose_person


class Command(BaseCommand):
    help = "Print as JSON everything that is kept of an address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--json", action="store_true", help="accepted for symmetry: the answer is always JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = disclose_person(email=options["email"], at=timezone.now())
        if not found:
            raise CommandError("Nothing is kept of this address.")
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
