"""Webhooks out: a provider's systems are told what happened, signed, until they have heard it.

`spreading` finds whose each event of the ledger is and what is owed to whom, `delivering` sends it, `subscribing` is
what providers set up, `following` the same events for those who would rather poll.
"""
