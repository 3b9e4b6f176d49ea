"""Scheme files: one documented format for a scheme, its rules, and worked examples that have to come out as they say.

The presets that ship are such files; `docs/schemes.md` has the format.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from accounts import errors
from accounts.examples import Example, disagreements
from accounts.rules import Rules, parse, read, wrong

PRESETS = Path(__file__).resolve().parent / "presets"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeFile:
    """What a scheme's file says. `source` is where its rules were published; `rules` are as `accounts.rules` has them.

    `rules` is left as it was read, so that what is stored is what was written.
    """

    slug: str
    name: str
    funder_name: str
    currency: str
    rules: Any
    source: str = ""
    funding: Literal["prefunded", "commitment"] = "prefunded"
    opens_on: dt.date | None = None
    closes_on: dt.date | None = None
    examples: tuple[Example, ...] = ()


def read_file(data: Any) -> SchemeFile:
    """What `data` says, when its rules can be used and its examples come out.

    Raises RulesInvalid naming the first field that is wrong, also where an example does not come out.
    """
    said: SchemeFile = read(SchemeFile, data)
    for name, most in (("slug", 60), ("name", 160), ("funder_name", 160)):
        value = getattr(said, name)
        if not value.strip() or len(value) > most or re.search(r"[\x00-\x1f\x7f]", value):
            raise wrong(name, str(_("it has 1 to {most} characters, on one line")).format(most=most))
    if not _SLUG.fullmatch(said.slug):
        raise wrong("slug", _("it is small letters and digits, with single hyphens between them"))
    if not re.fullmatch("[A-Z]{3}", said.currency):
        raise wrong("currency", _("it is a code of ISO 4217, such as GBP"))
    if said.opens_on and said.closes_on and said.closes_on < said.opens_on:
        raise wrong("closes_on", _("it is before opens_on"))
    rules = parse(said.rules)
    if (said.funding == "commitment") and rules.budget.ceiling_minor is None:
        raise wrong("budget.ceiling_minor", _("a scheme that commits before it has the money has a ceiling"))
    _check_examples(rules, said)
    return said


def _check_examples(rules: Rules, said: SchemeFile) -> None:
    for place, example in enumerate(said.examples):
        for where, why in disagreements(rules, example):
            raise wrong(f"examples[{place}].{where}", why)


def from_text(text: str) -> dict[str, Any]:
    """A file's text as data. Raises RulesInvalid when it is no JSON object, or names one thing twice."""
    if len(text) > LARGEST_FILE:
        raise wrong("file", _("it is larger than a million characters"))
    try:
        data = json.loads(text, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError) as unreadable:
        line = getattr(unreadable, "lineno", 1)
        raise wrong("file", str(_("it is not JSON: see line {line}")).format(line=line)) from None
    if not isinstance(data, dict):
        raise wrong("file", _("it is an object"))
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise wrong(name, _("it is there twice"))
        found[name] = value
    return found


def presets() -> list[str]:
    """The short names of the schemes that ship with Waymark."""
    return sorted(path.stem for path in PRESETS.glob("*.json"))


def preset(slug: str) -> dict[str, Any]:
    """A scheme that ships with Waymark, as its file says. Refuses `NoSuchPreset`."""
    if slug not in presets():
        raise errors.NoSuchPreset(slug=slug, known=", ".join(presets()))
    return from_text((PRESETS / f"{slug}.json").read_text())
