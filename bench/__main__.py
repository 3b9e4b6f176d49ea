"""`./run bench NAME`: one measurement, on services of its own. Numbers are ratios within one run: machines differ."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

MEASUREMENTS = ("api", "desk", "ledger", "simulate")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench")
    verbs = parser.add_subparsers(dest="name", required=True)
    for name in MEASUREMENTS:
        measurement = importlib.import_module(f"bench.{name}")
        verb = verbs.add_parser(name, help=(measurement.__doc__ or "").splitlines()[0])
        measurement.add_arguments(verb)
        verb.add_argument("--json", metavar="FILE", type=Path, help="also write the results there")
    options = parser.parse_args()
    results = importlib.import_module(f"bench.{options.name}").measure(options)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
