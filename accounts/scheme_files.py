"""Scheme files: one documented format for a scheme, its rules, and worked examples that have to come out as they say.

The presets that ship are such files; `docs/schemes.md` has the format.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from babel.numbers import is_currency
from django.utils.translation import gettext_lazy as _

from accounts import errors
from accounts.examples import Example, disagreements, mistakes
from accounts.rules import Rules, parse, read, wrong

# A scheme's and an example's days lie between these, so that no age and no purse's last day runs out of the calendar.
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 1, 1)
PRESETS = Path(__file__).resolve().parent / "presets"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What a manager's own pages are called, beside those of each scheme.
TAKEN = frozenset({"feedback", "new", "payouts", "providers", "vetting"})
_NOT_ON_A_LINE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# In bytes.
LARGEST_FILE = 1_000_000
# More than any amount has: what is longer is a slip, or meant to keep us busy.
MOST_DIGITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeFile:
    """What a scheme's file says. `source` is where its rules were published, and what in them was not; `about` is the
    scheme in one sentence; `rules` are as `accounts.rules` has them.

    `rules` is left as it was read, so that what is stored is what was written.
    """

    slug: str
    name: str
    funder_name: str
    currency: str
    rules: Any
    about: str = ""
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
    _check_words(said)
    _check_days(said)
    rules = parse(said.rules)
    if (said.funding == "commitment") and rules.budget.ceiling_minor is None:
        raise wrong("budget.ceiling_minor", _("a scheme that commits before it has the money has a ceiling"))
    _check_examples(rules, said)
    return said


def _check_words(said: SchemeFile) -> None:
    for name, least, most in (("slug", 1, 60), ("name", 1, 160), ("funder_name", 1, 160), ("about", 0, 160)):
        value = getattr(said, name)
        if not least <= len(value.strip()) <= len(value) <= most or _NOT_ON_A_LINE.search(value):
            why = str(_("it has {least} to {most} characters, on one line")).format(least=least, most=most)
            raise wrong(name, why)
    if not _SLUG.fullmatch(said.slug):
        raise wrong("slug", _("it is small letters and digits, with single hyphens between them"))
    if said.slug in TAKEN:
        raise wrong("slug", _("it is the name of a page already"))
    if not re.fullmatch("[A-Z]{3}", said.currency) or not is_currency(said.currency):
        raise wrong("currency", _("it is a code of ISO 4217, such as GBP"))
    if _NOT_IN_TEXT.search(said.source):
        raise wrong("source", _("it has characters that are no text"))


def _check_days(said: SchemeFile) -> None:
    if said.opens_on and said.closes_on and said.closes_on < said.opens_on:
        raise wrong("closes_on", _("it is before opens_on"))
    days = {"opens_on": said.opens_on, "closes_on": said.closes_on}
    for place, example in enumerate(said.examples):
        days[f"examples[{place}].on"] = example.on
        days[f"examples[{place}].person.date_of_birth"] = example.person.date_of_birth
    for where, day in days.items():
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise wrong(where, str(_("it is from {first} to {last}")).format(first=FIRST_DAY, last=LAST_DAY))


def _check_examples(rules: Rules, said: SchemeFile) -> None:
    for place, example in enumerate(said.examples):
        for where, why in chain(mistakes(rules, example), disagreements(rules, example)):
            raise wrong(f"examples[{place}].{where}", why)


def from_bytes(body: bytes) -> dict[str, Any]:
    """A file's content as data. Raises RulesInvalid when it is too large, no UTF-8, or what `from_text` refuses."""
    if len(body) > LARGEST_FILE:
        raise wrong("file", _("it is larger than a million bytes"))
    try:
        return from_text(body.decode("utf-8-sig"))
    except UnicodeDecodeError as unreadable:
        line = body.count(b"\n", 0, unreadable.start) + 1
        raise wrong("file", str(_("it is not UTF-8: see line {line}")).format(line=line)) from None


def from_text(text: str) -> dict[str, Any]:
    """A file's text as data.

    Raises RulesInvalid when it is no JSON object, or names one thing twice, or says something that JSON cannot or
    that nobody can mean: infinity, a number without end, half a character, boxes in boxes without end.
    """
    if len(text) > LARGEST_FILE:
        raise wrong("file", _("it is larger than a million bytes"))
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_int=_whole, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as unreadable:
        raise wrong("file", str(_("it is not JSON: see line {line}")).format(line=unreadable.lineno)) from None
    except UnicodeEncodeError:
        raise wrong("file", _("it has characters that are no text")) from None
    except RecursionError:
        raise wrong("file", _("it is nested too deeply")) from None
    if not isinstance(data, dict):
        raise wrong("file", _("it is an object"))
    return data


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise wrong(
            "file", str(_("{number} is not a number that we can use")).format(number=f"{digits[:MOST_DIGITS]}…")
        )
    return int(digits)


def _no_number(name: str) -> None:
    raise wrong("file", str(_("{number} is not a number that we can use")).format(number=name))


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
    """A scheme that ships with Waymark, as its file says; its first words are enough where no other has them.

    Refuses `NoSuchPreset`.
    """
    meant = [known for known in presets() if known == slug or known.startswith(f"{slug}-")]
    if len(meant) != 1:
        raise errors.NoSuchPreset(slug=slug, known=", ".join(presets()))
    return from_bytes((PRESETS / f"{meant[0]}.json").read_bytes())
