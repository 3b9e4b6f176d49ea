"""The parts of a JSON-LD node by name, in whichever of its many forms a document writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from providers.feeds.plain_text import one_line, plain


class Node:
    """An object of a document, text that stands in place of one, or nothing at all; never of another type.

    `by_id` are the document's own nodes, in which one that is only named by its @id is looked up.
    """

    def __init__(self, value: Any, pointer: str, by_id: Mapping[str, dict[str, Any]]) -> None:
        if isinstance(value, dict) and isinstance(name := value.get("@id"), str) and set(value) <= {"@id", "@type"}:
            value = by_id.get(name, value)
        self.pointer = pointer
        self.is_object = isinstance(value, dict)
        self.own_text = _text(value)
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        self._by_id = by_id

    def types(self) -> set[str]:
        """The names of its types, such as {"Course"}, without whatever stands before them."""
        return {each.rpartition("/")[2].rpartition(":")[2] for each in map(_text, _listed(self._value.get("@type")))}

    def nodes(self, name: str) -> list[Node]:
        several = isinstance(self._value.get(name), list)
        return [
            Node(value, f"{self.pointer}/{name}/{index}" if several else f"{self.pointer}/{name}", self._by_id)
            for index, value in enumerate(_listed(self._value.get(name)))
        ]

    def node(self, name: str) -> Node:
        """The first of that name; one without anything where there is none."""
        return next(iter(self.nodes(name)), Node(None, f"{self.pointer}/{name}", self._by_id))

    def text(self, name: str) -> str:
        """The first words of that name, on one line; "" where there are none."""
        return next(iter(self.words(name)), "")

    def words(self, name: str) -> list[str]:
        """Every text of that name, on one line each, of an object its name."""
        return list(filter(None, (node.own_text or node.named() for node in self.nodes(name))))

    def named(self) -> str:
        return _text(self._value.get("name")) or _text(self._value.get("@value"))

    def prose(self, name: str) -> str:
        """The paragraphs of that name, one a line, without markup."""
        values = (value.get("@value") if isinstance(value, dict) else value for value in _listed(self._value.get(name)))
        return "\n".join(filter(None, (plain(value) for value in values if isinstance(value, str))))

    def says_yes(self, name: str) -> bool:
        return self._value.get(name) is True or _text(self._value.get(name)).casefold() == "true"

    def identifiers(self) -> Iterator[str]:
        """Its identifiers, of a PropertyValue its value, and last its @id."""
        for each in self.nodes("identifier"):
            yield from filter(None, (each.own_text or each.text("value"),))
        yield from filter(None, (_text(self._value.get("@id")),))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return one_line(value)
    return format(Decimal(value), "f") if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""
