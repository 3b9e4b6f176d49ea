"""Who may write what: the owner makes the tables, the application writes through the ledger's functions alone, and the
sealer writes the log and nothing else."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from psycopg import sql

ROLES = (settings.APPLICATION_ROLE, settings.SEALER_ROLE)
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


def let_in() -> dict[str, str]:
    """Have the application and the sealer log in by themselves, each with a new password; the passwords by role.

    Each may connect to this database and nobody else may, has no rights but what `grant` gives, and can become no other
    role. Their old passwords are no longer good; sessions that are open stay open. Runs as the owner.
    """
    passwords = {role: secrets.token_urlsafe(32) for role in ROLES}
    server = connection.cursor().connection
    with transaction.atomic(), connection.cursor() as cursor:
        database = sql.Identifier(server.info.dbname)
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database).as_string(server))
        cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for role, password in passwords.items():
            # Made into a verifier here: the server, and its log, never see the password.
            verifier = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            for statement in (
                "ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {verifier}",
                "GRANT CONNECT ON DATABASE {database} TO {role}",
            ):
                composed = sql.SQL(statement).format(
                    role=sql.Identifier(role), verifier=sql.Literal(verifier), database=database
                )
                cursor.execute(composed.as_string(server))
    return passwords
