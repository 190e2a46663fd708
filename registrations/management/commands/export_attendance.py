"""Write the attendance list of an edition."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from programme.models import Edition
from registrations.exports.attendance import PROFILES, attendance_file
from registrations.exports.columns import unknown
from registrations.models import Export
from registrations.services.export_rows import of_edition, record_export


class Command(BaseCommand):
    help = "Write who registered and who came, one row per registration, as CSV or XLSX."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", help="its short name in addresses, as 2022")
        parser.add_argument("--profile", choices=list(PROFILES), default=Export.Profile.EXCEL_FR.value)
        parser.add_argument("--columns", metavar="NAME", help="a choice of columns that was kept for the edition")
        parser.add_argument(
            "--output",
            metavar="FILE",
            help="a file, or a folder in which the file gets its usual name; without it, the standard output",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        profile, output = options["profile"], options["output"] and Path(options["output"])
        edition = Edition.objects.filter(slug=options["edition"]).first()
        if edition is None:
            raise CommandError(f"There is no edition {options['edition']}.")
        at, keys = timezone.now(), self._keys(edition, options["columns"])
        registrations = of_edition(edition)
        rows = record_export(registrations=registrations, profile=profile, by=None, at=at, columns=keys)
        # In a transaction the database hands out rows as they are asked for; outside, it would first keep them all.
        with transaction.atomic():
            pieces = attendance_file(registrations, profile, edition=edition, keys=keys)
            if output is None:
                self._write_to_stdout(pieces)
                return
            path = output / PROFILES[profile].file_name([edition], at) if output.is_dir() else output
            self._write_whole(pieces, path)
        self.stdout.write(f"{path}: {rows} rows")

    def _keys(self, edition: Edition, name: str | None) -> list[str]:
        """Return the columns of a choice that was kept; those that are gone are named, beside the list."""
        if name is None:
            return []
        kept = edition.column_sets.filter(name=name).first()
        if kept is None:
            raise CommandError(f"The edition {edition.slug} has no columns named {name}.")
        gone = unknown(edition, kept.columns)
        if len(gone) == len(kept.columns):
            raise CommandError(f"None of the columns of {name} exists any more: {', '.join(gone)}.")
        if gone:
            self.stderr.write(f"These columns of {name} do not exist any more: {', '.join(gone)}.")
        return kept.columns

    def _write_to_stdout(self, pieces: Iterator[bytes]) -> None:
        try:
            write(pieces, sys.stdout.buffer)
        except BrokenPipeError as error:
            # Python flushes once more as it ends; there must be somebody to take it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("Whoever read the list went away before its end.") from error

    def _write_whole(self, pieces: Iterator[bytes], path: Path) -> None:
        """Give the file its name once it is complete: nobody opens half a list. A device or a pipe is written to."""
        target = path.resolve()
        is_file = target.is_file() or not target.exists()
        part = target.with_name(f"{target.name}.part") if is_file else target
        try:
            with part.open("wb") as file:
                write(pieces, file)
            if is_file:
                part.replace(target)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error


def write(pieces: Iterator[bytes], file: BinaryIO) -> None:
    for piece in pieces:
        file.write(piece)
    file.flush()
