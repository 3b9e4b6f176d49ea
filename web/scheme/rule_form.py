"""A form for any rules: drawn from the shapes of `accounts.rules`, and read back into data for them.

It knows no rule. What is typed travels with the page, so that adding a line, or looking at what a change would do,
stores nothing.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.rules import Rules, RulesInvalid, wrong
from config.money import major
from web.scheme.field_words import CHOICES, HINTS, ITEMS, LABELS, SECTIONS

MOST_ITEMS = 40
PREFIX = "rules."


@dataclass(slots=True)
class Input:
    """One field: how it is drawn (`text`, `number`, `money`, `select`, `checkboxes`, `checkbox`), and what is in it."""

    path: str
    label: Any
    kind: str
    value: Any
    hint: Any = ""
    choices: list[tuple[str, Any]] = field(default_factory=list)
    required: bool = False
    error: str = ""

    @property
    def name(self) -> str:
        return PREFIX + self.path

    @property
    def id(self) -> str:
        return "id_" + re.sub(r"[^a-z0-9]+", "-", self.path)

    @property
    def chosen(self) -> str:
        """What is ticked, in words; empty when nothing is."""
        return ", ".join(str(label) for value, label in self.choices if value in self.value)


@dataclass(slots=True)
class Group:
    """Fields that belong together; `folded` when it asks nothing yet."""

    path: str
    label: Any
    children: list[Input | Group | Items]
    folded: bool = False


@dataclass(slots=True)
class Items:
    """A list of groups, to which one can be added as long as there are fewer than `most`."""

    path: str
    label: Any
    item: Any
    groups: list[Group]
    most: int = MOST_ITEMS

    @property
    def name(self) -> str:
        return PREFIX + self.path

    @property
    def full(self) -> bool:
        return len(self.groups) >= self.most


def draw(data: Mapping[str, Any], currency: str, error: RulesInvalid | None = None) -> list[Group]:
    """The sections of the form with `data` in it, and the error beside the field that it names."""
    sections = []
    for name, hint in _hints(Rules).items():
        drawn = _draw(hint, name, name, data.get(name), currency)
        # What is a list is a section of its own, and so is a group.
        sections.append(Group(name, SECTIONS[name], drawn.children if isinstance(drawn, Group) else [drawn]))
    if error is not None:
        _mark(sections, error)
    return sections


def first_error(sections: list[Group]) -> Input | None:
    return next((one for one in _inputs(sections) if one.error), None)


def read(posted: QueryDict, currency: str) -> dict[str, Any]:
    """What was typed, as data for `accounts.rules.parse`; what is empty or usual is left out.

    Raises RulesInvalid for what is no number at all.
    """
    data: dict[str, Any] = {}
    for name, hint in _hints(Rules).items():
        value = _read(hint, name, posted, currency)
        if value not in ({}, []) or name in ("who", "awards"):
            data[name] = value
    return data


def typed(posted: QueryDict, currency: str) -> dict[str, Any]:
    """What was typed, for drawing again: what is no number stays as it was typed."""
    return {name: _read(hint, name, posted, currency, keep=True) for name, hint in _hints(Rules).items()}


def with_item(data: dict[str, Any], path: str) -> dict[str, Any]:
    """The data with an empty item at the end of the list at `path`; as it was when there is no such list."""
    holder, name = _at(data, path)
    if holder is not None and isinstance(name, str) and name in ITEMS:
        if name == "trial":
            holder[name] = {}
        elif len(holder.setdefault(name, []) or []) < MOST_ITEMS:
            holder[name] = [*(holder[name] or []), {}]
    return data


def without_item(data: dict[str, Any], path: str) -> dict[str, Any]:
    """The data without the item at `path`; as it was when there is none."""
    holder, name = _at(data, path)
    if isinstance(holder, list) and isinstance(name, int) and name < len(holder):
        del holder[name]
    elif isinstance(holder, dict) and name == "trial":
        holder[name] = None
    return data


# Drawing


def _draw(hint: Any, name: str, path: str, value: Any, currency: str) -> Input | Group | Items:
    label = LABELS.get(name, SECTIONS.get(name, name))
    inner = _optional(hint)
    if dataclasses.is_dataclass(inner):
        if inner is not hint:  # there, or not
            groups = [] if value is None else [_group(inner, label, path, value, currency)]
            return Items(path, label, ITEMS[name], groups, most=1)
        return _group(inner, label, path, value or {}, currency)
    if typing.get_origin(inner) is tuple and dataclasses.is_dataclass(kind := typing.get_args(inner)[0]):
        groups = [
            _group(kind, f"{ITEMS[name]} {place + 1}", f"{path}[{place}]", item or {}, currency)
            for place, item in enumerate(value or [])
        ]
        return Items(path, label, ITEMS[name], groups)
    return _input(inner, name, path, value, currency, optional=inner is not hint)


def _group(kind: Any, label: Any, path: str, value: Any, currency: str) -> Group:
    given = value if isinstance(value, Mapping) else {}
    defaults = {one.name: one.default for one in dataclasses.fields(kind)}
    children = []
    for name, hint in _hints(kind).items():
        usual: Any = defaults[name] if isinstance(defaults[name], str | int | tuple) else None
        drawn = _draw(hint, name, f"{path}.{name}", given.get(name, usual), currency)
        if isinstance(drawn, Input):
            drawn.required = defaults[name] is dataclasses.MISSING and drawn.kind in ("number", "money", "text")
            drawn.required = drawn.required and _optional(hint) is hint
        children.append(drawn)
    return Group(path, label, children, folded=not given)


def _input(hint: Any, name: str, path: str, value: Any, currency: str, *, optional: bool) -> Input:
    choices, shown = CHOICES.get(name, []), value
    if typing.get_origin(hint) is tuple:
        kind = "checkboxes" if choices else "text"
        shown = [str(item) for item in value or []] if isinstance(value, list | tuple | None) else value
        if kind == "text" and isinstance(shown, list):
            shown = ", ".join(shown)
    elif hint is bool:
        kind = "checkbox"
    elif choices:
        kind = "select"
        choices = [("", _("Nobody")), *choices] if name == "waiting_list" else choices
    elif name.endswith("_minor"):
        kind = "money"
        shown = f"{major(value, currency):f}" if isinstance(value, int) else value
    else:
        kind = "number" if hint is int else "text"
    return Input(path, LABELS.get(name, name), kind, "" if shown is None else shown, HINTS.get(name, ""), choices)


def _mark(sections: list[Group], error: RulesInvalid) -> None:
    """Put the error beside its field, else beside the first field under its path."""
    inputs = list(_inputs(sections))
    where = error.field or ""
    near = [one for one in inputs if one.path == where] or [one for one in inputs if one.path.startswith(where)]
    if near:
        near[0].error = says(error)


def says(error: RulesInvalid) -> str:
    """What is wrong, as a sentence that stands beside its field."""
    why = str(error.facts["why"])
    return f"{why[:1].upper()}{why[1:]}."


def _inputs(nodes: typing.Iterable[Input | Group | Items]) -> typing.Iterator[Input]:
    for node in nodes:
        if isinstance(node, Input):
            yield node
        else:
            yield from _inputs(node.children if isinstance(node, Group) else node.groups)


# Reading


def _read(hint: Any, path: str, posted: QueryDict, currency: str, *, keep: bool = False) -> Any:
    inner = _optional(hint)
    if dataclasses.is_dataclass(inner):
        if inner is not hint and not posted.getlist(PREFIX + path + ".items"):
            return None
        return _read_group(inner, path, posted, currency, keep)
    if typing.get_origin(inner) is tuple and dataclasses.is_dataclass(kind := typing.get_args(inner)[0]):
        places = posted.getlist(PREFIX + path + ".items")[:MOST_ITEMS]
        return [_read_group(kind, f"{path}[{place}]", posted, currency, keep) for place in range(len(places))]
    try:
        return _read_input(inner, path, posted, currency, optional=inner is not hint)
    except RulesInvalid:
        if not keep:
            raise
        return posted.get(PREFIX + path, "")


def _read_group(kind: Any, path: str, posted: QueryDict, currency: str, keep: bool) -> dict[str, Any]:
    data = {}
    defaults = {one.name: one.default for one in dataclasses.fields(kind)}
    for name, hint in _hints(kind).items():
        value = _read(hint, f"{path}.{name}", posted, currency, keep=keep)
        usual = defaults[name]
        if usual is dataclasses.MISSING:
            if value is not None or _optional(hint) is not hint:
                data[name] = value
        elif isinstance(usual, tuple) and usual:
            if value != list(usual):
                data[name] = value
        elif value not in (None, {}, []) and value != usual:
            data[name] = value
    return data


def _read_input(hint: Any, path: str, posted: QueryDict, currency: str, *, optional: bool) -> Any:
    name, key = re.split(r"[.\[]", path)[-1], PREFIX + path
    if typing.get_origin(hint) is tuple:
        if name in CHOICES:
            return posted.getlist(key)
        parts = [part.strip() for part in posted.get(key, "").split(",") if part.strip()]
        return [_number(path, part) for part in parts] if typing.get_args(hint)[0] is int else parts
    if hint is bool:
        return key in posted
    written = posted.get(key, "").strip()
    if not written:
        return "" if hint is str and not optional and name == "earmark" else None
    if name.endswith("_minor"):
        return _minor(path, written, currency)
    return _number(path, written) if hint is int else written


def _number(path: str, written: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", written):
        raise wrong(path, _("it is a whole number, such as 20"))
    return int(written)


def _minor(path: str, written: str, currency: str) -> int:
    places = get_currency_precision(currency)
    try:
        amount = Decimal(written.replace(",", "").replace(" ", ""))
        minor = amount.scaleb(places)
    except InvalidOperation:
        raise wrong(path, _("it is an amount of money, such as 150 or 103.20")) from None
    if not amount.is_finite() or minor != minor.to_integral_value() or abs(minor) > 10**17:
        raise wrong(path, _("it is an amount of money, such as 150 or 103.20"))
    return int(minor)


# Shapes


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _optional(hint: Any) -> Any:
    """The shape that a field has when it has one."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return next(one for one in typing.get_args(hint) if one is not types.NoneType)
    return hint


def _at(data: dict[str, Any], path: str) -> tuple[Any, str | int]:
    """What holds the thing at `path`, and its name or place there; nothing where there is no such way."""
    steps: list[str | int] = [
        int(step) if step.isdigit() else step for step in re.findall(r"[a-z_]+|[0-9]{1,3}", path[:200])
    ]
    if not steps:
        return None, ""
    holder: Any = data
    for step in steps[:-1]:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return None, ""
    return holder, steps[-1]
