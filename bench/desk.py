"""An adviser's desk with 500 waiting and 5,000 in the caseload: queries, and the first byte against an empty desk's."""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich
from rich.table import Table

EMPTY = "desk of an adviser with nothing"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--waiting", type=int, default=500)
    parser.add_argument("--caseload", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=30, help="interleaved rounds, of which the medians count")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Each page in turn, by the product's own views in this process, from the address to the first byte; prints them.

    The empty desk has the same base page, session and adviser's look-up, so that what is left is the desk's own.
    """
    os.environ.update(DEBUG="0", SECURE="0", SECRET_KEY="of a measurement", ALLOWED_HOSTS="testserver", DEMO="0")
    import django
    import structlog

    from config.services.stack import Stack

    if Stack(Path(os.environ["BENCH_FOLDER"])).manage("migrate", "--verbosity", "0"):
        raise SystemExit("the tables could not be made")
    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    pages = _pages(options.waiting, options.caseload)
    queries = {name: _queries(client, path) for name, (client, path) in pages.items()}
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for _round in range(options.rounds):
        for name, (client, path) in pages.items():
            began = time.perf_counter()
            client.get(path)
            taken[name].append((time.perf_counter() - began) * 1000)
    return _told(options, queries, {name: statistics.median(each) for name, each in taken.items()})


def _pages(waiting: int, caseload: int) -> dict[str, tuple[Any, str]]:
    """A busy adviser's pages, the desk of one with nothing and of one with one request, each with who is signed in."""
    from django.db import connection
    from django.test import Client

    from brokerage import assigning
    from brokerage.models import Consultation, Request
    from brokerage.requesting import Draft, submit
    from config.refusals import all_of
    from ledger import now
    from tests.factories.brokerage import an_adviser
    from tests.factories.providers import ProviderFactory
    from tests.factories.vouchers import ACTOR, a_run, learning_accounts

    busy, idle, calm = an_adviser(), an_adviser("Elin Pugh"), an_adviser("Nia Vaughan")
    accounts, [alone] = learning_accounts(caseload), learning_accounts(1)
    assigning.name_advisers([account.learner for account in accounts], [busy])
    assigning.name_advisers([alone.learner], [calm])
    runs = [a_run(ProviderFactory(), 50_00 + place * 100) for place in range(40)]
    drafts = [Draft(account, runs[place % len(runs)]) for place, account in enumerate(accounts[:waiting])]
    all_of(submit([*drafts, Draft(alone, runs[0])], actor=ACTOR))
    # Three of four were talked with, as the same rows that `consulting.hold` writes.
    Consultation.objects.bulk_create(
        Consultation(
            learner=account.learner, adviser=busy, channel="phone", held_at=now(), minutes=20, note="We talked."
        )
        for account in accounts[: caseload * 3 // 4]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    last = Request.objects.filter(adviser=busy).order_by("-answer_by", "-id")[0]
    there, nowhere, nearby = Client(), Client(), Client()
    there.force_login(busy.user)
    nowhere.force_login(idle.user)
    nearby.force_login(calm.user)
    return {
        EMPTY: (nowhere, "/desk/"),
        "desk with one who waits, open": (nearby, "/desk/"),
        "desk, the first of all who wait open": (there, "/desk/"),
        "desk, narrowed by a word, in another order": (there, "/desk/?q=rees&order=longest"),
        "desk, last page, its last request open": (there, f"/desk/requests/{last.pk}/?page={waiting // 20}"),
        "caseload, by name": (there, "/desk/learners/"),
        "caseload, longest without contact": (there, "/desk/learners/?order=longest"),
        "caseload, one name searched": (there, "/desk/learners/?q=megan"),
    }


def _queries(client: Any, path: str) -> int:
    """Of the second time: what is kept for some minutes is there by then."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}")
    return len(captured)


def _told(options: argparse.Namespace, queries: Mapping[str, int], taken: Mapping[str, float]) -> dict[str, Any]:
    load = os.getloadavg()[0]
    table = Table(
        *("page", "queries", "ms", "of an empty desk's"),
        title=f"{options.waiting} waiting, {options.caseload:,} in the caseload; load {load:.1f}",
    )
    ratios = {name: round(each / taken[EMPTY], 2) for name, each in taken.items()}
    for name, each in taken.items():
        table.add_row(name, str(queries[name]), f"{each:.1f}", f"{ratios[name]:.2f}")
    rich.print(table)
    return {
        "waiting": options.waiting,
        "caseload": options.caseload,
        "load": load,
        "queries": dict(queries),
        "milliseconds": {name: round(each, 2) for name, each in taken.items()},
        "ratios": ratios,
    }
