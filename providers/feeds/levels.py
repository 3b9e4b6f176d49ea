"""The level of a course, where a feed names one of the regulated levels."""

from __future__ import annotations

import re


def read_level(*texts: str) -> int | None:
    """The level that the first of the texts names; none where they name a level of another framework, or several."""
    for text in texts:
        if match := re.fullmatch(r"(?:level )?([0-8])", text, re.IGNORECASE | re.ASCII):
            return int(match[1])
        if re.fullmatch(r"entry(?: level)?(?: [1-3])?", text, re.IGNORECASE):
            return 0
    return None
