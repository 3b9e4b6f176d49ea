"""A provider lets a learner have a course run for less, and everything that prices it for them knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import LearningAccount
from brokerage import buying
from brokerage.affording import affordable
from brokerage.models import Request
from brokerage.requesting import Draft, quote, submit
from ledger import today
from ledger.models import Event
from providers.models import CourseRun
from tests.factories.brokerage import an_adviser
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from tests.web.learner.visiting import signed_in, text
from vouchers import agreeing, agreeing_errors, errors
from vouchers.agreeing import Promise
from vouchers.models import AgreedPrice, Voucher

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)
Books = Callable[[], dict[UUID, int]]


@pytest.fixture
def account() -> LearningAccount:
    """Of a learner for whom half of a price is paid."""
    [account] = learning_accounts(1, benefits=())
    an_adviser()
    return account


@pytest.fixture
def run() -> CourseRun:
    return a_run(ProviderFactory(), 120_00)


def promise(account: LearningAccount, run: CourseRun, price_minor: int = 100_00, **other: Any) -> Any:
    wanted = {"until": today() + WEEK, "source": "advocacy:1"} | other
    return agreeing.agree([Promise(account.learner, run, price_minor, **wanted)], actor=ACTOR)[0]


def test_the_price_is_lower_for_that_learner_alone(account: LearningAccount, run: CourseRun) -> None:
    [other] = learning_accounts(1, benefits=())
    agreed = promise(account, run)
    mine, theirs = quote(account, [run])[run.pk], quote(other, [run])[run.pk]
    assert (mine.split.price_minor, mine.split.from_purse_minor, mine.split.own_minor) == (100_00, 50_00, 50_00)
    assert (theirs.split.price_minor, theirs.split.from_purse_minor, theirs.split.own_minor) == (120_00, 60_00, 60_00)
    assert (mine.agreed, theirs.agreed) == (agreed, None)


def test_a_voucher_is_bought_at_it(account: LearningAccount, run: CourseRun, books: Books) -> None:
    promise(account, run)
    voucher = bought(account, run)
    assert (voucher.price_minor, voucher.from_purse_minor, voucher.own_minor) == (100_00, 50_00, 50_00)
    assert books()[voucher.account_id] == 50_00


def test_whoever_asked_before_it_was_agreed_is_told_that_the_price_has_changed(
    account: LearningAccount, run: CourseRun, books: Books
) -> None:
    asked = request(account, run)
    promise(account, run)
    before = books()
    [answer] = buying.buy([asked.pk], learner=account.learner, actor=ACTOR)
    assert isinstance(answer, errors.PriceChanged)
    assert books() == before


def test_after_its_last_day_everybody_s_price_holds_again(
    account: LearningAccount, run: CourseRun, books: Books, clock: Any
) -> None:
    promise(account, run, until=today())
    asked = request(account, run)
    clock.move_by(days=1)
    before = books()
    [answer] = buying.buy([asked.pk], learner=account.learner, actor=ACTOR)
    assert isinstance(answer, errors.PriceChanged)
    assert books() == before
    assert quote(account, [run])[run.pk].split.price_minor == 120_00


def test_of_two_promises_the_lower_counts(account: LearningAccount, run: CourseRun) -> None:
    promise(account, run, 90_00, source="advocacy:1")
    promise(account, run, 110_00, source="advocacy:2")
    assert quote(account, [run])[run.pk].split.price_minor == 90_00


def test_nobody_pays_more_than_everybody_since_a_price_was_agreed(account: LearningAccount, run: CourseRun) -> None:
    promise(account, run, 100_00)
    CourseRun.objects.filter(pk=run.pk).update(price_minor=80_00)
    run.refresh_from_db()
    assert quote(account, [run])[run.pk].split.price_minor == 80_00


def test_promised_twice_from_one_source_it_is_one_promise(account: LearningAccount, run: CourseRun) -> None:
    assert promise(account, run) == promise(account, run, 90_00)
    assert AgreedPrice.objects.get().price_minor == 100_00
    assert Event.objects.filter(kind="price.agreed").count() == 1


@pytest.mark.parametrize("price_minor", [-1, 0, 120_00, 130_00])
def test_it_is_below_what_everybody_pays(account: LearningAccount, run: CourseRun, price_minor: int) -> None:
    assert isinstance(promise(account, run, price_minor), agreeing_errors.NotBelowTheListPrice)
    assert not AgreedPrice.objects.exists()


def test_it_holds_for_today_at_least(account: LearningAccount, run: CourseRun) -> None:
    assert isinstance(promise(account, run, until=today() - dt.timedelta(days=1)), agreeing_errors.PromiseIsOver)
    assert not AgreedPrice.objects.exists()


@pytest.mark.parametrize("price_minor", [0, 120_00])
def test_the_database_too_keeps_it_below(account: LearningAccount, run: CourseRun, price_minor: int) -> None:
    agreed = promise(account, run)
    with pytest.raises(IntegrityError, match="agreed_price_is_below_the_list_price"), transaction.atomic():
        AgreedPrice.objects.filter(pk=agreed.pk).update(price_minor=price_minor)


def test_what_others_pay_is_looked_for_by_the_list_price(account: LearningAccount, run: CourseRun) -> None:
    promise(account, run, 20_00)
    found = affordable(account, 60_00, 200_00, today())
    assert found.prices == ((run.course.category, run.hours, 120_00),)


def test_pricing_costs_the_same_queries_with_it(account: LearningAccount, run: CourseRun) -> None:
    def queries(runs: list[CourseRun]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as sent:
            quote(account, runs)
        return len(sent)

    before = queries([run])
    other = a_run(ProviderFactory(), 140_00)
    promise(account, run)
    promise(account, other)
    assert queries([run, other]) == before


def test_the_learner_reads_it_beside_the_price(account: LearningAccount, run: CourseRun) -> None:
    promise(account, run)
    page = text(signed_in(account.learner).get(f"/learner/courses/{run.pk}/"))
    assert "What it costs you £50.00 of £100.00." in page
    assert "The provider lets you have it for £100.00 instead of £120.00." in page


def request(account: LearningAccount, run: CourseRun) -> Request:
    [asked] = submit([Draft(account, run)], actor=ACTOR)
    assert isinstance(asked, Request)
    Request.objects.filter(pk=asked.pk).update(policy="open")
    return asked


def bought(account: LearningAccount, run: CourseRun) -> Voucher:
    [voucher] = buying.buy([request(account, run).pk], learner=account.learner, actor=ACTOR)
    assert isinstance(voucher, Voucher)
    return voucher
