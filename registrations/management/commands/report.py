"""Print the attendance report of an edition."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import override

from programme.models import Edition
from registrations.exports.reports import FORMATS
from registrations.services.reports import make_report


class Command(BaseCommand):
    help = "Print how many registered and came, with where each number comes from, beside another edition if asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", help="its short name in addresses, as 2022")
        parser.add_argument("--against", metavar="EDITION", help="the edition to compare with")
        parser.add_argument("--format", choices=list(FORMATS), default="text")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="fr")

    def handle(self, *_args: Any, **options: Any) -> None:
        edition = find(options["edition"])
        against = find(options["against"]) if options["against"] else None
        if against == edition:
            raise CommandError("An edition cannot be compared with itself.")
        with override(options["language"]):
            content = FORMATS[options["format"]](make_report(edition=edition, against=against, at=timezone.now()))
        if isinstance(content, str):
            self.stdout.write(content)
        else:
            sys.stdout.buffer.write(content)


def find(slug: str) -> Edition:
    edition = Edition.objects.filter(slug=slug).first()
    if edition is None:
        raise CommandError(f"There is no edition {slug}.")
    return edition
