"""E-mail addresses: those that are mistyped, and those that no mail can reach."""

import difflib

COMMON_DOMAINS = (
    "aphp.fr", "cnrs.fr", "free.fr", "gmail.com", "gmx.de", "gmx.fr", "harvard.edu", "hotmail.com", "hotmail.fr", "icloud.com",
    "inserm.fr", "inria.fr", "laposte.net", "live.fr", "mit.edu", "orange.fr", "outlook.com", "outlook.fr", "proton.me",
    "sfr.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr",
)  # fmt: skip
# « gmial.com » is 0.89 like gmail.com; « mail.com », a provider of its own, 0.94 but contained in it.
SIMILARITY = 0.85
SHORTEST = 7


def is_writable(email: str) -> bool:
    """Return whether a mail can be addressed so: servers that take other letters before the sign are rare.

    A name without a dot (« localhost ») or a number in brackets is a machine of our own network to our mail server.
    """
    local, _at, domain = email.rpartition("@")
    if "." not in domain.strip(".") or domain.startswith("["):
        return False
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return local.isascii() and domain.isprintable()


def probably_meant(email: str) -> str | None:
    """Return the address that was probably meant, if this one looks mistyped. A guess: to be asked, never enforced."""
    local, _at, domain = email.rpartition("@")
    domain = domain.casefold()
    if domain in COMMON_DOMAINS or len(domain) < SHORTEST:
        return None
    close = difflib.get_close_matches(domain, COMMON_DOMAINS, n=1, cutoff=SIMILARITY)
    if not close or domain in close[0]:
        return None
    return f"{local}@{close[0]}"
