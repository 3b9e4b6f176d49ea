"""Each learner decides, and the size of the group makes the price."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import LearningAccount
from brokerage import buying, wishing
from brokerage.models import Request, Wish
from brokerage.pooling import answering, closing, errors, offering
from brokerage.pooling.models import GroupAnswer, OfferState
from brokerage.requesting import Draft, quote, submit
from ledger import now
from ledger.models import Event
from providers.models import CourseRun
from tests.factories.brokerage import an_adviser
from tests.factories.pooling import BREAD, a_baking_run, an_offer, come, who_wish
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.racing import together
from vouchers.models import AgreedPrice, Voucher

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("came", "price_minor"), [(5, 100_00), (6, 80_00), (7, 80_00)])
def test_the_price_is_that_of_the_last_step_reached(came: int, price_minor: int, clock: Any) -> None:
    learners = who_wish(7)
    made = an_offer()
    come(made, learners[:came])
    clock.move_by(days=7)
    assert closing.close_due(actor=ACTOR) == 1
    made.refresh_from_db()
    assert (made.state, made.came, made.price_minor) == (OfferState.AGREED, came, price_minor)
    assert {each.learner for each in AgreedPrice.objects.all()} == set(learners[:came])
    assert set(AgreedPrice.objects.values_list("price_minor", flat=True)) == {price_minor}
    assert offering.coming(made) == came


def test_whoever_said_yes_asks_and_buys_as_ever_at_that_price_and_nobody_else_does(clock: Any) -> None:
    learners = who_wish(7)
    an_adviser()
    made = an_offer()
    come(made, learners[:6])
    clock.move_by(days=7)
    closing.close_due(actor=ACTOR)
    mine, others = _account(learners[0]), _account(learners[6])
    assert quote(mine, [made.run])[made.run_id].split.own_minor == 40_00
    assert quote(others, [made.run])[made.run_id].split.own_minor == 60_00
    [asked] = submit([Draft(mine, made.run)], actor=ACTOR)
    assert isinstance(asked, Request)
    Request.objects.filter(pk=asked.pk).update(policy="open")
    [voucher] = buying.buy([asked.pk], learner=mine.learner, actor=ACTOR)
    assert isinstance(voucher, Voucher)
    assert (voucher.price_minor, voucher.from_purse_minor) == (80_00, 40_00)


def test_saying_yes_buys_nothing(books: Any, clock: Any) -> None:
    learners = who_wish()
    before = books()
    come(an_offer(), learners)
    clock.move_by(days=7)
    closing.close_due(actor=ACTOR)
    assert books() == before
    assert not Request.objects.exists()


def test_with_too_few_it_lapses_everybody_is_told_and_wishes_stay(clock: Any) -> None:
    learners = who_wish()
    made = an_offer()
    come(made, learners[:4])
    clock.move_by(days=7)
    closing.close_due(actor=ACTOR)
    made.refresh_from_db()
    assert (made.state, made.came, made.price_minor) == (OfferState.LAPSED, None, None)
    assert Event.objects.filter(kind="group_offer.called_off").count() == 4
    assert not AgreedPrice.objects.exists()
    assert Wish.objects.filter(ended_at=None).count() == 6


def test_a_course_that_is_not_on_sale_any_more_does_not_take_place(clock: Any) -> None:
    learners = who_wish()
    made = an_offer()
    come(made, learners)
    CourseRun.objects.filter(pk=made.run_id).update(withdrawn_at=now())
    clock.move_by(days=7)
    closing.close_due(actor=ACTOR)
    made.refresh_from_db()
    assert made.state == OfferState.LAPSED


def test_where_everybody_pays_less_by_then_so_does_the_group(clock: Any) -> None:
    learners = who_wish()
    made = an_offer()
    come(made, learners)
    CourseRun.objects.filter(pk=made.run_id).update(price_minor=70_00)
    clock.move_by(days=7)
    closing.close_due(actor=ACTOR)
    made.refresh_from_db()
    assert made.state == OfferState.AGREED
    assert not AgreedPrice.objects.exists()
    assert quote(_account(learners[0]), [made.run])[made.run_id].split.price_minor == 70_00


def test_before_its_time_nothing_closes_and_twice_closes_once(clock: Any) -> None:
    learners = who_wish()
    come(an_offer(), learners)
    assert closing.close_due(actor=ACTOR) == 0
    clock.move_by(days=7)
    assert [closing.close_due(actor=ACTOR) for _ in range(2)] == [1, 0]
    assert Event.objects.filter(kind="group_offer.agreed").count() == 1


def test_a_learner_may_change_their_mind_until_the_time_is_over(clock: Any) -> None:
    [learner, *_others] = who_wish()
    made = an_offer()
    for comes in (True, False, False, True):
        answering.answer(made.pk, comes, learner=learner, actor=ACTOR)
    assert GroupAnswer.objects.get().comes
    assert Event.objects.filter(kind="group_offer.answered").count() == 3
    clock.move_by(days=7)
    with pytest.raises(errors.OfferOver):
        answering.answer(made.pk, False, learner=learner, actor=ACTOR)
    assert GroupAnswer.objects.get().comes


def test_for_whoever_wishes_for_something_else_there_is_no_such_offer() -> None:
    who_wish()
    made = an_offer()
    [other] = learning_accounts(1)
    wishing.wish(learner=other.learner, category="0611", town="Foryd", actor=ACTOR)
    with pytest.raises(errors.OfferNotFound):
        answering.answer(made.pk, True, learner=other.learner, actor=ACTOR)
    assert not GroupAnswer.objects.exists()


def test_whoever_has_answered_still_sees_it_after_taking_their_wish_back() -> None:
    [learner, *_others] = who_wish()
    made = an_offer()
    come(made, [learner])
    wishing.take_back(Wish.objects.get(learner=learner, category=BREAD).pk, learner=learner, actor=ACTOR)
    assert list(answering.offers_to(learner)) == [made]


def test_no_more_come_than_there_are_places() -> None:
    learners = who_wish(7)
    made = an_offer(a_baking_run(places=6))
    come(made, learners[:6])
    with pytest.raises(errors.GroupFull):
        come(made, learners[6:])
    answering.answer(made.pk, False, learner=learners[0], actor=ACTOR)
    come(made, learners[6:])


@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_last_place_at_once_get_one() -> None:
    learners = who_wish(7)
    made = an_offer(a_baking_run(places=6))
    come(made, learners[:5])

    def ask(place: int) -> Any:
        try:
            return answering.answer(made.pk, True, learner=learners[place], actor=ACTOR)
        except errors.GroupFull as refusal:
            return refusal

    answers = together(lambda: ask(5), lambda: ask(6))
    assert sorted(type(each).__name__ for each in answers) == ["GroupAnswer", "GroupFull"]
    assert GroupAnswer.objects.filter(comes=True).count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_it_once(clock: Any) -> None:
    learners = who_wish()
    come(an_offer(), learners)
    clock.move_by(days=7)
    closed = together(lambda: closing.close_due(actor=ACTOR), lambda: closing.close_due(actor=ACTOR))
    assert sorted(closed) == [0, 1]
    assert AgreedPrice.objects.count() == 6


def _account(learner: Any) -> LearningAccount:
    return LearningAccount.objects.select_related("scheme", "learner").get(learner=learner)
