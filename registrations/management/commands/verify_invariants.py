"""Prove on a live database that no seat was lost or given twice."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registrations.services import invariants


class Command(BaseCommand):
    help = "Check that seats, claims, registrations, mails and check-ins agree; read-only, on one snapshot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        findings = invariants.verify()
        if options["json"]:
            rows = [
                {"invariant": f.invariant, "holds": f.holds, "rows": [list(map(str, r)) for r in f.rows]}
                for f in findings
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            for finding in findings:
                self.stdout.write(f"{'ok  ' if finding.holds else 'FAIL'} {finding.invariant}")
                for row in finding.rows:
                    self.stdout.write(f"     {', '.join(map(str, row))}")
        broken = sum(not finding.holds for finding in findings)
        if broken:
            raise CommandError(f"{broken} of {len(findings)} invariants do not hold.")
