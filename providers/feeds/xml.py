"""XML from anybody: read as a stream that takes no DTD, resolves no entity, opens no other file or address, and
bounds depth; and the parts of an element by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _
from lxml import etree

from providers import errors
from providers.feeds.dates import read_date
from providers.feeds.encodings import decode
from providers.feeds.plain_text import one_line, text_of

MOST_DEPTH = 64
MOST_ELEMENTS = 500_000
_CHUNK = 64 * 1024
_DECLARATION = re.compile(r"\s{0,1000}<\?xml\s[^>]{0,1000}\?>")
_DOCTYPE_WAS_IN_THE_WAY = re.compile(r"<!DOCTYPE", re.IGNORECASE)

Element = etree._Element


def elements(content: bytes) -> Iterator[tuple[str, Element]]:
    """The document's elements as they begin ("start") and end ("end"), no deeper than MOST_DEPTH.

    Raises FeedNotXml, FeedUnsafe, FeedTooDeep, FeedTooManyParts, and what `encodings.decode` raises.
    """
    # The declaration has been followed by now, and would only contradict the letters.
    text = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), decode(content), count=1)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth, begun, count = 0, False, 0
    try:
        for start in range(0, len(text), _CHUNK):
            parser.feed(text[start : start + _CHUNK].encode())
            for event, element in cast("Iterable[tuple[str, Element]]", parser.read_events()):
                if not begun and cast("Any", element.getroottree()).docinfo.doctype:
                    raise errors.FeedUnsafe()
                begun = True
                depth += 1 if event == "start" else -1
                count += event == "start"
                if depth > MOST_DEPTH:
                    raise errors.FeedTooDeep(depth=MOST_DEPTH)
                if count > MOST_ELEMENTS:
                    raise errors.FeedTooManyParts(most=MOST_ELEMENTS)
                yield event, element
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _unreadable(error, text[:_CHUNK]) from error


def _unreadable(error: etree.XMLSyntaxError, head: str) -> errors.FeedRefusal:
    # A document type that the parser itself choked on.
    if _DOCTYPE_WAS_IN_THE_WAY.search(head):
        return errors.FeedUnsafe()
    if "depth" in str(error.msg):
        return errors.FeedTooDeep(depth=MOST_DEPTH)
    detail = re.sub(r",? ?line \d+, column \d+", "", error.msg or _("the file is empty"))
    return errors.FeedNotXml(line=error.lineno or 1, detail=one_line(detail)[:300].strip().rstrip("."))


class Parts:
    """What stands directly in an element, by the name that `name_of` gives it; what has no name is left out."""

    def __init__(self, element: Element | None, name_of: Callable[[Element], str]) -> None:
        self._children: dict[str, list[Element]] = {}
        self._name_of = name_of
        for child in element if element is not None else ():
            if name := name_of(child):
                self._children.setdefault(name, []).append(child)

    def every(self, name: str) -> list[Element]:
        return self._children.get(name, [])

    def first(self, *names: str) -> Element | None:
        """The first element of that name; with several names, of that name within the first of the one before."""
        name, *further = names
        element = next(iter(self.every(name)), None)
        return Parts(element, self._name_of).first(*further) if further else element

    def text(self, *names: str) -> str:
        """The first such element's words on one line, found as with `first`; "" where there are none."""
        *before, name = names
        parts = Parts(self.first(*before), self._name_of) if before else self
        return next((words for words in map(words_of, parts.every(name)) if words), "")

    def prose(self, *names: str) -> str:
        """The paragraphs of every element of these names, one a line, without repeating any element."""
        return "\n".join(dict.fromkeys(filter(None, (text_of(each) for name in names for each in self.every(name)))))

    def day(self, *names: str) -> date | None:
        """The day that the element's words name."""
        return read_date(self.text(*names))


def words_of(element: Element) -> str:
    return one_line(text_of(element))


def line_of(element: Element) -> int | None:
    return cast("int | None", element.sourceline)
