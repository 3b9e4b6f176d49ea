"""What `ledger verify` says when the vouchers and the money do not agree."""

import pytest

from ledger.verification import verify
from tests.conftest import as_owner
from tests.factories.payouts import a_provider, redeemed, settled
from tests.factories.vouchers import a_voucher
from vouchers.invariants import payout_is_a_transfer, payout_is_its_lines
from vouchers.models import State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def vouchers():
    return a_voucher(state=State.STARTED, own=True), a_voucher(state=State.CLOSED)


def broken_after(statement):
    with as_owner() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
    return verify().broken


def test_everything_holds_of_vouchers_that_lived_as_they_should(vouchers):
    assert verify().broken is None


@pytest.mark.parametrize(
    ("statement", "table", "says"),
    [
        (
            "UPDATE vouchers_voucher SET state='closed', outcome='expired', closed_at=now() WHERE state='started'",
            "voucher",
            "is closed and holds 12000",
        ),
        ("UPDATE vouchers_funding SET amount_minor = amount_minor + 1", "voucher", "its fundings and redemptions make"),
        (
            "UPDATE vouchers_milestone SET state='declared', confirmed_at=NULL, confirmed_how='' WHERE number=1",
            "redemption",
            "milestone 1 is declared",
        ),
        ("DELETE FROM vouchers_redemption", "voucher", "its fundings and redemptions make"),
    ],
)
def test_what_does_not_agree_is_named(vouchers, statement, table, says):
    broken = broken_after(statement)
    assert broken is not None
    assert broken.table == table
    assert says in broken.says


@pytest.fixture
def payouts():
    redeemed(a_provider())
    return settled()


def test_everything_holds_of_payouts_that_lived_as_they_should(payouts):
    assert verify().broken is None


@pytest.mark.parametrize(
    ("statement", "table", "says"),
    [
        ("UPDATE vouchers_payout SET amount_minor = amount_minor + 1", "payout", "is of 12001; its lines make 12000"),
        (
            "UPDATE vouchers_payout SET state='sent', settled_at=NULL",
            "payout",
            "is sent, of 12000; its transfers moved",
        ),
        (
            "UPDATE vouchers_payout SET state='returned', reason='AC04', ended_at=now()",
            "payoutline",
            "counts: t; its payout is returned",
        ),
        ("DELETE FROM ledger_transfer WHERE kind='payout'", "payout", "its transfers moved 0 and 0 back"),
        ("UPDATE vouchers_redemption SET amount_minor = amount_minor - 1", "redemption", "payouts pay"),
    ],
)
def test_a_payout_that_does_not_agree_is_named(payouts, statement, table, says):
    with as_owner() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
    found = [broken for check in (payout_is_its_lines, payout_is_a_transfer) for broken in check()]
    assert found[0].table == table
    assert says in found[0].says
