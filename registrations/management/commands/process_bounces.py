"""Read the notices of mails that came back."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from symposium.outbox.bounces import NOTICE_BYTES, Outcome, take


class Command(BaseCommand):
    help = (
        "Read one notice of failure from standard input, or all new ones of a Maildir, and mark the addresses that no mail "
        "reaches. What is no notice about one of our mails is counted and left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--maildir", type=Path, help="a folder with new/ and cur/; what was read moves into cur/")
        parser.add_argument("--json", action="store_true", help="print the numbers as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.BOUNCE_ADDRESS:
            raise CommandError("BOUNCE_ADDRESS is not set: no mail says where it comes back to.")
        folder: Path | None = options["maildir"]
        if folder is not None and not (folder / "new").is_dir():
            raise CommandError(f"{folder} is no Maildir: it has no folder new.")
        try:
            found = Counter(_outcomes(folder) if folder else [_take(sys.stdin.buffer)])
        except OSError as error:
            raise CommandError(f"The Maildir cannot be read or changed: {error}") from error
        counts = {outcome.value: found[outcome] for outcome in Outcome}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))


def _take(notice: BinaryIO) -> Outcome:
    return take(notice.read(NOTICE_BYTES), at=timezone.now())


def _outcomes(folder: Path) -> Iterator[Outcome]:
    (folder / "cur").mkdir(exist_ok=True)
    for path in sorted((folder / "new").iterdir()):
        try:
            with path.open("rb") as notice:
                outcome = _take(notice)
            if outcome != Outcome.OTHER:
                path.rename(folder / "cur" / f"{path.name}:2,S")
        except (FileNotFoundError, IsADirectoryError):  # another run, or a reader of mail, was faster; or it is no mail
            continue
        yield outcome
