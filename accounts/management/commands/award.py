"""Awards by hand: `award SLUG` gives every learning account of a scheme its award of this period."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from accounts import cohorts
from accounts.models import Scheme
from config.refusals import Refusal
from ledger import Actor

INTERRUPTED = 130


class Command(BaseCommand):
    help = "Award every learning account of a scheme, once a period; run again, it makes what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the scheme's short name, such as ila-wales-2003")
        parser.add_argument("--kind", help="the code of one award in its rules; without it, each in turn")

    def handle(self, *, slug: str, kind: str | None, **options: Any) -> None:
        scheme = _scheme(slug)
        # A scheme without rules says itself that it takes nobody.
        kinds: list[str | None] = [kind] if kind else [*cohorts.kinds(scheme)] or [None]
        for each in kinds:
            self._award(scheme, each)

    def _award(self, scheme: Scheme, kind: str | None) -> None:
        try:
            run = cohorts.award_cohort(scheme, kind, actor=Actor.system("accounts.award"))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        reached, interrupted = cohorts.Progress(accounts=0), False
        bar = Progress(
            TextColumn(scheme.name),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        try:
            with bar:
                task = bar.add_task("", total=None)
                for reached in run:
                    most = max(reached.accounts, reached.considered)
                    bar.update(task, completed=reached.considered, total=most)
        except KeyboardInterrupt:
            interrupted = True
        self.stdout.write(_table(scheme, reached), ending="")
        if reached.stopped:
            raise CommandError(str(reached.stopped))
        if interrupted:
            self.stderr.write("Stopped. What was awarded stays; run this again for the rest.")
            sys.exit(INTERRUPTED)


def _scheme(slug: str) -> Scheme:
    found = Scheme.objects.filter(slug=slug).first()
    if found is None:
        slugs = ", ".join(Scheme.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(f"There is no scheme {slug}. " + (f"There is: {slugs}." if slugs else "There is none yet."))
    return found


def _table(scheme: Scheme, reached: cohorts.Progress) -> str:
    table = Table("", "accounts", "amount", box=SIMPLE, title=scheme.name, title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("awarded now", f"{reached.awarded:,}", scheme.money(reached.awarded_minor))
    table.add_row("had theirs already", f"{reached.already:,}")
    for code, count in sorted(reached.refused.items()):
        table.add_row(f"refused: {code}", f"{count:,}")
    table.add_row("not reached", f"{reached.not_reached:,}")
    console = Console(width=80)
    with console.capture() as captured:
        console.print(table)
    return captured.get()
