"""A load of HTTP requests that costs the machine as little as it can: prepared bytes over kept connections."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Sequence

_END = b"\r\n\r\n"


def post(path: str, body: dict[str, object], headers: dict[str, str]) -> bytes:
    """A POST request as it goes over the wire."""
    payload = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(payload)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + _END + payload


def run(port: int, requests: Sequence[bytes], *, clients: int) -> float:
    """Requests a second when `clients` share the work. Raises RuntimeError on any answer other than 200."""
    failures: list[bytes] = []
    shares = [requests[place::clients] for place in range(clients)]
    threads = [threading.Thread(target=_send, args=(port, share, failures)) for share in shares]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failures:
        raise RuntimeError(failures[0].decode(errors="replace"))
    return len(requests) / seconds


def _send(port: int, requests: Sequence[bytes], failures: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            connection.sendall(request)
            answer = _receive(connection)
            if not answer.startswith(b"HTTP/1.1 200"):
                failures.append(answer)
                return


def _receive(connection: socket.socket) -> bytes:
    answer = b""
    while _END not in answer:
        if not (piece := connection.recv(65_536)):
            return answer
        answer += piece
    head, _, body = answer.partition(_END)
    [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    left = int(length.split(b":")[1]) - len(body)
    while left > 0 and (piece := connection.recv(65_536)):
        answer += piece
        left -= len(piece)
    return answer
