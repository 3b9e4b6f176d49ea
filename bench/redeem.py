"""One redemption over HTTP, as a ratio to an endpoint with the same key, throttle and parsing that does nothing."""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import rich
from rich.table import Table

from bench import load
from config.services.stack import Stack, free_port

PROVIDERS = 8
# A server as it would run, except that nobody encrypts between here and here.
SERVER = {"DEBUG": "0", "SECURE": "0", "SECRET_KEY": "of a measurement", "ALLOWED_HOSTS": "127.0.0.1", "DEMO": "1"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, of which the medians count")
    parser.add_argument("--requests", type=int, default=400, help="requests a round and endpoint")
    parser.add_argument("--clients", type=int, default=4)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Interleaved rounds of both endpoints against gunicorn; prints a table and returns it."""
    rounds, requests, clients = options.rounds, options.requests, options.clients
    os.environ.update(SERVER, ROOT_URLCONF="bench.urls", API_REQUESTS_PER_MINUTE=str(10**9))
    stack = Stack(Path(os.environ["BENCH_FOLDER"]))
    try:
        if stack.manage("migrate", "--verbosity", "0"):
            raise SystemExit("the tables could not be made")
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("UPDATE ledger_book SET sandbox = true")
        calls = iter(list(_prepare((rounds + 1) * requests)))
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE")  # as a database that has been in use for a while is
        port = free_port(None)
        stack.start_web(port)
        results = [_round(port, calls, requests, clients) for _ in range(rounds + 1)][1:]
    finally:
        stack.stop()
    return _told(results, clients)


def _prepare(count: int) -> Iterator[tuple[bytes, bytes]]:
    """For each voucher, the request that redeems its start and the one that does nothing."""
    import django

    django.setup()
    from config.ids import uuid7
    from tests.factories.api import a_key
    from tests.factories.vouchers import vouchers

    made = []
    for _ in range(PROVIDERS):
        share = vouchers(-(-count // PROVIDERS), confirmed=1)
        _, plaintext = a_key(share[0].provider)
        made.append([(voucher.code, plaintext) for voucher in share])
    for one_of_each in zip(*made, strict=True):
        for code, plaintext in one_of_each:
            headers = {"Authorization": f"Bearer {plaintext}", "Idempotency-Key": str(uuid7())}
            body: dict[str, object] = {"milestone": 1}
            yield (
                load.post(f"/api/v1/vouchers/{code}/redeem", body, headers),
                load.post(f"/api/v1/vouchers/{code}/nothing", body, headers),
            )


def _round(port: int, calls: Iterator[tuple[bytes, bytes]], requests: int, clients: int) -> dict[str, float]:
    redeems, nothings = zip(*(next(calls) for _ in range(requests)), strict=True)
    return {
        "noop": load.run(port, nothings, clients=clients),
        "redeem": load.run(port, redeems, clients=clients),
    }


def _told(results: list[dict[str, float]], clients: int) -> dict[str, Any]:
    medians = {name: statistics.median(result[name] for result in results) for name in results[0]}
    ratio = statistics.median(result["redeem"] / result["noop"] for result in results)
    table = Table(title=f"gunicorn, 2 workers of 8 threads, {clients} clients, median of {len(results)} rounds")
    table.add_column("POST")
    table.add_column("requests/s", justify="right")
    table.add_column("of doing nothing", justify="right")
    table.add_row("the same key and parsing, nothing done", f"{medians['noop']:,.0f}", "1.00")
    table.add_row("redeem a milestone", f"{medians['redeem']:,.0f}", f"{ratio:.2f}")
    rich.print(table)
    return {"rounds": results, "medians_per_second": medians, "redeem_vs_noop": round(ratio, 3), "clients": clients}
