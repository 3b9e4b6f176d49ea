"""What `ledger verify` says when the vouchers and the money do not agree."""

import pytest

from ledger.verification import verify
from tests.conftest import as_owner
from tests.factories.vouchers import a_voucher
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
