"""Figures of the labour market by hand: `labour_market FILE` loads a table of them, described in docs/plans.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brokerage.careers.errors import FiguresRefused
from brokerage.careers.loading import MOST_BYTES, MOST_FAULTS, load
from ledger import Actor


class Command(BaseCommand):
    help = "Load figures of the labour market from a CSV file, the whole of it or nothing; run again, nothing changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
            loaded = load(content, actor=Actor.system("brokerage.labour_market"))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except FiguresRefused as refusal:
            told = [str(fault) for fault in refusal.faults[:MOST_FAULTS]]
            more = ["and more"] if len(refusal.faults) > MOST_FAULTS else []
            raise CommandError("\n  ".join([str(refusal), *told, *more])) from refusal
        self.stdout.write(f"{loaded.new:,} new, {loaded.changed:,} changed, {loaded.same:,} there already.")
