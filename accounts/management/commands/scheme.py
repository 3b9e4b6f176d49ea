"""Schemes by hand: `scheme simulate SLUG`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.management import simulate


class Command(BaseCommand):
    help = "Schemes and their rules, by hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        simulate.add_arguments(verbs.add_parser("simulate", help=simulate.HELP, description=simulate.HELP))

    def handle(self, *, verb: str, **options: Any) -> None:
        simulate.simulate(self.stdout.write, **options)
