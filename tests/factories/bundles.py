"""A course with an exam, paid from two purses and by card."""

from __future__ import annotations

from accounts.models import LearningAccount
from brokerage.requesting import quote
from config.ids import uuid7
from config.refusals import only
from providers.models import Provider
from tests.factories.providers import ProviderFactory, RunExtraFactory
from tests.factories.sponsors import topped_up
from tests.factories.vouchers import ACTOR, a_run, learning_accounts, pay_own_share
from vouchers import issuing
from vouchers.issuing import Order
from vouchers.models import Voucher


def an_account_for_exams() -> LearningAccount:
    """ILA Wales pays half of a course, and an employer has put in £30 for exams."""
    [account] = learning_accounts(1, benefits=())
    topped_up(account, 30_00, earmark="exam")
    return account


def a_bundle(provider: Provider | None = None) -> Voucher:
    """A course for £120 with an exam for £40: £60 of it from the scheme, £30 from the employer, £70 by card."""
    account = an_account_for_exams()
    run = a_run(provider or ProviderFactory(), 120_00)
    exam = RunExtraFactory(run=run, title="Certificate", price_minor=40_00)
    priced = quote(account, [run], [exam])[run.pk]
    order = Order(account, run, priced.split, priced.rule_version, f"request:{uuid7()}")
    voucher = only(issuing.reserve([order], actor=ACTOR))
    pay_own_share(voucher)
    return Voucher.objects.select_related("learner", "provider").get(pk=voucher.pk)
