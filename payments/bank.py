"""The port to the bank that pays providers: a person carries the files, or the sandbox answers by itself."""

from __future__ import annotations

from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


class Bank(Protocol):
    def answers(self, file: bytes) -> list[bytes]:
        """Give the bank a pain.001 file, and its answers to it so far. The same file twice is paid once."""


class ByHand:
    """A person downloads the file, gives it to the bank, and brings its answers (`./run manage payouts`)."""

    def answers(self, file: bytes) -> list[bytes]:
        return []


def bank() -> Bank:
    """The bank of this installation: `settings.PAYMENTS_BANK`, a dotted path."""
    return cast(Bank, import_string(settings.PAYMENTS_BANK)())
