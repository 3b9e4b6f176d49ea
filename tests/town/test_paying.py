"""The town's schemes pay its colleges, as two managers and two bursars would."""

from __future__ import annotations

import random

import pytest

from ledger.models import Account
from ledger.models import Transfer as PostedTransfer
from tests.factories.accounts import a_manager
from tests.factories.payouts import redeemed
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_scheme
from town.founding import Town
from town.paying import open_bank_accounts, pay_colleges
from vouchers.payouts import PayoutRun

pytestmark = pytest.mark.django_db


def test_colleges_have_a_bank_account_and_are_paid_into_it_and_nothing_is_paid_when_nothing_is_owed() -> None:
    scheme, colleges = a_scheme(), [ProviderFactory(), ProviderFactory()]
    a_manager(scheme)
    a_manager(scheme)
    town = Town(random.Random(1), schemes={"wales": scheme})
    open_bank_accounts("unusable", "town.example")
    pay_colleges(town)
    assert not PayoutRun.objects.exists()
    for college in colleges:
        redeemed(college)
    pay_colleges(town)
    run = PayoutRun.objects.get()
    assert (run.state, run.prepared_by != run.approved_by) == ("closed", True)
    assert [payout.state for payout in run.payouts.all()] == ["settled", "settled"]
    bank = Account.objects.get(kind="bank", owner_id=scheme.pk)
    paid = PostedTransfer.objects.filter(credit=bank, kind="payout")
    assert sum(transfer.amount_minor for transfer in paid) == 240_00
