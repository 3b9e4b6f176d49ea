"""The demonstration: a town, a story, and whom to sign in as. `./run demo` starts the services round it."""

from __future__ import annotations

import io
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

import ledger
from accounts.models import Learner, Scheme
from brokerage.models import Adviser
from config.refusals import Refusal
from providers.models import Course, Provider
from town import feeding, filling
from town.browser import PageProblem
from town.founding import Town
from town.story import DidNotHold, Story, choose_run
from vouchers.models import Voucher


class Command(BaseCommand):
    help = "Fill an empty sandbox with a town, and play one whole story over HTTP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default=settings.PUBLIC_URL, help="where the pages and the API answer")
        parser.add_argument("--feed", help="import this XCRI-CAP 1.2 feed and spend on one of its courses")
        parser.add_argument("--exit", action="store_true", help="say nothing of how to go on")

    def handle(self, **options: Any) -> None:
        console = Console(highlight=False)
        if Scheme.objects.exists():
            raise CommandError("There is something in this database already; the demo wants an empty one.")
        try:
            town = self._fill(console)
            providers = self._feed(console, Path(options["feed"])) if options["feed"] else None
            run = choose_run(providers)
            plaintext = self._key(run.course.provider)
            console.print(f"\n[bold]The story:[/bold] {run.course.title}, {run.course.provider.name}")
            Story(town, options["address"], plaintext, run, console).play()
        except (DidNotHold, PageProblem, Refusal) as problem:
            console.print(f"\n[bold red]This did not hold:[/bold red] {problem}")
            sys.exit(1)
        filling.morning(town)
        console.print("\n[bold green]Everything held.[/bold green]")
        if not options["exit"]:
            self._invite(console, options["address"], plaintext)

    def _fill(self, console: Console) -> Town:
        began = time.monotonic()
        town = filling.fill(console)
        console.print(
            f"A town of {Learner.objects.count()} learners, {Provider.objects.count()} providers with "
            f"{Course.objects.count()} courses, {Adviser.objects.count()} advisers and "
            f"{Voucher.objects.count()} vouchers has lived through a year, in {time.monotonic() - began:.1f} s."
        )
        return town

    def _feed(self, console: Console, file: Path) -> list[Any]:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        joined = feeding.join(file, ledger.today())
        counts = joined.report.tally()
        total = {
            kind: sum(n for (k, _outcome), n in counts.items() if k == kind) for kind in ("provider", "course", "run")
        }
        console.print(
            f"Imported {file.name}: {total['provider']} provider, {total['course']} courses, {total['run']} runs. "
            f"For the demo alone, its dates are moved by {joined.years} years."
        )
        return [provider.pk for provider in joined.providers]

    def _key(self, provider: Provider) -> str:
        """A key for the provider, as anybody who runs Waymark would issue it."""
        printed = io.StringIO()
        call_command("api_key", "issue", str(provider.pk), name="The story", stdout=printed, stderr=io.StringIO())
        return printed.getvalue().strip()

    def _invite(self, console: Console, address: str, plaintext: str) -> None:
        console.print(
            f"\nOpen [bold]{address}[/bold] and sign in with the password [bold]{settings.DEMO_PASSWORD}[/bold] as"
        )
        people = (
            ("sioned", "a learner"),
            ("amina", "a learner"),
            ("grace", "a learner in England"),
            ("rhys", "an adviser"),
        )
        for name, role in people:
            console.print(f"  {name}@{settings.DEMO_DOMAIN:<28} {role}")
        console.print(f"The provider's key for the API ({address}/api/v1/docs/): {plaintext}")
