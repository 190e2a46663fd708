"""Send something to an address that somebody typed, without becoming their way into our own network.

The host is looked up once, every address that it has must be a public one, and the connection goes to the very address
that was checked: a name that points elsewhere a moment later changes nothing. No proxy and no redirect is followed, and
of the answer only the status is read.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

SECONDS = 10  # for everything after the look-up: connecting, sending, and the first line of the answer
LOCAL = "127.0.0.1"
UNICAST_V6 = ipaddress.ip_network("2000::/3")
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)[ \r]")
LONGEST_LINE = 1000


class BadAddress(Exception):
    """This is no address that anything is sent to."""


class UnknownHost(BadAddress):
    """Nobody knows this host, or not now."""


class NotPublic(BadAddress):
    """The host is in a network of its own: ours, perhaps."""


class NoAnswer(OSError):
    """What came back is not HTTP."""


@dataclass(frozen=True)
class Target:
    """Where a request goes: to one of ``addresses``, in the name of ``host``."""

    host: str
    port: int
    path: str
    is_secure: bool
    addresses: tuple[str, ...]


def find(url: str) -> Target:
    """Return where ``url`` leads; it is https, with the exception of this machine while DEBUG is on.

    :raises BadAddress: nothing is sent there; ``UnknownHost`` and ``NotPublic`` say why.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BadAddress from error
    is_here = settings.DEBUG and host == LOCAL
    if not host or parts.username is not None or not (parts.scheme == "https" or (is_here and parts.scheme == "http")):
        raise BadAddress
    addresses = _look_up(host, port)
    if not is_here and not all(is_public(address) for address in addresses):
        raise NotPublic
    path = iri_to_uri(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
    return Target(host, port, path, parts.scheme == "https", addresses)


def is_public(written: str) -> bool:
    """Whether an address is one that the whole world reaches by the same number.

    Whatever holds an IPv4 address inside (mapped, 6to4, Teredo) is judged by it, or refused.
    """
    address = ipaddress.ip_address(written)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if address not in UNICAST_V6 or address.sixtofour or address.teredo:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def post(target: Target, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> int:
    """Return the status of the answer.

    :raises OSError: there was none within the time; TLS that does not hold is ``ssl.SSLError``.
    """
    deadline = time.monotonic() + seconds
    with _connect(target, deadline) as line:
        kind = http.client.HTTPSConnection if target.is_secure else http.client.HTTPConnection
        request = kind(target.host, target.port)
        request.sock = line
        line.settimeout(_left(deadline))
        request.request("POST", target.path, body, {**headers, "connection": "close"})
        return _status(line, deadline)


def _look_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost from error
    return tuple(dict.fromkeys(str(address[0]) for *_rest, address in found))


def _connect(target: Target, deadline: float) -> socket.socket:
    line = _first_that_answers(target, deadline)
    if not target.is_secure:
        return line
    try:
        line.settimeout(_left(deadline))
        return ssl.create_default_context().wrap_socket(line, server_hostname=target.host)
    except OSError:
        line.close()
        raise


def _first_that_answers(target: Target, deadline: float) -> socket.socket:
    *others, last = target.addresses
    for address in others:
        try:
            return socket.create_connection((address, target.port), timeout=_left(deadline))
        except OSError:
            continue
    return socket.create_connection((last, target.port), timeout=_left(deadline))


def _status(line: socket.socket, deadline: float) -> int:
    # Not by http.client, whose time begins anew with each byte that a slow server sends.
    read = b""
    while b"\n" not in read:
        line.settimeout(_left(deadline))
        part = line.recv(LONGEST_LINE)
        read += part
        if not part or len(read) > LONGEST_LINE:
            break
    found = STATUS_LINE.match(read)
    if found is None:
        raise NoAnswer
    return int(found[1])


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
