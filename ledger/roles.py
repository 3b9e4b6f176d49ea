"""Who may write what: the application has no direct write on the ledger's own tables, only its functions."""

from __future__ import annotations

from typing import Any

from django.db import connections

LOG = ("ledger_leaf", "ledger_node", "ledger_seal", "ledger_sealkey")
READ_ONLY = (
    *("ledger_account", "ledger_balance", "ledger_transfer", "ledger_event", "ledger_snapshot", "ledger_book"),
    *LOG,
)


def grant(*, using: str, **_: Any) -> None:
    """After each migration: all of the schema to the application, less writes on the ledger. Runs as the owner."""
    tables = ", ".join(READ_ONLY)
    with connections[using].cursor() as cursor:
        cursor.execute("GRANT USAGE ON SCHEMA public TO waymark_app, waymark_sealer")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO waymark_app")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO waymark_app")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {tables} FROM waymark_app")
        cursor.execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM waymark_app")
        cursor.execute(f"GRANT SELECT ON {tables} TO waymark_sealer")
        cursor.execute(f"GRANT INSERT ON {', '.join(LOG)} TO waymark_sealer")
