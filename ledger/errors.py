"""What the ledger refuses: its own SQLSTATEs, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class InsufficientFunds(Refusal):
    code = "insufficient_funds"
    says = _("There is not enough money in an account for this.")
    do = _("Nothing has moved.")


class CurrencyMismatch(Refusal):
    code = "currency_mismatch"
    status = 422
    says = _("Money cannot move between accounts of different currencies.")


class UnknownAccount(Refusal):
    code = "unknown_account"
    status = 422
    says = _("One of the accounts does not exist.")


class DuplicateReference(Refusal):
    code = "duplicate_reference"
    says = _("Something else has been posted under the same reference.")
    do = _("Nothing has moved. A reference is a movement's own name, for ever.")


class AlreadyPosted(RuntimeError):
    """A transaction posts once: two calls in one could deadlock with another's two. A mistake in code."""


class NotASandbox(RuntimeError):
    """Only a database that its owner marked as a sandbox has a clock that moves."""


class NeverChanged(RuntimeError):
    """Something tried to change what is only ever added to."""


class EraIsOver(Refusal):
    """The database was restored into another cluster: a person has to begin a new era, `ledger new-era`."""

    code = "era_is_over"
    status = 503
    says = _("The ledger has been restored and is being checked.")
    do = _("Nothing has moved. Try again later.")


class PostingRaced(Refusal):
    """Two posted the same reference between unbounded accounts at the same instant; the second finds the first."""

    code = "posting_raced"
    status = 503
    says = _("Somebody did the same at the same instant.")
    do = _("Try again: nothing has moved twice.")


_BY_STATE: dict[str, type[Exception]] = {
    "WM001": InsufficientFunds,
    "WM002": CurrencyMismatch,
    "WM003": UnknownAccount,
    "WM004": DuplicateReference,
    "WM005": AlreadyPosted,
    "WM006": NeverChanged,
    "WM007": NotASandbox,
    "WM008": EraIsOver,
}


@contextmanager
def in_words() -> Iterator[None]:
    """Run the block; a refusal of the database becomes the error of this module."""
    try:
        yield
    except DatabaseError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        state = getattr(diagnosis, "sqlstate", None) or ""
        if kind := _BY_STATE.get(state):
            account = getattr(diagnosis, "message_detail", None) or ""
            raise (kind(account=account) if issubclass(kind, Refusal) else kind(str(error))) from error
        if getattr(diagnosis, "constraint_name", "") == "one_transfer_a_reference":
            raise PostingRaced() from error
        raise
