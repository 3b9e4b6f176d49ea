"""Feeds by hand: `feed import FILE` takes a provider's feed into the catalogue and reports on it; `feed export` writes
the open catalogue as a feed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from config.refusals import Refusal
from ledger import Actor
from providers.exporting import WRITERS, export
from providers.feeds.formats import Format
from providers.importing import import_feed
from providers.models import FeedImport, FeedLine, Provider
from providers.ukprn import is_ukprn


class Command(BaseCommand):
    help = (
        "Import a provider's feed and print what was created, changed, withdrawn and refused; or export the catalogue."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        importing = verbs.add_parser("import", help="import one file")
        importing.add_argument("file", type=Path)
        importing.add_argument("--provider", help="UKPRN, or the feed's identifier, of the one provider it must be of")
        importing.add_argument(
            "--format", choices=Format.values, help="the feed's format, where it should not be found out"
        )
        importing.add_argument("--whole", action="store_true", help="take nothing if one line of it is refused")
        importing.add_argument("--dry-run", action="store_true", help="say what would come of it, and change nothing")
        exporting = verbs.add_parser("export", help="write every open course and run with an accredited provider")
        exporting.add_argument("file", type=Path, nargs="?", help="where to; without it, to the standard output")
        exporting.add_argument("--format", choices=WRITERS, default=Format.XCRI)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "export":
            self._export(options["file"], Format(options["format"]))
        else:
            self._import(options)

    def _export(self, path: Path | None, format: Format) -> None:
        try:
            if path is None:
                for part in export(format):
                    self.stdout.write(part, ending="")
            else:
                with path.open("w", encoding="utf-8", newline="\n") as file:
                    file.writelines(export(format))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as stream, transaction.atomic():
                feed_import = import_feed(
                    stream,
                    source_name=path.name,
                    actor=Actor.system("providers.feed"),
                    provider=_provider(options["provider"]),
                    format=Format(options["format"]) if options["format"] else None,
                    whole=options["whole"],
                )
                self._report(feed_import)
                transaction.set_rollback(options["dry_run"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if feed_import.state == FeedImport.State.REFUSED:
            raise CommandError(feed_import.refusal)
        if options["dry_run"]:
            self.stdout.write("A dry run: nothing was changed.")

    def _report(self, feed_import: FeedImport) -> None:
        tally = feed_import.tally()
        for kind in FeedLine.Kind:
            counts = ((outcome, tally.get((kind.value, outcome.value), 0)) for outcome in FeedLine.Outcome)
            told = ", ".join(f"{count} {outcome}" for outcome, count in counts if count)
            self.stdout.write(f"{kind.value}s: {told or 'none'}")
        for line in feed_import.lines.exclude(reason=""):
            self.stdout.write(f"  line {line.line or '-'}, {line.kind} {line.identifier} {line.outcome}: {line.reason}")


def _provider(number: str | None) -> Provider | None:
    if not number:
        return None
    known = Provider.objects.filter(Q(ukprn=number) if is_ukprn(number) else Q(identifier=number)).first()
    if known is None:
        raise CommandError(f"No provider has the number or identifier {number}.")
    return known
