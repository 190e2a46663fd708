"""ORCID iDs: sixteen figures, the last of which checks the others (ISO/IEC 7064, MOD 11-2)."""

import re

FORM = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
CHECK_CHARACTERS = "0123456789X"


def is_orcid(value: str) -> bool:
    """Say whether it is an iD as ORCID itself writes it."""
    if not FORM.fullmatch(value):
        return False
    *figures, last = list(value.replace("-", ""))
    total = 0
    for figure in figures:
        total = (total + int(figure)) * 2
    return last == CHECK_CHARACTERS[(12 - total % 11) % 11]
