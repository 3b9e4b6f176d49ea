"""The UK provider reference number."""

from __future__ import annotations

import re

_UKPRN = re.compile(r"1[0-9]{7}")


def is_ukprn(text: str) -> bool:
    """Whether this is a UKPRN: eight digits, the first a 1. It has no check digit.

    Source: UK Register of Learning Providers. python-stdnum does not know the number.
    """
    return _UKPRN.fullmatch(text) is not None
