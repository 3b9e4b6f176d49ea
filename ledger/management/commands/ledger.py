from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger.verification import verify


class Command(BaseCommand):
    help = "What an auditor asks of the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("verify", help="check all that must always hold; exits 1 naming the first row that is wrong")

    def handle(self, *, verb: str, **options: Any) -> None:
        {"verify": self.verify}[verb](**options)

    def verify(self, **options: Any) -> None:
        verdict = verify()
        self.stdout.write(f"{verdict.transfers:,} transfers, {verdict.events:,} events, {verdict.accounts:,} accounts.")
        for name in verdict.checked:
            self.stdout.write(f"  holds: {name}")
        if verdict.broken:
            self.stdout.write(self.style.ERROR(f"DOES NOT HOLD: {verdict.broken}"))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Everything holds."))
