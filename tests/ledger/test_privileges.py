"""What the application cannot do, whatever its code says; and what not even the owner does by mistake."""

import pytest
from django.db import DatabaseError, connection, transaction

from ledger import sealing
from ledger.roles import READ_ONLY
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db


def refused(statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_tests_act_as_the_application(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("waymark_app",)


@pytest.mark.parametrize("table", READ_ONLY)
def test_the_application_writes_no_ledger_table_directly(table):
    refused(f"INSERT INTO {table} DEFAULT VALUES")
    refused(f"DELETE FROM {table}")
    refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "change",
    [
        "ledger_transfer SET amount_minor = 1",
        "ledger_balance SET posted = 1000000",
        "ledger_event SET actor = 'nobody'",
        "ledger_account SET bounded = false",
        "ledger_snapshot SET balance_minor = 0",
        "ledger_book SET sandbox = true",
    ],
)
def test_the_application_changes_nothing_that_was_written(change):
    refused(f"UPDATE {change}")


def test_the_application_makes_no_tables_and_switches_no_triggers_off():
    refused("CREATE TABLE public.mine (id int)")
    refused("SET session_replication_role = replica")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_event", "ledger_snapshot"])
@pytest.mark.parametrize("change", ["UPDATE {} SET era = 2", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_not_even_the_owner_changes_history_by_a_plain_statement(book, table, change):
    with as_owner() as cursor, pytest.raises(DatabaseError, match="is only ever added to"):
        cursor.execute(change.format(table))


@pytest.mark.django_db(transaction=True)
def test_the_application_writes_nothing_to_the_log(history):
    for table in ("ledger_leaf", "ledger_node", "ledger_seal", "ledger_sealkey"):
        for change in (f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):
            with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
                cursor.execute(change)
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_new_era()")


@pytest.mark.django_db(transaction=True)
def test_the_sealer_writes_nothing_but_the_log(history):
    for change in (
        "SELECT ledger_record('[]')",
        "UPDATE ledger_balance SET posted = 1",
        "UPDATE ledger_book SET floor = '0'",
        "UPDATE ledger_seal SET size = 1",
        "SELECT * FROM accounts_learner",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), sealing._as_sealer():
            connection.cursor().execute(change)


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_the_log_by_a_plain_statement(history):
    for table in ("ledger_leaf", "ledger_node", "ledger_seal", "ledger_sealkey"):
        with as_owner() as cursor, pytest.raises(DatabaseError, match="is only ever added to"):
            cursor.execute(f"DELETE FROM {table}")
