"""What a learner gets for a course from elsewhere comes off first, where the scheme's rules say so."""

import pytest
from django.db import IntegrityError, transaction

from brokerage import buying, errors
from brokerage.models import Request
from brokerage.requesting import Draft, submit
from tests.factories.brokerage import an_adviser, priced
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db


def ask(other_aid_minor, *, reduced=True, worth=120_00):
    """A learner whose account pays half asks for a course."""
    [account] = learning_accounts(1, benefits=())
    priced(account, reduced_by_other_aid=reduced)
    an_adviser()
    draft = Draft(account, a_run(ProviderFactory(), worth), other_aid_minor=other_aid_minor)
    return submit([draft], actor=ACTOR)[0]


def test_it_comes_off_before_the_account_pays_and_is_stored_with_its_line():
    request = ask(40_00)
    request.refresh_from_db()
    assert (request.other_aid_minor, request.from_purse_minor, request.own_minor) == (40_00, 40_00, 80_00)
    assert {line.code: line.amount_minor for line in request.split.lines}["other_aid"] == 40_00


def test_nothing_from_elsewhere_is_nothing():
    request = ask(0)
    assert (request.other_aid_minor, request.from_purse_minor, request.own_minor) == (0, 60_00, 60_00)


def test_where_the_rules_do_not_ask_it_is_neither_counted_nor_kept():
    request = ask(40_00, reduced=False)
    assert (request.other_aid_minor, request.from_purse_minor, request.own_minor) == (0, 60_00, 60_00)


@pytest.mark.parametrize("other_aid_minor", [-1, 120_01])
def test_less_than_nothing_and_more_than_the_price_are_refused(other_aid_minor, books):
    before = books()
    assert isinstance(ask(other_aid_minor), errors.OtherAidInvalid)
    assert not Request.objects.exists()
    assert {account: balance for account, balance in books().items() if account in before} == before


def test_all_of_the_price_from_elsewhere_leaves_nothing_for_the_account_to_pay():
    assert isinstance(ask(120_00), errors.NothingFromAccount)


def test_buying_works_it_out_again_with_the_same_amount():
    request = ask(40_00)
    Request.objects.filter(pk=request.pk).update(policy="open")
    [voucher] = buying.buy([request.pk], learner=request.learner, actor=ACTOR)
    assert isinstance(voucher, Voucher)
    assert (voucher.from_purse_minor, voucher.own_minor) == (40_00, 80_00)


@pytest.mark.parametrize("other_aid_minor", [-1, 120_01])
def test_the_database_too_keeps_it_within_the_price(other_aid_minor):
    request = ask(40_00)
    wall = "request_other_aid_is_a_part_of_the_price"
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        Request.objects.filter(pk=request.pk).update(other_aid_minor=other_aid_minor)
