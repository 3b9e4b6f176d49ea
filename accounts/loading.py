"""Loading: a scheme's file sets the scheme up, or brings new rules to the one that is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import ledger
from accounts import errors, schemes
from accounts.models import RuleVersion, Scheme
from accounts.scheme_files import LARGEST_FILE, SchemeFile, from_bytes, preset, presets, read_file
from ledger import Actor


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file: the scheme, and the version of its rules that says what the file says."""

    scheme: Scheme
    version: RuleVersion
    outcome: Literal["set_up", "published", "unchanged"]


def found(name: str) -> dict[str, Any]:
    """What a file says, or a preset where there is no file of that name.

    Raises RulesInvalid when it is no scheme's file at all; refuses `NoSuchSchemeFile`, `SchemeFileUnreadable`.
    """
    try:
        with Path(name).open("rb") as file:
            return from_bytes(file.read(LARGEST_FILE + 1))
    except (FileNotFoundError, ValueError):
        try:
            return preset(name)
        except errors.NoSuchPreset:
            raise errors.NoSuchSchemeFile(name=name, known=", ".join(presets())) from None
    except OSError as unreadable:
        raise errors.SchemeFileUnreadable(name=name, why=unreadable.strerror) from None


def load(data: Mapping[str, Any], *, valid_from: dt.date | None = None, actor: Actor) -> Loaded:
    """A scheme under a new short name is set up, to open on `valid_from` or on the day that the file says; to one that
    is there the rules are published as a new version from `valid_from`, or from tomorrow.

    Of a scheme that is there only the rules and their source are taken: its name, funder and dates stay. The same
    rules again change nothing. Nobody approves: this is for an operator, whose word counts.

    Raises RulesInvalid; refuses `SchemeWaits`, `SchemeMoneyIsFixed`, and what `schemes.set_up` and
    `schemes.publish_rules` refuse.
    """
    said = read_file(data)
    scheme = Scheme.objects.filter(slug=said.slug).first()
    if scheme is None:
        return _set_up(data, valid_from, actor)
    if scheme.state == Scheme.State.DRAFT:
        raise errors.SchemeWaits(scheme=scheme.name)
    _check_money(scheme, said)
    newest = scheme.rule_versions.order_by("-number").first()
    if newest is not None and (newest.rules, newest.source) == (said.rules, said.source):
        return Loaded(scheme, newest, "unchanged")
    tomorrow = ledger.today() + dt.timedelta(days=1)
    version = schemes.publish_rules(
        scheme, said.rules, valid_from=valid_from or tomorrow, source=said.source, actor=actor
    )
    return Loaded(scheme, version, "published")


def _set_up(data: Mapping[str, Any], valid_from: dt.date | None, actor: Actor) -> Loaded:
    if valid_from is not None:
        if valid_from < ledger.today():
            raise errors.RulesOfThePast(field="valid_from")
        data = {**data, "opens_on": valid_from.isoformat()}
    scheme = schemes.set_up(data, actor=actor)
    return Loaded(scheme, scheme.rule_versions.get(), "set_up")


def _check_money(scheme: Scheme, said: SchemeFile) -> None:
    for field, kept, wanted in (
        ("currency", scheme.currency, said.currency),
        ("funding", scheme.funding, said.funding),
    ):
        if kept != wanted:
            raise errors.SchemeMoneyIsFixed(field=field, scheme=scheme.name, kept=kept, wanted=wanted)
