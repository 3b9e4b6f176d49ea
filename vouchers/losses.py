"""What a scheme has lost: where it is kept in the ledger."""

from __future__ import annotations

from uuid import UUID

import ledger
from accounts.models import Scheme
from ledger import NewAccount


def loss_of(scheme: Scheme) -> UUID:
    """The ledger account of what the scheme has lost: less than nothing by as much. Opened with the first loss."""
    [loss] = ledger.open_accounts([NewAccount("scheme_loss", scheme.currency, False, "scheme", scheme.pk)])
    return loss
