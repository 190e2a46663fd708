"""Log lines that tell what happened and not to whom.

What our own code writes names nobody; this is for what others write: Django the path of a request that failed, the
database the values that it refused, a mail server the address it does not like, in the middle of a traceback.
"""

import logging
import re

# The link of a person, a ticket, unsubscribing: what follows is the whole proof of who somebody is.
TOKEN_PATH = re.compile(r"(/(?:registrations|t|u)/)[^/\s\"'?]+")
ADDRESS = re.compile(r"[^\s\"'<>()=,;:\[\]{}]+@[^\s\"'<>()=,;:\[\]{}]+")
# Of PostgreSQL: « Failing row contains (…) », « Key (…)=(…) already exists. », and the statement it did not understand.
DETAIL = re.compile(r"(DETAIL|LINE \d+): .*")


def scrub(text: str) -> str:
    return DETAIL.sub(r"\1: …", ADDRESS.sub("…@…", TOKEN_PATH.sub(r"\1…", text)))


class ScrubbedFormatter(logging.Formatter):
    """Scrubs the whole line at its end, the traceback included, whoever wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
