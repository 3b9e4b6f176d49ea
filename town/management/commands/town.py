"""The town: a year of its life in an empty sandbox. `./run demo` calls it before anybody else is at work."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

import ledger
from accounts.models import Learner, Scheme
from brokerage.models import Adviser
from config.refusals import Refusal
from providers.models import Course, Provider
from town import feeding, filling
from vouchers.models import Voucher


class Command(BaseCommand):
    help = "Fill an empty sandbox with a town and a year of its life."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--feed", help="import this XCRI-CAP 1.2 feed as well")

    def handle(self, **options: Any) -> None:
        console = Console(highlight=False)
        feed = Path(options["feed"]) if options["feed"] else None
        if feed and not feed.is_file():
            raise CommandError(f"There is no file {feed}.")
        if Scheme.objects.exists():
            raise CommandError("There is something in this database already; the town wants an empty one.")
        began = time.monotonic()
        filling.fill(console)
        console.print(
            f"A town of {Learner.objects.count()} learners, {Provider.objects.count()} providers with "
            f"{Course.objects.count()} courses, {Adviser.objects.count()} advisers and "
            f"{Voucher.objects.count()} vouchers has lived through a year, in {time.monotonic() - began:.1f} s."
        )
        if feed:
            try:
                self._import(console, feed)
            except Refusal as refusal:
                raise CommandError(f"{feed.name} was not imported: {refusal}") from None

    def _import(self, console: Console, feed: Path) -> None:
        joined = feeding.join(feed, ledger.today())
        counts = joined.report.tally()
        total = {
            kind: sum(n for (k, _outcome), n in counts.items() if k == kind) for kind in ("provider", "course", "run")
        }
        console.print(
            f"Imported {feed.name}: {total['provider']} provider, {total['course']} courses, {total['run']} runs. "
            f"For the demo alone, its dates are moved by {joined.years} years."
        )
