"""Comparing what people type, and carrying it."""

import hashlib
import re
import unicodedata

# What a mail server takes at most. Compatibility characters unfold to several: « ㍿ » to four.
EMAIL_LENGTH = 254
# What XML and iCalendar cannot hold, and what some of their readers take for the end of a line.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
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


def carriable(value: str) -> str:
    """Return ``value`` as any file format takes it: line feeds for whatever ends a line, no other control character."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", value))


def one_line(value: str) -> str:
    return " ".join(carriable(value).split())


def lines_of(value: str) -> list[str]:
    """Return the lines on which something stands."""
    return [line for line in value.splitlines() if line.strip()]
