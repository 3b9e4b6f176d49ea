"""`./run bench NAME`: one measurement, on services of its own. Numbers are ratios within one run: machines differ."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
MEASUREMENTS = ["ledger", "redeem"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("name", choices=MEASUREMENTS)
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the results there")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, of which the medians count")
    parser.add_argument("--requests", type=int, default=400, help="requests a round and endpoint")
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    results = importlib.import_module(f"bench.{options.name}").measure(
        rounds=options.rounds, requests=options.requests, clients=options.clients
    )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
