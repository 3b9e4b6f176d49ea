"""Payouts by hand, for a bank that takes files: `payouts file RUN > file.xml`, `payouts answer FILE`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.management import verbs
from accounts.management.verbs import Print, Verb
from ledger import Actor
from vouchers import errors
from vouchers.paying import sending, settling
from vouchers.payouts import PayoutRun, RunState


class Command(BaseCommand):
    help = "Give the bank the file of a payout run, and take in what it answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs.add(parser, VERBS)

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs.run(self, VERBS, verb, options)


def _list(write: Print, **options: Any) -> None:
    """The runs that the bank has not answered in full."""
    for run in PayoutRun.objects.filter(state=RunState.SENT).select_related("scheme").order_by("sent_at"):
        write(f"{run.pk}  {run.scheme.slug}  sent {run.sent_at:%Y-%m-%d %H:%M} UTC")


def _file(write: Print, *, run: UUID, **options: Any) -> None:
    found = PayoutRun.objects.select_related("scheme").filter(pk=run).first()
    if found is None:
        raise errors.PayoutRunNotFound()
    write(sending.file(found).decode().rstrip("\n"))


def _answer(write: Print, *, file: Path, **options: Any) -> None:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
    heard = settling.hear(body, actor=Actor.system("vouchers.payouts"))
    write(f"paid: {len(heard.settled)}, returned: {len(heard.returned)}, known before: {heard.known_already}")
    for answer, problem in heard.problems:
        write(f"nothing followed from what it says of {answer.reference}: {problem.label}")


def _takes_run(parser: ArgumentParser) -> None:
    parser.add_argument("run", type=UUID, help="the run's id, as `payouts list` shows it")


def _takes_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="pain.002, camt.053 or camt.054, as the bank gives it")


VERBS = (
    Verb("list", "the runs that the bank has not answered in full", _list),
    Verb("file", "the file of a run for the bank, ISO 20022 pain.001", _file, _takes_run),
    Verb("answer", "take in a file from the bank; the same one twice does no harm", _answer, _takes_file),
)
