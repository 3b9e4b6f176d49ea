"""Verification names the first row that is wrong, whoever made it so."""

from io import StringIO

import pytest
from django.core.management import call_command

from ledger.models import Transfer
from ledger.verification import verify
from tests.ledger.conftest import open_book, take_snapshots, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def history():
    """£10 in, £3 and £2 to a purse, £1 on to another account without a floor."""
    book = open_book()
    book.move(book.funder, book.pot, 10_00, "in")
    book.move(book.pot, book.purse, 3_00, "first")
    book.move(book.pot, book.purse, 2_00, "second")
    return book


def row(reference):
    return Transfer.objects.get(reference=reference)


def test_a_whole_ledger_holds(history):
    verdict = verify()
    assert verdict.broken is None
    assert (verdict.transfers, verdict.events) == (3, 3)


def test_an_edited_amount_is_named(history):
    tamper("UPDATE ledger_transfer SET amount_minor = 1 WHERE reference = 'first'")
    broken = verify().broken
    assert broken is not None
    assert (broken.table, broken.id) == ("transfer", str(row("first").pk))


def test_the_command_ends_with_1_and_says_which_row(history):
    tamper("UPDATE ledger_transfer SET amount_minor = 299 WHERE reference = 'first'")
    printed = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("ledger", "verify", stdout=printed)
    assert ended.value.code == 1
    assert str(row("first").pk) in printed.getvalue()


def test_the_command_says_that_everything_holds(history):
    printed = StringIO()
    call_command("ledger", "verify", stdout=printed)
    assert "Everything holds." in printed.getvalue()


def test_an_amount_edited_with_its_balances_made_to_fit_is_still_named(history):
    """Even an insider who corrects every balance after it leaves an event that says otherwise."""
    tamper(
        "UPDATE ledger_transfer SET amount_minor = 201, debit_after_minor = 499, credit_after_minor = 501"
        " WHERE reference = 'second'",
        "UPDATE ledger_balance SET posted = posted - 1 WHERE posted = 500 AND seq = 3",
        "UPDATE ledger_balance SET posted = posted + 1 WHERE posted = 500 AND seq = 2",
    )
    broken = verify().broken
    assert broken is not None
    assert (broken.table, broken.id) == ("transfer", str(row("second").pk))


def test_a_deleted_transfer_leaves_a_gap_that_is_named(history):
    tamper("DELETE FROM ledger_transfer WHERE reference = 'first'")
    broken = verify().broken
    assert broken is not None
    assert (broken.table, broken.id) == ("transfer", str(row("second").pk))


def test_a_last_transfer_cut_off_shows_in_the_balance(history):
    tamper("DELETE FROM ledger_transfer WHERE reference = 'second'")
    broken = verify().broken
    assert broken is not None
    assert broken.table == "balance"


def test_a_transfer_slipped_in_is_named(history):
    tamper(_slip_in())
    broken = verify().broken
    assert broken is not None
    assert broken.table == "transfer"


def _slip_in():
    fields = [field.column for field in Transfer._meta.concrete_fields]
    values = ["gen_random_uuid()" if f == "id" else "'slipped in'" if f == "reference" else f for f in fields]
    return (
        f"INSERT INTO ledger_transfer ({', '.join(fields)}) SELECT {', '.join(values)}"
        " FROM ledger_transfer WHERE reference = 'second'"
    )


def test_an_edited_balance_is_named(history):
    tamper(f"UPDATE ledger_balance SET posted = posted + 1 WHERE account_id = '{history.purse}'")
    broken = verify().broken
    assert broken is not None
    assert (broken.table, broken.id) == ("balance", str(history.purse))
    assert "says 501" in broken.says


def test_a_missing_event_is_named(history):
    tamper(f"DELETE FROM ledger_event WHERE id = '{row('first').event_id}'")
    broken = verify().broken
    assert broken is not None
    assert (broken.id, broken.says) == (str(row("first").pk), "has no event that explains it")


def test_an_edited_snapshot_is_named(history):
    take_snapshots(below=row("second").xid + 1)
    tamper("UPDATE ledger_snapshot SET balance_minor = 5")
    broken = verify().broken
    assert broken is not None
    assert broken.table == "snapshot"
    assert "-1000" in broken.says


def test_an_event_whose_transfer_was_cut_off_is_named(history):
    paid, kept = history.move(history.funder, open_book().funder, 1_00), Transfer.objects.count()
    event = Transfer.objects.get(pk=paid.id).event_id
    tamper(f"DELETE FROM ledger_transfer WHERE id = '{paid.id}'")
    assert Transfer.objects.count() == kept - 1
    assert str(verify().broken) == f"event {event}: says that 100 moved; no transfer carries it"
