"""The demonstration: a story in the town, and whom to sign in as. `./run demo` starts the services round it."""

from __future__ import annotations

import io
import random
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from rich.console import Console

from config.refusals import Refusal
from providers.models import Provider
from town import filling, founding
from town.browser import PageProblem
from town.story import DidNotHold, Story, choose_run


class Command(BaseCommand):
    help = "Play one whole story over HTTP in a sandbox that the town has filled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default=settings.PUBLIC_URL, help="where the pages and the API answer")
        parser.add_argument("--fed", action="store_true", help="spend on a course of a feed that was imported")
        parser.add_argument("--exit", action="store_true", help="say nothing of how to go on")

    def handle(self, **options: Any) -> None:
        console = Console(highlight=False)
        town = founding.known(random.Random(filling.SEED))
        try:
            run = choose_run(town, fed=options["fed"])
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
            ("ffion", "a scheme manager"),
            ("idris", "her colleague, who approves what she proposes"),
            ("menna", "who runs a college and its money"),
            ("tomos", "her colleague at the college"),
        )
        for name, role in people:
            console.print(f"  {name}@{settings.DEMO_DOMAIN:<28} {role}")
        console.print(f"The provider's key for the API ({address}/api/v1/docs/): {plaintext}")
        console.print(f"For a college of your own with curl: docs/quickstart.md, with WAYMARK={address}/api/v1")
