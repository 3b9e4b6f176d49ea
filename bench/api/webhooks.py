"""Webhooks a second through a real worker to a receiver beside it; and that none is lost when the worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
import rich
from rich.table import Table

import ledger
from config.services.stack import ROOT, Stack
from tests.factories.vouchers import ACTOR, a_voucher
from tests.factories.webhooks import a_webhook
from vouchers import events
from vouchers.issuing import parties

Owner = psycopg.Connection[Any]

PATIENCE = 300
# Each of a provider of its own.
ENDPOINTS = 10
_BATCH = 500


def measure(stack: Stack, owner: Owner, deliveries: int) -> dict[str, Any]:
    """A worker delivers what waits; then as much again while the worker is killed. Prints a table and returns it.

    Raises RuntimeError when a webhook did not arrive, or the log does not say so once.
    """
    heard = stack.folder / "heard"
    heard.touch()
    receiver = subprocess.Popen(
        [sys.executable, "-m", "bench.api.receiver", str(heard)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert receiver.stdout is not None
        happen = _prepare(int(receiver.stdout.readline()))
        return _told(deliveries, _measured(stack, owner, happen, deliveries, heard))
    finally:
        receiver.kill()
        receiver.wait()
        stack.stop()


def _prepare(port: int) -> Callable[[int], None]:
    """Providers with a webhook each, and what makes so many events happen to them."""
    bought = [a_voucher() for _ in range(ENDPOINTS)]
    for number, voucher in enumerate(bought):
        a_webhook(voucher.provider, url=f"http://127.0.0.1:{port}/{number}", kinds=[events.ACCEPTED.name])

    def happen(count: int) -> None:
        made = [bought[place % ENDPOINTS] for place in range(count)]
        for first in range(0, count, _BATCH):
            some: Sequence[Any] = made[first : first + _BATCH]
            ledger.record(*(events.ACCEPTED.by(ACTOR, subject=each.subject, **parties(each)) for each in some))

    return happen


def _measured(stack: Stack, owner: Owner, happen: Callable[[int], None], count: int, heard: Path) -> dict[str, Any]:
    happen(count)
    stack.start_worker()
    _wait(lambda: _delivered(owner) >= count)
    [(seconds,)] = owner.execute(
        "SELECT extract(epoch FROM max(delivered_at) - (SELECT min(began_at) FROM api_webhookattempt))::float8"
        " FROM api_webhookdelivery"
    ).fetchall()
    happen(count)
    _wait(lambda: _delivered(owner) >= count + count // 4)
    [worker] = stack.children
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    stack.children.clear()
    at_kill, killed = _delivered(owner), time.monotonic()
    stack.start_worker()
    _wait(lambda: _delivered(owner) >= 2 * count)
    again = time.monotonic() - killed
    ids = heard.read_text().split()
    owed = {str(pk) for (pk,) in owner.execute("SELECT event_id FROM api_webhookdelivery").fetchall()}
    [(noted, successes)] = owner.execute(
        "SELECT count(DISTINCT delivery_id), count(*) FROM api_webhookattempt WHERE status = 204"
    ).fetchall()
    if not (set(ids) == owed and len(owed) == noted == successes == 2 * count):
        raise RuntimeError(f"{2 * count} owed, {len(set(ids))} arrived, {noted} noted, {successes} times")
    return {
        "seconds": seconds,
        "delivered_at_kill": at_kill - count,
        "seconds_after_kill": again,
        "arrived_twice": len(ids) - len(set(ids)),
    }


def _delivered(owner: Owner) -> int:
    [(count,)] = owner.execute("SELECT count(*) FROM api_webhookdelivery WHERE state = 'delivered'").fetchall()
    return int(count)


def _wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError("the webhooks do not arrive")
        time.sleep(0.05)


def _told(count: int, found: dict[str, Any]) -> dict[str, Any]:
    results = {
        "deliveries": count,
        "endpoints": ENDPOINTS,
        "per_second": round(count / found["seconds"], 1),
        "lost": 0,
        "delivered_before_the_kill": found["delivered_at_kill"],
        "seconds_from_the_kill_to_the_last": round(found["seconds_after_kill"], 1),
        "arrived_twice_after_the_kill": found["arrived_twice"],
    }
    table = Table(title=f"{count:,} webhooks to {ENDPOINTS} endpoints, one worker and the receiver on one machine")
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("webhooks a second", f"{results['per_second']:,.0f}")
    table.add_row("lost when the worker was killed (-9)", "0")
    table.add_row("arrived twice, with the same webhook-id", f"{results['arrived_twice_after_the_kill']}")
    table.add_row("seconds from the kill until all had arrived", f"{results['seconds_from_the_kill_to_the_last']:,.0f}")
    rich.print(table)
    return results
