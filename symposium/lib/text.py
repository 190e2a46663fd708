"""Comparing what people type."""

import hashlib
import unicodedata

# What a mail server takes at most. Compatibility characters unfold to several: « ㍿ » to four.
EMAIL_LENGTH = 254
# Letters that Unicode does not take apart.
WHOLE_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)


def normalise_email(value: str) -> str:
    """Return the form under which two addresses are the same. Neither ``+tag`` nor dots are touched.

    One that grows beyond what any server takes becomes a digest, which still tells it from all others.
    """
    folded = unicodedata.normalize("NFKC", value).casefold()
    normal = unicodedata.normalize("NFKC", folded).strip()
    if len(normal) <= EMAIL_LENGTH:
        return normal
    return hashlib.sha256(normal.encode(errors="surrogatepass")).hexdigest()


def fold(value: str) -> str:
    """Return ``value`` without accents and case, for searching: « Élodie Œuvray » becomes « elodie oeuvray »."""
    # Apart first, since a black-letter H has no lower case; and again, since lower case may be composed.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", value).casefold()).translate(WHOLE_LETTERS)
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
