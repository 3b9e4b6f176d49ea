from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ledger import notes, roles, sealing
from ledger.errors import UnknownAccount
from ledger.exporting import FORMATS, export
from ledger.models import Book, Seal
from ledger.verification import verify


class Command(BaseCommand):
    help = "What an auditor asks of the ledger, and what keeps it auditable."
    # An auditor waits for no look at the pages.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        checks = verbs.add_parser(
            "verify", help="check all that must always hold, and every seal; exits 1 naming the first row that is wrong"
        )
        checks.add_argument(
            "--since", metavar="CHECKPOINT", help="only what came after it: a file with a checkpoint, or ERA/SIZE"
        )
        exports = verbs.add_parser(
            "export", help="the ledger for beancount, hledger or a spreadsheet, with its balances"
        )
        exports.add_argument("--format", required=True, help=", ".join(FORMATS))
        exports.add_argument(
            "--since", metavar="DATE", help="opening balances, then only this day and after (2026-01-31)"
        )
        exports.add_argument("--account", metavar="ID", help="only the transfers that touch this account")
        exports.add_argument("--output", metavar="FILE", help="write here, once all is there, and not to the terminal")
        verbs.add_parser("seal", help="seal what is below the horizon, and publish the checkpoint")
        verbs.add_parser("new-era", help="after a restore: seal the old era's tail and begin a new one (as the owner)")
        verbs.add_parser(
            "roles", help="logins with new passwords for the application and the sealer, shown once (as the owner)"
        )

    def handle(self, *, verb: str, **options: Any) -> None:
        getattr(self, verb.replace("-", "_"))(**options)

    def verify(self, *, since: str | None, **options: Any) -> None:
        start = _checkpoint(since) if since else None
        bar = Progress(
            TextColumn("Sealed rows"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True
        )
        with bar:
            task = bar.add_task("", total=None)
            verdict = verify(since=start, progress=lambda done, of: bar.update(task, completed=done, total=of))
        if start is None:
            looked_at = f"{verdict.transfers:,} transfers, {verdict.events:,} events, {verdict.accounts:,} accounts"
        else:
            looked_at = f"{verdict.transfers:,} transfers and {verdict.events:,} events since {start.era}/{start.size}"
        self.stdout.write(f"{looked_at}; {verdict.sealed:,} rows sealed.")
        for name in verdict.checked:
            self.stdout.write(f"  holds: {name}")
        if verdict.broken:
            self.stdout.write(self.style.ERROR(f"DOES NOT HOLD: {verdict.broken}"))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Everything holds."))

    def export(
        self, *, format: str, since: str | None, account: str | None, output: str | None, **options: Any
    ) -> None:
        if format not in FORMATS:
            raise CommandError(f"There is no format {format!r}: give {', '.join(FORMATS)}.")
        try:
            pieces = export(format, since=_day(since), account=_account(account))
        except UnknownAccount as error:
            raise CommandError(f"There is no account {account}.") from error
        if not output:
            try:
                for piece in pieces:
                    self.stdout.write(piece, ending="")
                self.stdout.flush()
            except BrokenPipeError:
                # Whoever read it, such as `head`, has seen enough; Python would complain again at its end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                sys.exit(1)
            return
        # Half an export looks like a whole one that lacks its balances.
        unfinished = f"{output}.unfinished"
        try:
            with open(unfinished, "w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
            os.replace(unfinished, output)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error

    def seal(self, **options: Any) -> None:
        try:
            sealed = sealing.seal()
        except (sealing.NoKey, sealing.NeedsNewEra, sealing.NotTheSealer) as error:
            raise CommandError(str(error)) from None
        newest = sealing.newest(Book.objects.get().era)
        self.stdout.write(f"{sealed:,} rows sealed.")
        if newest:
            self.stdout.write(newest.note, ending="")

    def new_era(self, **options: Any) -> None:
        try:
            era = sealing.begin_era()
        except (DatabaseError, sealing.NoKey, sealing.NotTheSealer) as error:
            raise CommandError(f"A new era is the database's owner's to begin (DATABASE_OWNER_URL): {error}") from None
        self.stdout.write(f"Era {era} has begun. What was before it is sealed.")

    def roles(self, **options: Any) -> None:
        try:
            passwords = roles.let_in()
        except roles.TooPowerful as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"Logins are the database's owner's to make (DATABASE_OWNER_URL): {error}") from None
        server = connection.cursor().connection.info
        if server.host.startswith("/"):
            address = f"/{server.dbname}?host={quote(server.host, safe='')}&port={server.port}"
        else:
            address = f"{server.host}:{server.port}/{server.dbname}"
        for role, whose in (
            (settings.APPLICATION_ROLE, "Web servers, workers, the clock"),
            (settings.SEALER_ROLE, "The worker of the queue `seals` alone, beside LEDGER_SIGNING_KEYS"),
        ):
            self.stdout.write(f"# {whose}:\nDATABASE_URL=postgres://{role}:{passwords[role]}@{address}")
        self.stdout.write("Shown once. Run again, these end, and new ones are made.")


def _checkpoint(named: str) -> Seal:
    """The log's own seal for a checkpoint that somebody kept. Raises CommandError when the log has no such one."""
    file = Path(named)
    if not file.is_file():
        era, _, size = named.partition("/")
        if not (era.isdecimal() and size.isdecimal()):
            raise CommandError(f"{named} is neither a file with a checkpoint nor ERA/SIZE, such as 1/20000.")
        return _seal(int(era), int(size))
    try:
        kept = notes.read(file.read_text(), sealing.known_keys())
    except (notes.NoteInvalid, UnicodeDecodeError) as error:
        raise CommandError(f"{file.name} is not a checkpoint of this log: {error}") from None
    log, _, era = kept.origin.rpartition("/")
    if log != sealing.origin(Book.objects.get().log, 0).rpartition("/")[0]:
        raise CommandError(f"{file.name} is a checkpoint of another log, {kept.origin}.")
    found = _seal(int(era), kept.size)
    if bytes(found.root) != kept.root:
        raise CommandError(
            f"DOES NOT HOLD: {file.name} was signed for another root than the log now has at {found.era}/{found.size}."
        )
    return found


def _seal(era: int, size: int) -> Seal:
    found = Seal.objects.filter(era=era, size=size).first()
    if found is None:
        raise CommandError(f"The log has no checkpoint {era}/{size}; a log that had one has been cut off.")
    return found


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise CommandError(f"{text!r} is not a day: write it as 2026-01-31.") from error


def _account(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text is not None else None
    except ValueError as error:
        raise CommandError(f"{text!r} is not an account's id.") from error
