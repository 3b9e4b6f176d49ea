"""Who may write what: the owner makes the tables, the application writes through the ledger's functions alone, and the
sealer writes the log and nothing else."""

from __future__ import annotations

import secrets
from typing import Any, LiteralString

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


class TooPowerful(RuntimeError):
    """One of the roles could do more than it may, whatever the ledger grants it."""


def let_in() -> dict[str, str]:
    """Have the application and the sealer log in by themselves, each with a new password; the passwords by role.

    Each may connect to this database and nobody else may, has no rights but what `grant` gives, and can become no other
    role. Their old passwords are no longer good; sessions that are open stay open. Runs as the owner.
    Raises TooPowerful.
    """
    passwords = {role: secrets.token_urlsafe(32) for role in ROLES}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TOO_POWERFUL, [list(ROLES)])
        if found := cursor.fetchall():
            raise TooPowerful(f"{found[0][0]} has rights beyond its role ({found[0][1]}): take them away first")
        server = cursor.connection

        def run(statement: LiteralString, **named: sql.Composable) -> None:
            cursor.execute(sql.SQL(statement).format(**named).as_string(server))

        database = sql.Identifier(server.info.dbname)
        run("REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database)
        run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for name, password in passwords.items():
            role = sql.Identifier(name)
            # Made into a verifier here: the server, and its log, never see the password.
            verifier = server.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
            run("ALTER ROLE {role} LOGIN PASSWORD {verifier}", role=role, verifier=sql.Literal(verifier))
            run("GRANT CONNECT ON DATABASE {database} TO {role}", database=database, role=role)
        # Whoever begins an era seals the old one's tail; an owner that is no superuser has to be allowed to.
        run("GRANT {role} TO CURRENT_USER", role=sql.Identifier(settings.SEALER_ROLE))
    return passwords


_TOO_POWERFUL = """
    SELECT rolname, concat_ws(', ',
        CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreaterole THEN 'makes roles' END,
        CASE WHEN rolcreatedb THEN 'makes databases' END, CASE WHEN rolreplication THEN 'replicates' END,
        CASE WHEN rolbypassrls THEN 'passes row security' END,
        (SELECT string_agg('is also ' || roleid::regrole, ', ') FROM pg_auth_members WHERE member = role.oid))
    FROM pg_roles role
    WHERE rolname = ANY (%s) AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
        OR EXISTS (SELECT FROM pg_auth_members WHERE member = role.oid))
"""
