from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger.verification import verify


class Command(BaseCommand):
    help = "`ledger verify` checks all that must always hold, and exits 1 naming the first row that is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["verify"])

    def handle(self, **options: Any) -> None:
        verdict = verify()
        self.stdout.write(f"{verdict.transfers:,} transfers, {verdict.events:,} events, {verdict.accounts:,} accounts.")
        for name in verdict.checked:
            self.stdout.write(f"  holds: {name}")
        if verdict.broken:
            self.stdout.write(self.style.ERROR(f"DOES NOT HOLD: {verdict.broken}"))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Everything holds."))
