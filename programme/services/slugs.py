"""Short names in addresses, made from what a thing is called."""

from collections.abc import Container

from django.utils.text import slugify

from symposium.lib.text import fold

LENGTH = 50


def free_slug(words: str, *, otherwise: str, taken: Container[str]) -> str:
    """Return a short name that nothing else has; ``otherwise`` stands in for words of which no letter is left."""
    base = slugify(fold(words))[: LENGTH - 4].strip("-") or otherwise
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
