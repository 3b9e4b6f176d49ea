"""Rules tried out over an imagined population: seconds for each of the processes, and where they go."""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import time
from typing import Any

import rich
from rich.table import Table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--learners", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--scheme", default="ila-wales-2003", help="a preset's short name")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="the most that are tried")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """One run with one process and one with several, by the clock, and a profile of a tenth of it; prints them.

    The machine's load is told beside them: what else runs on it slows several processes most.
    """
    import django

    django.setup()
    from accounts.rules import parse
    from accounts.scheme_files import preset
    from accounts.simulating import run

    scheme = preset(options.scheme)
    asked = {"currency": scheme["currency"], "months": options.months}
    rules = parse(scheme["rules"])
    seconds, reports = {}, []
    worked = time.process_time()
    for processes in sorted({1, options.processes}):
        began = time.perf_counter()
        reports.append(run(rules, learners=options.learners, processes=processes, **asked))
        seconds[processes] = round(time.perf_counter() - began, 2)
        if processes == 1:
            worked = round(time.process_time() - worked, 2)
    if any(report != reports[0] for report in reports):
        raise SystemExit("the number of processes changed the result")
    profile = cProfile.Profile()
    profile.runcall(run, rules, learners=max(1, options.learners // 10), **asked)
    return _told(options, seconds, worked, pstats.Stats(profile))


def _told(
    options: argparse.Namespace, seconds: dict[int, float], worked: float, profile: pstats.Stats
) -> dict[str, Any]:
    load = os.getloadavg()[0]
    what = f"{options.learners:,} learners, {options.months} months of {options.scheme}"
    title = f"{what}; {os.cpu_count()} cores, load {load:.1f}"
    table = Table("processes", "seconds", title=title)
    for processes, taken in seconds.items():
        table.add_row(str(processes), f"{taken:.1f}")
    table.add_row("1, of a processor", f"{worked:.1f}")
    rich.print(table)
    functions = profile.get_stats_profile().func_profiles
    whole = profile.total_tt  # type: ignore[attr-defined]
    own = sorted(functions.items(), key=lambda named: -named[1].tottime)[:12]
    table = Table(
        "function", "calls", "of the time, in itself", "with what it calls", title="A profile of a tenth of it"
    )
    for name, function in own:
        shares = (f"{100 * taken / whole:.0f} %" for taken in (function.tottime, function.cumtime))
        table.add_row(name, function.ncalls, *shares)
    rich.print(table)
    return {
        "learners": options.learners,
        "months": options.months,
        "scheme": options.scheme,
        "load": load,
        "seconds_by_processes": seconds,
        "processor_seconds_of_one": worked,
        "own_share_by_function": {name: round(function.tottime / whole, 3) for name, function in own},
    }
