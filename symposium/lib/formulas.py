"""Cells that a spreadsheet would take for formulas, in the files that we write and in those that come back."""

FORMULA_STARTS = frozenset("=+-@\t\r")


def neutral(text: str | None) -> str:
    """Return text that no spreadsheet runs; nothing of it is lost."""
    if not text:
        return ""
    return f"'{text}" if text[0] in FORMULA_STARTS else text


def as_typed(cell: str) -> str:
    """Return what ``neutral`` was given; a name that begins with an apostrophe of its own keeps it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS else cell
