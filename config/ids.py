"""Public identifiers: opaque, unguessable, and for codes that people type, proof against a slip."""

from __future__ import annotations

import os
import secrets
import time
import uuid

# Crockford's base 32: no I, L, O or U, so that nothing read aloud is mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = ALPHABET + "*~$=U"
# Crockford's digits as Python's own of base 32, so that a code can be read as the number it is.
_AS_PYTHON_COUNTS = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_KNOWN = frozenset(ALPHABET)
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


_last_tick = 0


def uuid7() -> uuid.UUID:
    """A UUIDv7 (RFC 9562, method 3): the wall clock to a quarter of a microsecond, then 62 random bits.

    Those of one process and thread come in the order in which they were made.
    """
    global _last_tick
    _last_tick = tick = max(time.time_ns() * 4096 // 1_000_000, _last_tick + 1)
    milliseconds, fraction = divmod(tick, 4096)
    noise = int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | noise)


def new_code(characters: int = 26) -> str:
    """A random code of `characters` base-32 characters (26: 129 bits) and Crockford's check character (modulo 37).

    The five check characters that are awkward in a URL are never used: such a code is drawn again.
    """
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(characters))
        if (check := _check_character(body)) in ALPHABET:
            return body + check


def read_code(text: str) -> str | None:
    """The code somebody typed, case, spaces, hyphens and misread letters forgiven; None when its check is wrong."""
    code = text.upper().replace("-", "").replace(" ", "")
    if len(code) < 2:
        return None
    code = code.translate(_MISREAD)
    if not _KNOWN.issuperset(code):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """The code as people read it: groups of five, with hyphens."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def _check_character(body: str) -> str:
    return _CHECKS[int(body.translate(_AS_PYTHON_COUNTS), 32) % 37]
