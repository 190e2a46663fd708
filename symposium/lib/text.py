"""Comparing what people type."""

import unicodedata


def normalise_email(value: str) -> str:
    """Return the form under which two addresses are the same. Neither ``+tag`` nor dots are touched."""
    return unicodedata.normalize("NFKC", value.strip()).casefold()


def fold(value: str) -> str:
    """Return ``value`` without accents and case, for searching: « Élodie Œuvray » becomes « elodie oeuvray »."""
    plain = unicodedata.normalize("NFKD", value.casefold().replace("œ", "oe").replace("æ", "ae"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
