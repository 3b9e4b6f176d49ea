"""Verbs: what a management command is made of when it does several things, each from a module of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from config.refusals import Refusal

# Prints to the command's own output, as `BaseCommand.stdout.write` does: a line without its end.
Print = Callable[[str], Any]


def _none(parser: ArgumentParser) -> None:
    """A verb without arguments."""


@dataclass(frozen=True, slots=True)
class Verb:
    """`run` is called with `Print` and the options by name; a Refusal that it raises is what the command says."""

    name: str
    help: str
    run: Callable[..., None]
    arguments: Callable[[ArgumentParser], None] = _none


def add(parser: ArgumentParser, verbs: tuple[Verb, ...]) -> None:
    """Give a command these verbs; what was chosen is in its option `verb`."""
    choices = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in verbs:
        verb.arguments(choices.add_parser(verb.name, help=verb.help, description=verb.help))


def run(command: BaseCommand, verbs: tuple[Verb, ...], name: str, options: dict[str, Any]) -> None:
    """Do what was chosen. Raises CommandError in the words of the refusal, or that there is no database."""
    [verb] = [each for each in verbs if each.name == name]
    try:
        verb.run(command.stdout.write, **options)
    except Refusal as refusal:
        raise CommandError(str(refusal)) from None
    except (OperationalError, ProgrammingError) as unready:
        why = str(unready).partition("\n")[0]
        raise CommandError(f"The database is not ready ({why}). `./run manage migrate` sets it up.") from None
