"""What is said of an uploaded file that cannot be read, whatever it was to bring."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from symposium.lib.tables import Reason, Unreadable

WORDS = {
    Reason.EMPTY: gettext_lazy("This file is empty."),
    Reason.BAD_LINE: gettext_lazy("The table cannot be read from line %(line)s on: a quotation mark is not closed."),
    Reason.BAD_WORKBOOK: gettext_lazy("This workbook cannot be read. Save it again as XLSX, or as CSV."),
    Reason.OLD_WORKBOOK: gettext_lazy("This is an old or a protected workbook. Save it as XLSX without a password."),
}


def in_words(error: Unreadable, *, too_long: str | Promise, not_text: str | Promise) -> str:
    """Return why, where ``too_long`` and ``not_text`` say what the page takes."""
    words = {**WORDS, Reason.TOO_LONG: too_long, Reason.NOT_TEXT: not_text}[error.reason]
    return str(words % {"line": error.line})
