"""The letters that a feed's bytes are: as its byte order mark or its own declaration says, and never by a guess.

A feed that declares one encoding and holds another is refused, since half its names would come out wrong. As in the
Encoding Standard (encoding.spec.whatwg.org), a feed that says ISO-8859-1 is read as Windows-1252, which has the same
letters, and quotation marks where the other has nothing that anybody writes.
"""

from __future__ import annotations

import codecs
import re

from providers import errors

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16",
    "utf-16be": "utf-16",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso8859_15",
}
_DECLARED = re.compile(rb"""\s{0,1000}<\?xml[^>]{0,200}?encoding\s{0,20}=\s{0,20}["']([^"'>]{0,60})["']""")


def decode(content: bytes, otherwise: str = "") -> str:
    """A feed's text, without its byte order mark.

    Without a mark, an XML declaration or zeros that show UTF-16, it is UTF-8, or, where it cannot be, the encoding
    named `otherwise`. Raises FeedEncodingWrong with what was declared and the first line that cannot be read so,
    FeedEncodingUnknown, and FeedNotText where there are zeros in it.
    """
    name, declared = _encoding(content)
    if name == "utf-8" and not declared and otherwise and not _fits(content, "utf-8"):
        name = otherwise
    mark = next((mark for mark, _codec in _MARKS if content.startswith(mark)), b"")
    body = content[len(mark) :]
    if name == "utf-16" or (name in {"cp1252", "iso8859_15"} and declared and _is_utf_8_after_all(body)):
        raise errors.FeedEncodingWrong(declared=declared, line=_line(body, _first_foreign(body)))
    try:
        text = body.decode(name)
    except UnicodeDecodeError as error:
        line = _line(body, error.start, name)
        raise errors.FeedEncodingWrong(declared=declared or _told(name), line=line) from error
    if (zero := text.find("\0")) >= 0:
        raise errors.FeedNotText(line=text.count("\n", 0, zero) + 1)
    return text


def _encoding(content: bytes) -> tuple[str, str]:
    """The codec to read with, and what the feed itself declares; "" where it declares nothing that counts."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return codec, ""
    if content[:2].count(0) == 1:
        return "utf-16-le" if content[0] else "utf-16-be", ""
    match = _DECLARED.match(content)
    if match is None:
        return "utf-8", ""
    declared = match[1].decode("ascii", "replace")
    if declared.lower() not in _CODECS:
        raise errors.FeedEncodingUnknown(declared=declared)
    return _CODECS[declared.lower()], declared


def _fits(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf_8_after_all(content: bytes) -> bool:
    # Text of another encoding is next to never UTF-8 by chance.
    return not content.isascii() and _fits(content, "utf-8")


def _first_foreign(content: bytes) -> int:
    match = re.search(rb"[\x80-\xff]", content)
    return match.start() if match else 0


def _line(content: bytes, at: int, codec: str = "latin-1") -> int:
    return content[:at].decode(codec, "replace").count("\n") + 1


def _told(codec: str) -> str:
    return {"cp1252": "Windows-1252"}.get(codec, codec.upper())
