"""Outbound: requests to addresses that somebody else gave us, which cannot be pointed inside, kept waiting or flooded.

What is checked is the address that is connected to, at the moment of connecting: a name that pointed outside when it
was saved may point inside now. Redirects are not followed, and no proxy is asked.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

LONGEST_URL = 1000
_CONNECT_SECONDS = 5.0
_PIECE = 65_536
_NAT64 = IPv6Network("64:ff9b::/96")


class CannotReach(Exception):
    """The request got no answer; what it says can be shown to whoever gave the address, and tells nothing of inside."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` by lower-case name; `body` is whole, as a longer one is `CannotReach`."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_fit(url: str) -> bool:
    """Whether this can be the address of somebody's server: http or https, a host, and nothing hidden in it.

    Plain http only where outbound requests may go inside, as on a machine of one's own.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = len(url) <= LONGEST_URL and url.isprintable() and " " not in url and "\\" not in url
    schemes = ("http", "https") if settings.OUTBOUND_MAY_GO_INSIDE else ("https",)
    return plain and parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc and port != 0


def points_inside(url: str) -> bool:
    """Whether this address says by itself, without asking anybody, that it is one of this machine's or its network's.

    Only for saying so early, of an address that `is_fit`: what any other name leads to, `send` finds out.
    """
    if settings.OUTBOUND_MAY_GO_INSIDE:
        return False
    host = str(urlsplit(url).hostname).rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:  # also a number, or parts of one in hexadecimal or octal, as they are read when one connects
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return not all(is_outside(str(address[0])) for _family, _kind, _protocol, _name, address in found)


def send(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 10,
    most_bytes: int = 64_000,
) -> Answer:
    """Ask, and give the answer whatever its status is. Raises `CannotReach`: not fit, inside, away, slow, or too long.

    All of it has to be over after `seconds`, however slowly the other side trickles.
    """
    if not is_fit(url):
        raise CannotReach("This is not an address that we can send to.")
    parts = urlsplit(url)
    kind = _SafeHTTPS if parts.scheme == "https" else _SafeHTTP
    watch = _Watch(seconds)
    address = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # A port is always given: without one, http.client takes the end of an IPv6 address for it.
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    with kind(str(parts.hostname), port, timeout=seconds, retries=False) as pool, watch:
        pool.conn_kw["watch"] = watch
        try:
            response = pool.urlopen(
                method, address, body=body, headers=dict(headers or {}), redirect=False, preload_content=False
            )
            content = _read(response, most_bytes)
        except CannotReach:
            raise
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # A socket that the watch shut fails in as many ways as there are places to be in.
            raise CannotReach(_in_words(error, watch)) from error
        if watch.over:
            raise CannotReach(_too_slow(watch))
    return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, content)


def _read(response: urllib3.BaseHTTPResponse, most_bytes: int) -> bytes:
    content = b""
    # Decoded as it comes, so that a bomb is stopped at `most_bytes` and not after.
    while piece := response.read(_PIECE, decode_content=True):
        content += piece
        if len(content) > most_bytes:
            raise CannotReach(f"The answer is longer than {most_bytes:,} bytes.")
    return content


def _in_words(error: Exception, watch: _Watch) -> str:
    """What went wrong; urllib3 counts a name that is nobody's, and a connection that cannot be made, as timeouts."""
    if watch.over:
        return _too_slow(watch)
    if isinstance(error, urllib3.exceptions.SSLError):
        return "Its certificate could not be checked, or it does not speak TLS."
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "There is no server of that name."
    if isinstance(error, urllib3.exceptions.NewConnectionError | ConnectionRefusedError):
        return "No connection could be made."
    if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
        return _too_slow(watch)
    return "What came back is not an HTTP answer, or the connection broke."


def _too_slow(watch: _Watch) -> str:
    return f"There was no whole answer within {watch.seconds:g} seconds."


class _Watch:
    """Shuts the socket when time is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.over = seconds, False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def holds(self, found: socket.socket) -> None:
        self._socket = found

    def _shut(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Safe(HTTPConnection):
    """A connection that looks at every address it is about to connect to."""

    def __init__(self, *args: Any, watch: _Watch, **options: Any) -> None:
        self._watch = watch
        super().__init__(*args, **options)

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise urllib3.exceptions.NameResolutionError(self.host, self, OSError(str(error))) from error  # type: ignore[arg-type]
        allowed = [each for each in found if settings.OUTBOUND_MAY_GO_INSIDE or is_outside(str(each[4][0]))]
        if not allowed:
            raise CannotReach("This address leads inside a private network, where we do not send anything.")
        for family, kind, protocol, _name, address in allowed:
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(_CONNECT_SECONDS)
            try:
                connection.connect(address)
            except OSError:
                connection.close()
                continue
            connection.settimeout(self._watch.seconds)
            self._watch.holds(connection)
            return connection
        raise urllib3.exceptions.NewConnectionError(self, "no address answered")


class _SafeTLS(_Safe, HTTPSConnection):
    pass


class _SafeHTTP(HTTPConnectionPool):
    ConnectionCls = _Safe


class _SafeHTTPS(HTTPSConnectionPool):
    ConnectionCls = _SafeTLS


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the public internet's; also not one that carries a private one within it."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found in _NAT64:
            found = IPv4Address(int(found) & 0xFFFFFFFF)
        elif found.sixtofour is not None or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved
