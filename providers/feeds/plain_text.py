"""Words out of feeds as plain text: no markup, no odd spaces, nothing that a page could run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.etree import _Element

BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
SILENT = frozenset(["script", "style", "noscript", "template", "iframe", "object", "embed", "svg"])
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# Halves of surrogate pairs, which no database can keep.
_HALVES = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile(r"<[a-zA-Z/!]")


def one_line(text: str) -> str:
    """The text with every run of spaces (also non-breaking ones) as one, and control characters gone.

    What is left is kept to the letter, however hostile it looks: it is text, and shown as text.
    """
    if not text.isprintable():
        text = _HALVES.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub(" ", text))
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """The text with one line a paragraph and no empty lines."""
    return "\n".join(line for line in (one_line(line) for line in text.splitlines()) if line)


def text_of(element: _Element) -> str:
    """The words of an element and all within it, one line a paragraph; markup that was escaped is taken out too."""
    return plain("".join(_words(element)))


def plain(text: str) -> str:
    """The text, one line a paragraph, without the markup that is in it."""
    return paragraphs(_without_markup(text) if _MARKUP.search(text) else text)


def web_address(text: str) -> str:
    """The address, when it is one of the web; otherwise nothing, so that no page links to a script."""
    address = text.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_one = parts.scheme in {"http", "https"} and parts.netloc and not re.search(r"\s", address)
    return address if is_one and len(address) <= 1000 else ""


def _words(element: _Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
    if name in BLOCKS:
        yield "\n"
    if name not in SILENT:
        yield _spaced(element.text)
        for child in element:
            yield from _words(child)
            yield _spaced(child.tail)
    if name in BLOCKS:
        yield "\n"


def _spaced(text: str | None) -> str:
    # Where a feed's own source breaks its lines says nothing about paragraphs.
    return re.sub(r"\s+", " ", text or "")


def _without_markup(text: str) -> str:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.words)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)
