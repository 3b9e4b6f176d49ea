"""The formats of feeds: which one a feed is in, and its reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import BinaryIO

from providers import errors
from providers.feeds import csv_rows, lheo, schema_org, xcri
from providers.feeds.csv_columns import looks_like_a_table
from providers.feeds.encodings import decode
from providers.feeds.plain_text import one_line
from providers.feeds.reading import MOST_ENTRIES, Feed
from providers.models import FeedImport

Format = FeedImport.Format
Reader = Callable[[bytes], Feed]

MOST_BYTES = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_READERS: Mapping[Format, Reader] = {
    Format.XCRI: xcri.read,
    Format.LHEO: lheo.read,
    Format.SCHEMA_ORG: schema_org.read,
    Format.CSV: csv_rows.read,
}
_ROOTS = {"catalog": Format.XCRI, "lheo": Format.LHEO}
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]{1,100}:)?([\w.-]{1,100})[\s/>]")


def detect(content: bytes) -> Format:
    """The format that a feed is in, by how it begins.

    Raises FeedFormatUnknown; FeedUnsafe where a document type comes first; and what `encodings.decode` raises.
    """
    text = decode(content, otherwise=csv_rows.OTHERWISE)
    at = 0
    while match := _BEFORE_ROOT.match(text, at):
        at = match.end()
    if text[at : at + 9].upper() == "<!DOCTYPE":
        raise errors.FeedUnsafe()
    root = _ROOT.match(text, at)
    if text[at : at + 1] in {"{", "["}:
        return Format.SCHEMA_ORG
    if root is not None and root[1] in _ROOTS:
        return _ROOTS[root[1]]
    if looks_like_a_table(text):
        return Format.CSV
    raise errors.FeedFormatUnknown(beginning=one_line(text[at : at + 60]))


def read(source: bytes | BinaryIO, format: Format) -> Feed:
    """All that a feed lists, and what of it cannot be taken, each with its line. Raises a FeedRefusal."""
    content = source if isinstance(source, bytes) else read_bounded(source)
    check_size(content)
    feed = _READERS[format](content)
    if feed.entries() > MOST_ENTRIES:
        raise errors.FeedTooManyParts(most=MOST_ENTRIES)
    return feed


def read_bounded(stream: BinaryIO) -> bytes:
    """The whole stream, read no further than a feed may be long. Raises FeedTooLarge."""
    content = bytearray()
    while chunk := stream.read(_CHUNK):
        content += chunk
        check_size(content)
    return bytes(content)


def check_size(content: bytes | bytearray) -> None:
    """Raises FeedTooLarge."""
    if len(content) > MOST_BYTES:
        raise errors.FeedTooLarge(megabytes=MOST_BYTES // 1024 // 1024)
