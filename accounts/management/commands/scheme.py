"""Schemes by hand: `scheme list`, `scheme check FILE`, `scheme load FILE`, `scheme simulate SLUG`,
`scheme appoint EMAIL SLUG`.

Each verb is one function; one from a module of its own is added to `VERBS`.
"""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from accounts import loading, managing, scheme_files
from accounts.circumstances import Residence
from accounts.management import simulate, verbs
from accounts.management.verbs import Print, Verb
from accounts.models import Scheme
from accounts.rules import parse
from ledger import Actor

OPERATOR = Actor.system("scheme.load")


def list_schemes(tell: Print, **options: Any) -> None:
    """The presets, and the schemes that are set up here."""
    tell("Ship with Waymark:")
    for slug in scheme_files.presets():
        said = scheme_files.read_file(scheme_files.preset(slug))
        facts = [_places(said), said.currency, said.funding, _examples(said)]
        tell(f"  {slug}  {said.name}: {', '.join(facts)}")
        tell(f"      {said.about}")
    set_up = Scheme.objects.annotate(versions=Count("rule_versions")).order_by("slug")
    tell("Set up here:" if set_up else "Set up here: none yet.")
    for scheme in set_up:
        state, versions = scheme.get_state_display(), _counted(scheme.versions, "version")
        tell(f"  {scheme.slug}  {scheme.name}: {scheme.currency}, {scheme.funding}, {state}, {versions} of its rules")


def check(tell: Print, *, file: str, **options: Any) -> None:
    """Whether a file could be loaded, as far as the file alone can tell."""
    said = scheme_files.read_file(loading.found(file))
    published = sum(example.published for example in said.examples)
    tell(f"{said.slug} is fine: {_examples(said)} came out, {published} of them published.")


def load(tell: Print, *, file: str, valid_from: str | None, **options: Any) -> None:
    """A scheme from a file, or new rules for it."""
    loaded = loading.load(loading.found(file), valid_from=_day(valid_from), actor=OPERATOR)
    scheme, version = loaded.scheme, loaded.version
    match loaded.outcome:
        case "set_up":
            tell(f"{scheme.name} is set up as {scheme.slug}, and open from {scheme.opens_on}. Its pot is empty.")
        case "published":
            tell(f"{scheme.name} has version {version.number} of its rules, which counts from {version.valid_from}.")
        case "unchanged":
            tell(f"{scheme.name} has these rules already, as version {version.number}. Nothing was changed.")


def appoint(tell: Print, *, email: str, slugs: list[str], sets_up: bool, **options: Any) -> None:
    """Somebody who has signed up runs these schemes."""
    manager = managing.appoint(email, slugs, sets_up=sets_up, actor=OPERATOR)
    runs = ", ".join(manager.schemes.order_by("slug").values_list("slug", flat=True)) or "no scheme yet"
    tell(f"{manager.user.name} runs {runs}" + (", and may set up schemes." if manager.sets_up else "."))


def _who_and_which(parser: ArgumentParser) -> None:
    parser.add_argument("email", help="of somebody who has signed up")
    parser.add_argument("slugs", metavar="SLUG", nargs="*", help="the short names of schemes that they run")
    parser.add_argument("--sets-up", action="store_true", help="they may also set up schemes that are not there yet")


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a scheme's file (docs/schemes.md), or the short name of a preset")


def _file_and_day(parser: ArgumentParser) -> None:
    _file(parser)
    parser.add_argument(
        "--from",
        dest="valid_from",
        metavar="DATE",
        help="the day from which the rules count, such as 2027-01-31; without it, for a scheme that is there, tomorrow",
    )


VERBS = (
    Verb("simulate", simulate.HELP, simulate.simulate, simulate.add_arguments),
    Verb("list", "the schemes that ship with Waymark, and those that are set up here", list_schemes),
    Verb("check", "whether a scheme's file can be used, and its examples come out", check, _file),
    Verb("appoint", "let somebody run schemes on the pages", appoint, _who_and_which),
    Verb("load", "set a scheme up from its file, or publish new rules for it", load, _file_and_day),
)


class Command(BaseCommand):
    help = "Schemes: those that ship, a file checked, a scheme set up or given new rules from its file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs.add(parser, VERBS)

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs.run(self, VERBS, verb, options)


def _day(written: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written) if written is not None else None
    except ValueError:
        raise CommandError(f"{written} is no day: write it as 2027-01-31.") from None


def _places(said: scheme_files.SchemeFile) -> str:
    where = parse(said.rules).who.residence
    return ", ".join(str(Residence(place).label) for place in where) or "anywhere"


def _examples(said: scheme_files.SchemeFile) -> str:
    return _counted(len(said.examples), "example")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
