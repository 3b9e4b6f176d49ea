"""The ledger: what moved, and what happened. It knows nothing of learning.

Import from here; `ledger.models` is for reading and for foreign keys.
"""

from ledger.accounts import NewAccount, balances, lock, open_accounts
from ledger.clock import now, today
from ledger.events import Actor, Event, EventKind, record
from ledger.posting import Posted, Transfer, post

__all__ = [
    "Actor",
    "Event",
    "EventKind",
    "NewAccount",
    "Posted",
    "Transfer",
    "balances",
    "lock",
    "now",
    "open_accounts",
    "post",
    "record",
    "today",
]
