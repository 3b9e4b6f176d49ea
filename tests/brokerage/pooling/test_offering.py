"""A provider offers a course to all who wish for it, and learns nothing about who they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from brokerage.pooling import errors, offering
from brokerage.pooling.models import GroupOffer, OfferState
from brokerage.pooling.offering import Step
from ledger import now
from ledger.models import Event
from tests.factories.pooling import STEPS, WEEK, a_baking_run, an_offer, come, who_wish
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR

pytestmark = pytest.mark.django_db


def test_everybody_who_wishes_for_it_there_or_anywhere_is_told_once() -> None:
    there, anywhere = who_wish(5), who_wish(2, town="")
    made = an_offer()
    told = Event.objects.filter(kind="group_offer.shown")
    assert {event.data["learner"] for event in told} == {str(each.pk) for each in [*there, *anywhere]}
    assert told.count() == 7
    assert [(rung.learners, rung.price_minor) for rung in made.rungs.all()] == [(5, 100_00), (6, 80_00)]


def test_what_is_told_of_the_offer_itself_names_no_learner() -> None:
    learners = who_wish()
    an_offer()
    [made] = Event.objects.filter(kind="group_offer.made")
    assert not any(str(learner.pk) in str(made.data) for learner in learners)


def test_fewer_than_enough_wishes_answer_as_none_do() -> None:
    who_wish(4)
    run = a_baking_run()
    for town in ("Foryd", "Nowhere", ""):
        with pytest.raises(errors.NotEnoughDemand) as refused:
            an_offer(run, town=town)
        assert refused.value.facts == {}
    assert not GroupOffer.objects.exists()
    assert not Event.objects.filter(kind__startswith="group_offer").exists()


@pytest.mark.parametrize(
    "steps",
    [
        [Step(5, 120_00)],
        [Step(5, 100_00), Step(6, 100_00)],
        [Step(5, 100_00), Step(6, 110_00)],
        [Step(5, 100_00), Step(5, 90_00)],
        [Step(6, 100_00), Step(5, 90_00)],
        [Step(5, 0)],
        [Step(5, -1)],
    ],
)
def test_prices_fall_as_groups_grow_and_begin_below_the_list_price(steps: list[Step]) -> None:
    who_wish()
    with pytest.raises(errors.PricesDoNotFall):
        an_offer(steps=steps)
    assert not GroupOffer.objects.exists()


@pytest.mark.parametrize("steps", [[], [Step(4, 100_00)], [Step(1, 100_00), Step(5, 90_00)], [Step(-5, 90_00)]])
def test_a_group_is_five_learners_at_least(steps: list[Step]) -> None:
    who_wish()
    with pytest.raises(errors.GroupTooSmall):
        an_offer(steps=steps)
    assert not GroupOffer.objects.exists()


def test_no_group_is_larger_than_the_places() -> None:
    who_wish()
    with pytest.raises(errors.GroupTooLarge) as refused:
        an_offer(a_baking_run(places=5))
    assert refused.value.facts == {"places": 5}
    an_offer(a_baking_run(places=6))


@pytest.mark.parametrize("days", [-1, 0, 2, 61])
def test_learners_have_time_to_answer_and_not_too_much(days: int) -> None:
    who_wish()
    with pytest.raises(errors.TooLittleTime):
        an_offer(within=dt.timedelta(days=days))
    assert not GroupOffer.objects.exists()


@pytest.mark.parametrize(
    "about",
    [
        {"withdrawn": True},
        {"free": True},
        {"on_request": True},
        {"starts_on": dt.date(2020, 1, 1)},
    ],
)
def test_the_course_is_on_sale(about: dict[str, Any]) -> None:
    who_wish()
    with pytest.raises(errors.RunDoesNotFit):
        an_offer(a_baking_run(**about))
    assert not GroupOffer.objects.exists()


def test_it_begins_after_the_learners_have_answered() -> None:
    who_wish()
    run = a_baking_run()
    with pytest.raises(errors.RunDoesNotFit):
        an_offer(run, within=dt.timedelta(days=31))


def test_another_s_course_is_no_course_of_mine() -> None:
    who_wish()
    run, other = a_baking_run(), ProviderFactory()
    with pytest.raises(errors.RunDoesNotFit):
        offering.offer(run.pk, STEPS, town="Foryd", answer_by=now() + WEEK, by=other, actor=ACTOR)


def test_a_provider_has_one_open_offer_a_subject_and_town() -> None:
    who_wish()
    run = a_baking_run()
    an_offer(run)
    with pytest.raises(errors.OfferedAlready):
        an_offer(run)
    assert GroupOffer.objects.count() == 1
    an_offer()  # another provider's


def test_the_database_too_keeps_it_one() -> None:
    who_wish()
    made = an_offer()
    made.pk = None
    with pytest.raises(IntegrityError, match="one_open_offer_a_provider_subject_and_town"), transaction.atomic():
        made.save(force_insert=True)


def test_ten_offers_a_day_are_enough() -> None:
    who_wish()
    run = a_baking_run()
    for _ in range(offering.OFFERS_A_DAY):
        offering.take_back(an_offer(run).pk, by=run.course.provider, actor=ACTOR)
    with pytest.raises(errors.TooManyOffers):
        an_offer(run)


def test_until_it_takes_place_its_provider_sees_whole_steps_of_who_comes() -> None:
    learners = who_wish(6)
    made = an_offer()
    come(made, learners[:4])
    assert offering.coming(made) == 0
    come(made, learners)
    assert offering.coming(made) == 5


def test_taken_back_whoever_said_they_come_is_told_and_nobody_else() -> None:
    learners = who_wish()
    made = an_offer()
    come(made, learners[:2])
    for _ in range(2):
        offering.take_back(made.pk, by=made.provider, actor=ACTOR)
    told = Event.objects.filter(kind="group_offer.called_off")
    assert {event.data["learner"] for event in told} == {str(each.pk) for each in learners[:2]}
    assert told.count() == 2
    made.refresh_from_db()
    assert made.state == OfferState.CANCELLED


def test_another_s_offer_does_not_exist() -> None:
    who_wish()
    made = an_offer()
    with pytest.raises(errors.OfferNotFound):
        offering.take_back(made.pk, by=ProviderFactory(), actor=ACTOR)
    made.refresh_from_db()
    assert made.state == OfferState.OPEN


def test_a_run_of_another_subject_answers_no_wish() -> None:
    who_wish()
    run = a_baking_run()
    run.course.category = "0611"
    run.course.save()
    with pytest.raises(errors.NotEnoughDemand):
        an_offer(run)
