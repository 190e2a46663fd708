"""Budgets of requests: few for one address, many for one network, kept in the shared cache.

The cache may be away: then nothing is counted and everybody passes, because a lost cache must never become a lost
registration. What is counted stands there as a keyed digest: whoever reads the cache learns no address.
"""

import ipaddress
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from symposium.lib.text import normalise_email

SALT = "symposium.limits"


@dataclass(frozen=True)
class Budget:
    """So many in so many seconds, counted from the first of them."""

    name: str
    most: int
    seconds: int

    def takes(self, about: str) -> bool:
        """Count one more for ``about`` and say whether it is within the budget."""
        key = self._key(about)
        if cache.add(key, 1, self.seconds):
            return True
        try:
            return cache.incr(key) <= self.most
        except ValueError:  # its time ended between the two questions
            return True

    def has_left(self, about: str) -> bool:
        """Say whether the budget has something left for ``about``, and count nothing."""
        return int(cache.get(self._key(about), 0)) < self.most

    def _key(self, about: str) -> str:
        digest = salted_hmac(SALT, about, algorithm="sha256").hexdigest()[:32]
        return f"limit:{self.name}:{digest}"


# The same person twice, a double click, a script of fifty equal posts: one registration and one letter in ten minutes
# come of them, whatever their number (``links.send_again``). So this only keeps one address from being tried for ever.
PER_ADDRESS = Budget("address", most=120, seconds=600)
# A hospital or a university behind one address opens the form together; 300 of them within five minutes all pass.
PER_NETWORK = Budget("network", most=1_000, seconds=300)


# Somebody registers a whole team, and nobody half a hospital with an address that is not theirs.
PER_ASSISTANT = Budget("assistant", most=10, seconds=3600)
OF_ASSISTANT = Budget("assistant-and-person", most=1, seconds=3600)


# Wrong codes of invitations: many of a hospital mistype theirs, and whoever tries words gets nowhere.
WRONG_CODES = Budget("code", most=60, seconds=600)


def has_room_for(*, email: str, visitor: str) -> bool:
    """Say whether one more form about this address, from this visitor, is within both budgets."""
    return network_has_room(PER_NETWORK, visitor) and PER_ADDRESS.takes(normalise_email(email))


def network_has_room(budget: Budget, visitor: str) -> bool:
    """Say whether one more from where this visitor comes from is within a budget of networks."""
    network = public_network(visitor)
    return not network or budget.takes(network)


def may_register_another(*, assistant: str, person: str) -> bool:
    """Say whether an address may register this person beside those of the last hour; the same one again counts once."""
    assistant, pair = normalise_email(assistant), f"{normalise_email(assistant)} {normalise_email(person)}"
    if not PER_ASSISTANT.has_left(assistant):
        return not OF_ASSISTANT.has_left(pair)
    if OF_ASSISTANT.takes(pair):
        PER_ASSISTANT.takes(assistant)
    return True


def note_wrong_code(visitor: str) -> None:
    network_has_room(WRONG_CODES, visitor)


def may_try_a_code(visitor: str) -> bool:
    network = public_network(visitor)
    return not network or WRONG_CODES.has_left(network)


def public_network(visitor: str) -> str:
    """Return the network of an address (24 bits of IPv4, 64 of IPv6); nothing for one that is not of the open internet.

    A private or loopback address is a house of its own, this machine, or a proxy that nobody has told us of: behind
    that one stands everybody, and a budget for it would shut the form to all at the minute it opens.
    """
    try:
        address = ipaddress.ip_address(visitor)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not address.is_global:
        return ""
    bits = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
