"""The second wall: a named database constraint that stops what a check let through, answered in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from config.refusals import Refusal


@contextmanager
def walled_by(refusals: Mapping[str, Refusal], *, savepoint: bool = True) -> Iterator[None]:
    """Run the block in a savepoint; a violation of a constraint named in `refusals` raises its refusal.

    Without the savepoint the refusal has to leave the transaction that is open, too: there is no going on in it.
    """
    try:
        with transaction.atomic(savepoint=savepoint):
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusals.get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal from error
