"""Make a draft of a new edition from one that is there."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registrations.management.commands.report import find
from registrations.services.clone import SlugTaken, clone_edition
from symposium.trail import writing as trail


class Command(BaseCommand):
    help = (
        "Make a draft like another edition: texts, place, rules, seats offered, partners, sessions. Not copied: "
        "registrations, people in sessions, figures, documents, roles of staff. Dates move by 52 weeks, or to --starts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="FROM", help="the edition to copy, by its short name in addresses")
        parser.add_argument("slug", metavar="TO", help="the short name of the new one")
        parser.add_argument("--starts", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its first day")
        parser.add_argument("--json", action="store_true", help="print what was made as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            made = clone_edition(source=find(options["source"]), slug=options["slug"], starts_on=options["starts"])
        except SlugTaken as error:
            raise CommandError(f"{options['slug']} is taken, or no name for an edition.") from error
        by, at = trail.Source.COMMAND, timezone.now()
        trail.write(trail.entry(kind=trail.Kind.ADDED, by=by, at=at, record=made, edition_id=made.pk))
        starts = made.local_start.isoformat()
        if options["json"]:
            self.stdout.write(json.dumps({"edition": made.slug, "ordinal": made.ordinal, "starts_at": starts}))
        else:
            self.stdout.write(f"Made the draft {made.slug}, edition {made.ordinal}, which begins {starts}.")
