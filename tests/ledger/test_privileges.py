"""What the application cannot do, whatever is injected into it; and what not even the owner does by accident."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from ledger.models import Event, Snapshot, Transfer
from ledger.roles import READ_ONLY
from tests.conftest import as_owner
from tests.ledger.making import funder, held, move, purse

APPEND_ONLY = ("ledger_transfer", "ledger_event", "ledger_snapshot")
WRITES = {
    "insert": "INSERT INTO {table} SELECT * FROM {table}",
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
    "lock": "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
}
COLUMN = {"ledger_balance": "posted", "ledger_book": "era"}


def _refused(statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize("table", READ_ONLY)
@pytest.mark.parametrize("write", WRITES)
def test_the_application_writes_no_table_of_the_ledger(table: str, write: str) -> None:
    _refused(WRITES[write].format(table=table, column=COLUMN.get(table, "id")))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "DROP TRIGGER never_changed ON ledger_transfer",
        "DROP TABLE ledger_snapshot",
        "CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "CREATE TABLE ledger_balance_of_mine ()",
        "GRANT INSERT ON ledger_transfer TO waymark_app",
    ],
)
def test_the_application_takes_no_wall_down(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("waymark_app",)
    if statement.startswith("GRANT"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('ledger_transfer', 'SELECT WITH GRANT OPTION')")
            assert cursor.fetchone() == (False,)
        return
    _refused(statement)


@pytest.mark.django_db
def test_tables_of_its_own_making_never_stand_in_for_the_ledgers() -> None:
    account, shop = purse(10), funder()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE ledger_balance (account_id uuid, posted bigint, seq bigint)")
        cursor.execute("INSERT INTO pg_temp.ledger_balance VALUES (%s, 1000000, 1)", [account])

        move(account, shop, 4)

        cursor.execute("SELECT posted FROM public.ledger_balance WHERE account_id = %s", [account])
        assert cursor.fetchone() == (6,)
        cursor.execute("SELECT posted FROM pg_temp.ledger_balance")
        assert cursor.fetchone() == (1000000,)
        cursor.execute("DROP TABLE pg_temp.ledger_balance")


@pytest.mark.django_db
def test_nobody_but_the_application_may_call_what_writes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, has_function_privilege('public', oid, 'EXECUTE'),"
            " has_function_privilege('waymark_app', oid, 'EXECUTE') FROM pg_proc"
            " WHERE proname LIKE 'ledger\\_%' AND prosecdef ORDER BY proname"
        )
        found = cursor.fetchall()

    names = ["ledger_lock", "ledger_open", "ledger_post", "ledger_record", "ledger_set_clock", "ledger_take_snapshots"]
    assert found == [(name, False, True) for name in names]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("write", ["update", "delete", "truncate"])
def test_not_even_the_owner_changes_what_was_written(table: str, write: str) -> None:
    source, account = funder(), purse()
    move(source, account, 10)
    before = [list(model.objects.values()) for model in (Transfer, Event, Snapshot)]

    with as_owner() as cursor, pytest.raises(DatabaseError) as refused:
        cursor.execute(WRITES[write].format(table=table, column="id"))

    assert refused.value.__cause__.sqlstate == "WM006"  # type: ignore[union-attr]
    assert [list(model.objects.values()) for model in (Transfer, Event, Snapshot)] == before
    assert held(source, account) == [-10, 10]
