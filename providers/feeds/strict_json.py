"""JSON from anybody: no key twice, no number that is none, nothing nested without end, and each item with its line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from providers import errors

MOST_DEPTH = 64
MOST_PARTS = 2_000_000
MOST_DIGITS = 30
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class Item:
    """Something of a document's list, with its JSON pointer (RFC 6901) and the line that it begins at."""

    pointer: str
    line: int
    value: Any


class _Wrong(ValueError):
    """What JSON itself would let pass."""


def read_items(text: str, listed_under: str) -> tuple[dict[str, Any], list[Item]]:
    """What a document lists, and what it says beside.

    A document is a list, an object with the list under a key, or an object that is itself the only item. Raises
    FeedNotJson with the line and place, FeedTooDeep, and FeedTooManyParts.
    """
    if sum(map(text.count, "[{,")) > MOST_PARTS:
        raise errors.FeedTooManyParts(most=MOST_PARTS)
    return _Document(text).read(listed_under)


class _Document:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _Lines(text)
        self.decoder = json.JSONDecoder(
            object_pairs_hook=_object, parse_float=_number, parse_int=_whole_number, parse_constant=_no_number
        )

    def read(self, listed_under: str) -> tuple[dict[str, Any], list[Item]]:
        at = self.skip(0)
        if self.text[at : at + 1] == "[":
            items: list[Item] = []
            end = self.each("", at, items)
            head: dict[str, Any] = {}
        elif self.text[at : at + 1] == "{":
            head, items, end = self.object(at, listed_under)
        else:
            raise self.wrong(at, "", _("there is no object or list"))
        if (end := self.skip(end)) < len(self.text):
            raise self.wrong(end, "", _("something follows after the end"))
        return head, items

    def object(self, begin: int, listed_under: str) -> tuple[dict[str, Any], list[Item], int]:
        head: dict[str, Any] = {}
        items: list[Item] | None = None
        at = self.skip(begin + 1)
        while self.text[at : at + 1] != "}":
            key, at = self.value(at, "")
            if not isinstance(key, str):
                raise self.wrong(at, "", _("a key is no text"))
            if key in head or (key == listed_under and items is not None):
                raise self.wrong(at, "", _("the key “{key}” is there twice").format(key=key[:100]))
            at = self.past(self.skip(at), ":", f"/{key}")
            if key == listed_under and self.text[at : at + 1] == "[":
                at = self.each(f"/{key}", at, items := [])
            else:
                head[key], at = self.value(at, f"/{key}")
            at = self.after_one(at, "}", "")
        if items is None:
            items = [Item("", self.lines.of(begin), head)]
        return head, items, at + 1

    def each(self, pointer: str, begin: int, items: list[Item]) -> int:
        """Reads the list that begins there into `items`; where it ends."""
        at = self.skip(begin + 1)
        while self.text[at : at + 1] != "]":
            here = f"{pointer}/{len(items)}"
            value, end = self.value(at, here)
            items.append(Item(here, self.lines.of(at), value))
            at = self.after_one(end, "]", here)
        return at + 1

    def after_one(self, at: int, closing: str, pointer: str) -> int:
        at = self.skip(at)
        if self.text[at : at + 1] == closing:
            return at
        at = self.past(at, ",", pointer)
        if self.text[at : at + 1] == closing:
            raise self.wrong(at, pointer, _("a comma is followed by nothing"))
        return at

    def past(self, at: int, mark: str, pointer: str) -> int:
        if self.text[at : at + 1] != mark:
            raise self.wrong(at, pointer, _("“{mark}” is missing").format(mark=mark))
        return self.skip(at + 1)

    def value(self, at: int, pointer: str) -> tuple[Any, int]:
        try:
            value, end = self.decoder.raw_decode(self.text, at)
            _check_depth(value)
        except json.JSONDecodeError as error:
            raise self.wrong(error.pos, pointer, error.msg) from error
        except _Wrong as error:
            raise self.wrong(at, pointer, str(error)) from error
        except RecursionError as error:
            raise errors.FeedTooDeep(depth=MOST_DEPTH) from error
        return value, end

    def skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def wrong(self, at: int, pointer: str, detail: str) -> errors.FeedNotJson:
        place = _(" in {pointer}").format(pointer=pointer[:200]) if pointer else ""
        return errors.FeedNotJson(line=self.text.count("\n", 0, at) + 1, place=place, detail=detail)


class _Lines:
    """Line numbers of places that only go forward."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1

    def of(self, place: int) -> int:
        self.line += self.text.count("\n", self.at, place)
        self.at = place
        return self.line


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _value in pairs).most_common(1)[0][0]
        raise _Wrong(_("the key “{key}” is there twice").format(key=twice[:100]))
    return found


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise _Wrong(_("a number has more than {most} digits").format(most=MOST_DIGITS))
    return int(digits)


def _number(digits: str) -> Decimal:
    number = Decimal(digits) if len(digits) <= MOST_DIGITS else Decimal("Infinity")
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise _Wrong(_("a number has more than {most} digits").format(most=MOST_DIGITS))
    return number


def _no_number(name: str) -> Any:
    raise _Wrong(_("{name} is not a number").format(name=name))


def _check_depth(value: Any) -> None:
    level = [value]
    for _depth in range(MOST_DEPTH):
        level = list(_within(level))
        if not level:
            return
    raise errors.FeedTooDeep(depth=MOST_DEPTH)


def _within(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, dict | list):
            yield from (
                each for each in (value.values() if isinstance(value, dict) else value) if isinstance(each, dict | list)
            )
