"""How the seven steps went, in numbers from which nobody can be told apart."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import LearningAccount
from brokerage import assigning, buying, consulting, deciding, scoring, steering, wishing
from brokerage.deciding import Ruling
from brokerage.hearing.answering import Said
from brokerage.models import Adviser, Channel, Outcome, ReasonCode, Request
from brokerage.referring import answering, referring
from brokerage.referring.models import Helps
from brokerage.requesting import Draft, submit
from brokerage.scoring import held_back
from config.refusals import all_of
from ledger import now, today
from providers.models import CourseRun
from tests.factories.brokerage import an_adviser, under
from tests.factories.hearing import asked, say
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, VenueFactory
from tests.factories.referrals import a_service, linked, proposed
from tests.factories.vouchers import ACTOR, learning_accounts

pytestmark = pytest.mark.django_db

WHY: dict[str, Any] = {"reasons": "Another is cheaper.", "reason_codes": [ReasonCode.PRICE]}

ON_A_BENEFIT = ("jobseekers_allowance",)


def a_course(category: str = "0721") -> CourseRun:
    run: CourseRun = CourseRunFactory(
        course=CourseFactory(provider=ProviderFactory(), category=category), price_minor=100_00
    )
    return run


def bought(
    adviser: Adviser, run: CourseRun, number: int, *, benefits: Any = ("jobseekers_allowance",)
) -> list[Request]:
    """Learners of this adviser ask for a run under `open`, and buy it."""
    accounts = learning_accounts(number, benefits=benefits)
    under(accounts[0], policy="open")
    learners = [account.learner for account in accounts]
    assigning.name_advisers(learners, [adviser])
    asked = all_of(submit([Draft(account, run) for account in accounts], actor=ACTOR))
    all_of(buying.buy([request.pk for request in asked], learner=None, actor=ACTOR))
    return asked


def card(scope: scoring.Scope | None = None) -> dict[str, Any]:
    scope = scope or scoring.of_scheme(LearningAccount.objects.first().scheme)  # type: ignore[union-attr]
    return {line.code: line for line in scoring.scorecard(scope, now(), today())}


def test_who_was_entitled_asked_talked_was_answered_and_bought() -> None:
    adviser = an_adviser()
    bought(adviser, a_course(), 12)
    learning_accounts(3)
    found = card()
    assert (found["entitled"].all, found["asked"].all, found["bought"].all) == (15, 12, 12)
    assert (found["account_minor"].all, found["own_minor"].all) == (1_200_00, 0)
    assert found["talked"].all == 0


def test_who_chose_against_the_advice_is_counted_by_need_band() -> None:
    adviser = an_adviser()
    accounts = learning_accounts(10)
    under(accounts[0], policy="guided")
    assigning.name_advisers([account.learner for account in accounts], [adviser])
    asked = all_of(submit([Draft(account, a_course()) for account in accounts], actor=ACTOR))
    for request in asked:
        consulting.hold(request.pk, by=adviser, channel=Channel.PHONE, minutes=9, note="We talked.", actor=ACTOR)
        deciding.decide(Ruling(request.pk, Outcome.ADVISE_OTHERWISE, **WHY), by=adviser, actor=ACTOR)
    all_of(buying.buy([request.pk for request in asked], learner=None, actor=ACTOR))
    found = card()
    assert (found["talked"].all, found["answered"].all, found["in_time"].all) == (10, 10, 10)
    assert (found["overridden"].all, found["overridden"].by_band) == (10, {asked[0].band: 10})


def test_few_learners_are_held_back_and_so_is_what_they_paid() -> None:
    bought(an_adviser(), a_course(), 9)
    found = card()
    assert (found["asked"].all, found["bought"].all, found["account_minor"].all) == (None, None, None)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({"a": 30, "b": 20}, {"a": 30, "b": 20}),
        ({"a": 30, "b": 3, "c": 20}, {"a": 30, "b": None, "c": None}),
        ({"a": 30, "b": 3, "c": 4}, {"a": 30, "b": None, "c": None}),
        ({"a": 30, "b": 3, "c": 0}, {"a": None, "b": None, "c": 0}),
        ({"a": 9}, {"a": None}),
        ({}, {}),
    ],
)
def test_a_band_that_could_be_worked_out_from_the_others_is_held_back_too(
    numbers: dict[str, int], told: dict[str, int | None]
) -> None:
    assert held_back(numbers) == told


def test_what_is_longer_ago_than_a_year_is_not_counted(clock: Any) -> None:
    bought(an_adviser(), a_course(), 10)
    clock.move_by(days=366)
    found = card()
    assert (found["entitled"].all, found["asked"].all, found["bought"].all) == (10, 0, 0)


def test_whom_guidance_helped_is_held_back_where_whom_it_did_not_help_would_be_few(clock: Any) -> None:
    given = [say(each) for each in asked(clock, 10)]
    found = card(scoring.of_organisation(given[0].organisation))
    assert [found[f"guidance_{code}"].all for code in ("asked", "said", "helped")] == [10, 10, 10]
    assert found["guidance_helped"].by_band == {"": 10}
    say(asked(clock)[0], "", Said(listened=True, understood=True, helped=False, pushed=False))
    found = card()
    assert [found[f"guidance_{code}"].all for code in ("asked", "said", "helped")] == [11, 11, None]
    assert found["guidance_helped"].by_band == {"": None}


def test_an_organisation_counts_its_own_learners_alone() -> None:
    adviser = an_adviser()
    bought(adviser, a_course(), 10)
    learning_accounts(5)
    found = card(scoring.of_organisation(adviser.organisation))
    assert (found["entitled"].all, found["asked"].all) == (10, 10)
    assert "account_minor" not in found  # its learners may be of several schemes and currencies


def test_wishes_are_counted_once_a_learner() -> None:
    VenueFactory(town="Foryd")
    for account in learning_accounts(10):
        for town in ("", "Foryd"):
            wishing.wish(learner=account.learner, category="0721", town=town, actor=ACTOR)
    assert card()["wished"].all == 10


def test_who_is_referred_agrees_and_is_answered_in_time_is_counted_by_the_band_of_what_they_asked_for(
    clock: Any,
) -> None:
    adviser, service = an_adviser(), a_service()
    bands = {}
    for benefits, many in ((ON_A_BENEFIT, 12), ((), 3)):
        asked = bought(adviser, a_course(), many, benefits=benefits)
        bands[asked[0].band] = many
        referrals = [proposed(service, of=(request.learner, adviser)) for request in asked]
        for referral in referrals[: many - 1]:
            referring.consent(referral.pk, named=False, learner=referral.learner, actor=ACTOR)
            answering.answer_by_link(linked(referral, read=True), Helps.CAME, "")
    late = referring.consent(referrals[-1].pk, named=False, learner=referrals[-1].learner, actor=ACTOR)
    token = linked(late, read=True)
    clock.move_by(days=15)
    answering.answer_by_link(token, Helps.CANNOT, "We are full.")
    found = card()
    codes = ("referred", "referral_agreed", "referral_answered", "referral_in_time", "helped")
    assert [found[code].all for code in codes] == [15, 14, 14, 13, 13]
    # Of three it says nothing, nor of the other band, since the whole less it would tell.
    assert [found[code].by_band for code in codes] == [dict.fromkeys(bands)] * 5
    assert len(bands) == 2


def test_it_costs_the_same_queries_for_few_and_for_many(django_assert_num_queries: Any) -> None:
    adviser, run = an_adviser(), a_course()
    bought(adviser, run, 1)
    for _ in range(2):
        scope = scoring.of_organisation(adviser.organisation)
        moment, day = now(), today()
        with django_assert_num_queries(QUERIES):
            scoring.scorecard(scope, moment, day)
        bought(adviser, run, 9, benefits=())


QUERIES = 29


def test_an_adviser_whose_learners_all_go_to_one_provider_is_asked_why() -> None:
    steering_one, other = an_adviser("Rhys Morgan"), an_adviser("Elin Pugh")
    here, there = a_course(), a_course()
    bought(steering_one, here, 12)
    bought(other, there, 22)
    bought(other, here, 2)
    [elin, rhys] = steering.pairs(steering_one.organisation, now() - scoring.PERIOD)
    assert (rhys.adviser, rhys.provider, rhys.there, rhys.courses) == (steering_one, here.course.provider, 12, 12)
    assert rhys.expected == pytest.approx(12 * 2 / 24)
    assert rhys.asks_for_a_look
    assert (elin.adviser, elin.asks_for_a_look) == (other, True)


def test_where_everybody_goes_there_nobody_is_asked() -> None:
    one, other, run = an_adviser("Rhys Morgan"), an_adviser("Elin Pugh"), a_course()
    bought(one, run, 12)
    bought(other, run, 12)
    found = steering.pairs(one.organisation, now() - scoring.PERIOD)
    assert [(pair.there, pair.expected, pair.asks_for_a_look) for pair in found] == [(12, 12.0, False)] * 2


def test_another_subject_is_another_matter() -> None:
    one, other = an_adviser("Rhys Morgan"), an_adviser("Elin Pugh")
    bought(one, a_course("0721"), 12)
    bought(other, a_course("0611"), 12)
    assert steering.pairs(one.organisation, now() - scoring.PERIOD) == []


@pytest.mark.parametrize(
    ("there", "courses", "share", "chance"),
    [(0, 5, 0.5, 1.0), (5, 5, 0.5, 1 / 32), (1, 2, 0.5, 0.75), (10, 10, 1.0, 1.0)],
)
def test_how_likely_so_many_are(there: int, courses: int, share: float, chance: float) -> None:
    assert steering.at_least(there, courses, share) == pytest.approx(chance)
