"""Reading: JSON becomes frozen dataclasses, field by field, and the first thing wrong is named with its path."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal, Sentence

MOST = 10**15


class RulesInvalid(Refusal):
    """`field` is the path of what is wrong, such as `price.bands[1].rate_percent`."""

    code = "rules_invalid"
    status = 422
    says = _("These rules cannot be used: {where}: {why}")
    do = _("Correct that line and try again. Nothing was changed.")


def wrong(where: str, why: Sentence) -> RulesInvalid:
    return RulesInvalid(field=where, where=where, why=why)


def read(kind: Any, data: Any, where: str = "") -> Any:
    """`data` as the dataclass `kind`, its fields exactly; the first thing wrong is named with its path from `where`.

    Raises RulesInvalid.
    """
    return _read(kind, data, where)


def _read(kind: Any, value: Any, where: str) -> Any:
    """`value` as `kind`, one of the shapes that rules and scheme files are made of."""
    if is_dataclass(kind):
        return _read_fields(kind, value, where)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        if value not in arguments or isinstance(value, bool):
            raise wrong(where, str(_("it is one of {known}")).format(known=", ".join(arguments)))
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise wrong(where, _("it is a list"))
        return tuple(_read(arguments[0], item, f"{where}[{place}]") for place, item in enumerate(value))
    if origin is Mapping:
        if not isinstance(value, dict):
            raise wrong(where, _("it is an object"))
        return {key: _read(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _read(arguments[0], value, where)
    if kind is Any:
        return value
    return _read_plain(kind, value, where)


def _read_plain(kind: Any, value: Any, where: str) -> Any:
    if kind is dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise wrong(where, _("it is a day such as 2026-04-01")) from None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        says = {int: _("it is a whole number"), bool: _("it is true or false")}
        raise wrong(where, says.get(kind, _("it is text")))
    return value


def _read_fields(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise wrong(where or "rules", _("it is an object"))
    hints = _hints(kind)
    path = f"{where}." if where else ""
    if unknown := sorted(str(name) for name in value.keys() - hints.keys()):
        raise wrong(f"{path}{unknown[0]}", _("no rule has this name"))
    for field in fields(kind):
        if field.name not in value and field.default is MISSING and field.default_factory is MISSING:
            raise wrong(f"{path}{field.name}", _("it is missing"))
    return kind(**{name: _read(hints[name], item, f"{path}{name}") for name, item in value.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
