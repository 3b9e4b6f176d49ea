"""What learners look for in vain: providers see how many, and never who."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Learner
from brokerage import errors, wishing
from brokerage.models import Wish
from brokerage.wishing import Demand, demand
from ledger import now
from ledger.models import Event
from tests.factories.providers import VenueFactory
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.racing import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Any:
    return learning_accounts(1)[0].learner


@pytest.fixture
def town() -> str:
    return str(VenueFactory(town="Foryd").town)


def wish(learner: Learner, category: str = "0721", town: str = "", **more: Any) -> Wish:
    return wishing.wish(learner=learner, category=category, town=town, actor=ACTOR, **more)


def test_a_wish_is_noted_with_the_town_as_the_catalogue_spells_it(learner: Any, town: str) -> None:
    made = wish(learner, town="  fORYD ", words=" Baking bread ", pattern="evening")
    assert (made.category, made.town, made.words, made.pattern) == ("0721", "Foryd", "Baking bread", "evening")
    told = Event.objects.get(kind="wish.made")
    assert told.data == {"learner": str(learner.pk), "category": "0721"}


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [({"category": "9999"}, errors.SubjectUnknown), ({"town": "Atlantis"}, errors.TownUnknown)],
)
def test_what_nobody_could_pool_is_refused_and_nothing_is_kept(
    learner: Any, asked: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        wish(learner, **asked)
    assert not Wish.objects.exists()
    assert not Event.objects.filter(kind="wish.made").exists()


def test_the_same_wish_counts_once(learner: Any, town: str) -> None:
    wish(learner, town=town)
    with pytest.raises(errors.WishedAlready):
        wish(learner, town=town)
    assert wish(learner).town == ""
    assert Wish.objects.count() == 2
    with pytest.raises(IntegrityError, match="one_open_wish"), transaction.atomic():
        Wish.objects.create(learner=learner, category="0721", town=town, made_at=now())


@pytest.mark.django_db(transaction=True)
def test_wished_twice_at_once_it_counts_once(learner: Any) -> None:
    def once() -> str:
        try:
            wish(learner)
        except errors.WishedAlready as refusal:
            return refusal.code
        return "made"

    assert sorted(together(once, once)) == ["made", "wished_already"]
    assert Wish.objects.count() == 1


def test_there_is_room_for_so_many(learner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishing, "MOST", 1)
    wish(learner)
    with pytest.raises(errors.TooManyWishes):
        wish(learner, "0611")
    assert Wish.objects.count() == 1


def test_taken_back_it_counts_no_longer_and_can_be_wished_again(learner: Any) -> None:
    made = wish(learner)
    for _ in range(2):
        wishing.take_back(made.pk, learner=learner, actor=ACTOR)
    assert Event.objects.filter(kind="wish.taken_back").count() == 1
    assert not wishing.standing(learner, now()).exists()
    wish(learner)


def test_another_s_wish_does_not_exist(learner: Any) -> None:
    made, [other] = wish(learner), learning_accounts(1)
    with pytest.raises(errors.WishNotFound):
        wishing.take_back(made.pk, learner=other.learner, actor=ACTOR)
    made.refresh_from_db()
    assert made.ended_at is None


def test_after_a_year_it_counts_no_longer_and_can_be_wished_again(learner: Any, clock: Any) -> None:
    wish(learner)
    clock.move_by(days=366)
    assert not wishing.standing(learner, now()).exists()
    wish(learner)
    assert wishing.standing(learner, now()).count() == 1


def test_providers_see_a_subject_in_a_town_once_enough_wish_for_it(town: str, django_assert_num_queries: Any) -> None:
    learners = [account.learner for account in learning_accounts(9)]
    for learner in learners:
        wish(learner, town=town)
    for learner in learners[:4]:
        wish(learner, "0611", town=town)
        wish(learner, "0721")
    moment = now()
    with django_assert_num_queries(1):
        found = demand(moment)
    # Nine are told as five; four are not told at all.
    assert found == [Demand("0721", "Foryd", 5)]
    wish(learners[4], "0611", town=town)
    assert demand(now()) == [Demand("0611", "Foryd", 5), Demand("0721", "Foryd", 5)]
