"""Last seen: what a request says of the version that its sender saw, as RFC 9110 has it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from api import errors
from providers.publishing import LastSeen

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_LONGEST = 2000


def read(headers: Mapping[str, str]) -> LastSeen:
    """By `If-Match` and `If-None-Match`. Refuses `FieldWrong`.

    A weak tag is never the same as another when something is written, so it counts as a version that nothing has.
    """
    match, none_match = headers.get("If-Match"), headers.get("If-None-Match")
    if none_match is not None and (none_match.strip() != "*" or match is not None):
        raise errors.FieldWrong(field="If-None-Match", wanted="*, and without If-Match")
    if none_match is not None:
        return LastSeen(there=False)
    if match is None:
        return LastSeen()
    if match.strip() == "*":
        return LastSeen(there=True)
    tags = [_TAG.fullmatch(tag.strip()) for tag in match[:_LONGEST].split(",")]
    if not all(tags):
        raise errors.FieldWrong(field="If-Match", wanted='* or versions in quotation marks, such as "3f2a…"')
    return LastSeen(frozenset(tag[2] for tag in tags if tag is not None and not tag[1]))
