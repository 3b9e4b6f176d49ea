"""Advice that makes a course cheaper: the page and the stored lines say the same, as long as the advice counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from brokerage import assigning, consulting, requesting
from brokerage.models import Channel, Request
from brokerage.requesting import Draft, submit
from config.refusals import only
from ledger import today
from tests.factories.brokerage import an_adviser, priced
from tests.factories.providers import CourseRunFactory, ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from tests.web.learner.visiting import signed_in, text

pytestmark = pytest.mark.django_db
SAVED = "You talked to an adviser, so Welsh Government pays more £15.00"


def quoted(account: Any, run: Any) -> str:
    return text(signed_in(account.learner).get(f"/learner/courses/{run.pk}/"))


def asked(account: Any, run: Any) -> tuple[int, int, dict[str, int]]:
    """What the account and the learner pay by a request of now, and its lines as they were stored."""
    request = only(submit([Draft(account, run)], actor=ACTOR))
    stored = Request.objects.get(pk=request.pk)
    return (
        stored.from_purse_minor,
        stored.own_minor,
        {line["code"]: line["amount_minor"] for line in stored.lines},
    )


def test_a_course_costs_less_after_a_conversation_for_as_long_as_it_counts(clock: Any) -> None:
    [account] = learning_accounts(1, benefits=())
    priced(account, advice_incentive_minor=15_00, advice_counts_days=30)
    adviser = an_adviser()
    assigning.name_advisers([account.learner], [adviser])
    before, after, last_day, too_late = (
        CourseRunFactory(price_minor=120_00, starts_on=today() + dt.timedelta(days=90)) for _ in range(4)
    )

    page = quoted(account, before)
    assert "You talked to an adviser" not in page
    assert "You pay, by card £60.00" in page
    from_purse, own, lines = asked(account, before)
    assert (from_purse, own) == (60_00, 60_00)
    assert "advice" not in lines

    request = Request.objects.get()
    consulting.hold(request.pk, by=adviser, channel=Channel.PHONE, minutes=20, note="We talked.", actor=ACTOR)
    assert SAVED in quoted(account, after)
    assert "You pay, by card £45.00" in quoted(account, after)
    from_purse, own, lines = asked(account, after)
    assert (from_purse, own, lines["advice"]) == (75_00, 45_00, 15_00)

    clock.move_by(days=30)
    assert SAVED in quoted(account, last_day)
    assert asked(account, last_day)[:2] == (75_00, 45_00)

    clock.move_by(days=1)
    page = quoted(account, too_late)
    assert "You talked to an adviser" not in page
    assert "You pay, by card £60.00" in page
    from_purse, own, lines = asked(account, too_late)
    assert (from_purse, own) == (60_00, 60_00)
    assert "advice" not in lines


def test_what_was_asked_for_before_the_conversation_stays_at_its_price() -> None:
    [account] = learning_accounts(1, benefits=())
    priced(account, advice_incentive_minor=15_00)
    adviser = an_adviser()
    assigning.name_advisers([account.learner], [adviser])
    request = only(submit([Draft(account, a_run(ProviderFactory(), 120_00))], actor=ACTOR))
    consulting.hold(request.pk, by=adviser, channel=Channel.PHONE, minutes=20, note="We talked.", actor=ACTOR)
    page = text(signed_in(account.learner).get(f"/learner/requests/{request.pk}/"))
    assert "You pay, by card £60.00" in page
    assert "You talked to an adviser, so" not in page
    request.refresh_from_db()
    assert (request.from_purse_minor, request.own_minor) == (60_00, 60_00)


def test_the_day_of_a_conversation_late_in_a_summer_evening_is_the_day_that_people_there_had(clock: Any) -> None:
    [account] = learning_accounts(1, benefits=())
    priced(account, advice_incentive_minor=15_00, advice_counts_days=30)
    adviser = an_adviser()
    assigning.name_advisers([account.learner], [adviser])
    request = only(submit([Draft(account, a_run(ProviderFactory(), 120_00))], actor=ACTOR))
    clock.move_to(dt.datetime(2027, 6, 1, 23, 30, tzinfo=dt.UTC))
    consulting.hold(request.pk, by=adviser, channel=Channel.PHONE, minutes=20, note="We talked.", actor=ACTOR)
    run = CourseRunFactory(price_minor=120_00, starts_on=dt.date(2027, 9, 1))
    own = []
    for day in (2, 3):
        clock.move_to(dt.datetime(2027, 7, day, 12, tzinfo=dt.UTC))
        own.append(requesting.quote(account, [run])[run.pk].split.own_minor)
    assert own == [45_00, 60_00]
