"""Tables for spreadsheets: what somebody wrote stays words there, whatever it begins with."""

from __future__ import annotations

_BEGINS_ONE = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


def not_a_formula(text: str) -> str:
    """A cell that no spreadsheet computes: with an apostrophe before it if it begins as a formula does, or so."""
    return f"'{text}" if text.startswith(_BEGINS_ONE) else text
