"""Requests to addresses that somebody else gave us."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from config.outbound import CannotReach, is_fit, is_outside, send


@contextmanager
def a_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that hands its one connection to `answer`."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with closing(connection):
                connection.recv(65_536)
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook?a=1"


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


@pytest.fixture
def _inside(settings: Any) -> None:
    settings.OUTBOUND_MAY_GO_INSIDE = True


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2001:0:7f00:1::1",
        "ff02::1",
    ],
)
def test_an_address_inside_is_not_outside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_outside(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://college.example/",
        "ftp://college.example/",
        "https://",
        "https://me@college.example/",
        "https://college.example:0/",
        "https://college.example:99999/",
        "https://college .example/",
        "https://college.example\\@127.0.0.1/",
        "https://[::1",
        "javascript:alert(1)",
        "https://college.example/\r\nHost: inside",
        "https://college.example/" + "a" * 1000,
        "",
    ],
)
def test_what_is_not_the_address_of_a_server_over_tls_is_not_fit(url: str) -> None:
    assert not is_fit(url)
    with pytest.raises(CannotReach):
        send("GET", url)


def test_an_address_over_tls_is_fit() -> None:
    assert is_fit("https://college.example:8443/hooks?of=waymark")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "0"])
def test_a_name_that_leads_inside_is_not_connected_to(host: str) -> None:
    with pytest.raises(CannotReach, match="private network"):
        send("POST", f"https://{host}/", body=b"{}")


def test_a_name_that_is_nobodys_says_so() -> None:
    with pytest.raises(CannotReach, match="no server of that name"):
        send("GET", "https://nobody.invalid/")


@pytest.mark.usefixtures("_inside")
class TestWhereInsideIsAllowed:
    def test_the_answer_is_given_with_its_headers(self) -> None:
        with a_server(says(b"HTTP/1.1 200 OK\r\nETag: abc\r\nContent-Length: 2\r\n\r\nhi")) as url:
            answer = send("GET", url)
        assert (answer.status, answer.headers["etag"], answer.body) == (200, "abc", b"hi")

    def test_a_redirect_is_an_answer_and_is_not_followed(self) -> None:
        text = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        with a_server(says(text)) as url:
            assert send("POST", url, body=b"{}").status == 302

    def test_an_answer_that_is_too_long_is_refused(self) -> None:
        with (
            a_server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"a" * 101)) as url,
            pytest.raises(CannotReach, match="longer than 100 bytes"),
        ):
            send("GET", url, most_bytes=100)

    def test_a_bomb_is_stopped_as_it_unfolds(self) -> None:
        packed = gzip.compress(b"0" * 5_000_000)
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
        with a_server(says(head + packed)) as url, pytest.raises(CannotReach, match="longer than"):
            send("GET", url, most_bytes=100_000)

    def test_garbage_is_no_answer(self) -> None:
        with a_server(says(b"\x00\x01 what?\r\n\r\n")) as url, pytest.raises(CannotReach, match="not an HTTP answer"):
            send("GET", url)

    def test_a_connection_that_is_dropped_is_no_answer(self) -> None:
        with a_server(lambda _: None) as url, pytest.raises(CannotReach):
            send("GET", url)

    def test_one_who_trickles_is_given_up_on(self) -> None:
        over = threading.Event()

        def trickle(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            try:
                while not over.wait(0.02):
                    connection.sendall(b"a: b\r\n")
            except OSError:
                pass

        with a_server(trickle) as url, pytest.raises(CannotReach, match="within"):
            send("GET", url, seconds=0.3)
        over.set()

    def test_a_server_that_is_away_says_so(self) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            port = taken.getsockname()[1]
        with pytest.raises(CannotReach, match="No connection"):
            send("GET", f"http://127.0.0.1:{port}/")
